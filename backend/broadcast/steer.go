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

// Cancel ends it. What has gone out has gone out.
func (d *Desk) Cancel(ctx context.Context, id, reason string, by Actor) (Broadcast, error) {
	return d.change(ctx, id, by, func(b *Broadcast) (Change, error) {
		if b.State.Ended() {
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s", b.State))
		}
		now := d.Clock.Now()
		b.State, b.Reason, b.EndedAt, b.LookAt = Cancelled, reason, now, time.Time{}
		return Change{Entry: Entry{Kind: "cancelled", Detail: reason}, Event: CancelEvent}, nil
	})
}
