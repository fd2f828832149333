package ingest

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Rehearsal is a request that would have been accepted.
type Rehearsal struct {
	Event notify.Event
	// Upserts are the recipients given inline, as they would have been stored.
	Upserts []notify.Recipient
}

// Rehearse checks a request exactly as Accept does and saves nothing. Given
// workflows stand in for the live ones.
func (a *Acceptor) Rehearse(ctx context.Context, r Request, given []notify.Workflow) (Rehearsal, error) {
	checker := &Acceptor{Deps: a.Deps, known: a.known}
	if len(given) > 0 {
		checker.Workflows = fixed(given)
	}
	entry, priority, err := checker.prepare(ctx, &r, a.Clock.Now())
	if err != nil {
		return Rehearsal{}, err
	}
	one := &ticket{request: &r, entry: entry, priority: priority}
	if _, err := checker.dropUnknown(ctx, []*ticket{one}); err != nil {
		return Rehearsal{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	return Rehearsal{Event: entry.Event, Upserts: entry.Upserts}, one.answer.Err
}

// fixed are workflows that every event type starts.
type fixed []notify.Workflow

// ForEvent returns them.
func (f fixed) ForEvent(context.Context, string) ([]notify.Workflow, error) { return f, nil }

// Stops ends nothing.
func (f fixed) Stops(context.Context, string) ([]notify.Workflow, error) { return nil, nil }
