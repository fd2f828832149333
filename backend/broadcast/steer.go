package broadcast

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Pause keeps everything that has not gone out: nothing more is made, and what
// is queued is held when its turn comes.
func (d *Desk) Pause(ctx context.Context, id, reason string, by Actor) (Broadcast, error) {
	return d.change(ctx, id, by, func(b *Broadcast) (Change, error) {
		if b.State != Sending {
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s, not sending", b.State))
		}
		b.State, b.Reason, b.LookAt = Paused, reason, time.Time{}
		return Change{Entry: Entry{Kind: "paused", Detail: reason}, Event: HoldEvent}, nil
	})
}

// Resume goes on where it was paused: with the next page, and with what was held.
func (d *Desk) Resume(ctx context.Context, id string, by Actor) (Broadcast, error) {
	p, err := d.Progress(ctx, id)
	if err != nil {
		return Broadcast{}, err
	}
	return d.change(ctx, id, by, func(b *Broadcast) (Change, error) {
		if b.State != Paused {
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s, not paused", b.State))
		}
		b.State, b.Reason, b.LookAt, b.Forgiven = Sending, "", d.Clock.Now(), p.Counts[notify.Failed]
		return Change{Entry: Entry{Kind: "resumed"}, Event: ReleaseEvent}, nil
	})
}

// Cancellation asks for the end of a broadcast.
type Cancellation struct {
	Reason string
	// Keep leaves what has gone out where it is; otherwise what can be taken back
	// is.
	Keep bool
	By   Actor
}

// Cancel ends it: what waits is stopped at once, and its saga takes back what it
// holds. What has gone out is taken back as far as the vendors let it, also of a
// broadcast that had ended already, once.
func (d *Desk) Cancel(ctx context.Context, id string, c Cancellation) (Broadcast, error) {
	return d.change(ctx, id, c.By, func(b *Broadcast) (Change, error) {
		if b.State.Ended() && (b.Recall != "" || c.Keep || b.StartedAt.IsZero()) {
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s", b.State))
		}
		now, kind := d.Clock.Now(), "cancelled"
		if b.State.Ended() {
			kind = "recalled"
		} else {
			b.EndedAt = now
		}
		if !c.Keep && !b.StartedAt.IsZero() {
			b.Recall = Recalling
		}
		b.State, b.Reason, b.EndedBy, b.LookAt = Cancelled, c.Reason, c.By.Name, now
		return Change{Entry: Entry{Kind: kind, Detail: c.Reason}, Event: CancelEvent}, nil
	})
}
