package broadcast

import (
	"context"
	"encoding/json"

	"clarion/backend/notify"
)

// Trial is what a test of a broadcast is sent with.
type Trial struct {
	// Direct says the words and the ways, and that it is a test.
	Direct   notify.Direct
	Priority notify.Priority
	// Data is for everybody, Row laid over it.
	Data, Row json.RawMessage
	// InAudience says that the one it is tried as is in the audience.
	InAudience bool
}

// Trial says how a broadcast is tried out, in whatever state it is. A test has no
// category, so that nothing it is tried on was refused, waits or is counted against
// a cap; it begins at once, and has nothing to do with the broadcast's figures. The
// data of a row are those of the one it is tried as.
func (d *Desk) Trial(ctx context.Context, id, as string) (Trial, error) {
	b, err := d.spoken(ctx, id, true)
	if err != nil {
		return Trial{}, err
	}
	event := b.event(d.Clock.Now())
	direct := *event.Direct
	direct.Test, direct.Category, direct.PerSecond, direct.Window = true, "", 0, nil
	if direct.Workflow != nil {
		flow := *direct.Workflow
		flow.Category, flow.Enabled = "", true
		direct.Workflow, event.Priority = &flow, flow.Priority
	}
	trial := Trial{Direct: direct, Priority: event.Priority, Data: event.Data}
	if !notify.ValidKey(as) {
		return trial, nil
	}
	person, in, err := d.row(ctx, b, as)
	trial.Row, trial.InAudience = person.Data, in
	return trial, err
}
