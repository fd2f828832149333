package broadcast

import (
	"context"
	"fmt"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

// send hands the broadcast to the line, once, and waits for its end. The pages of
// its audience are fanned out by the line itself, whose cursor moves in the
// transaction that saves what was made of a page.
func (l *Lifecycle) send(ctx context.Context, b Broadcast, a Ask) (Answer, error) {
	switch b.State {
	case Approved, Scheduled:
		if err := l.stillSame(ctx, b); err != nil {
			return Answer{}, err
		}
		if err := l.moveQuota(ctx, b); err != nil {
			return Answer{}, err
		}
		if err := l.launch(ctx, b); err != nil {
			return Answer{}, err
		}
	case Failed:
		return Answer{}, Refusal{"it could not be sent: " + b.Reason}
	case Completed:
		p, err := l.Store.BroadcastProgress(ctx, b)
		if err != nil {
			return Answer{}, fmt.Errorf("count the messages of broadcast %s: %w", b.ID, err)
		}
		return Answer{Output: map[string]any{"messages": p.Messages, "counts": p.Counts}}, nil
	}
	if a.Checkpoint == nil {
		// From here on something stands of this step, whatever it says later.
		return Answer{Checkpoint: map[string]any{"event": b.EventID}}, nil
	}
	return Answer{Signal: EndedSignal}, nil
}

// launch hands what was approved to the line. The event has the id that the
// approval gave it: there is never a second one.
func (l *Lifecycle) launch(ctx context.Context, b Broadcast) error {
	_, err := l.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != b.State || now.Hash != b.Hash {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		at := l.Clock.Now()
		event := now.event(at)
		now.State, now.StartedAt, now.LookAt = Sending, at, at.Add(watchEvery)
		return Change{Launch: &event, Entry: Entry{Kind: "started"}}, nil
	})
	if err == nil {
		killpoint.Reach(killpoint.AfterLaunch)
	}
	return err
}

// unsend stops what has not gone out, and takes back what went out when whoever
// cancelled it wants that.
func (l *Lifecycle) unsend(ctx context.Context, b Broadcast, a Ask) (Answer, error) {
	if b.Revision != a.Revision {
		return Answer{}, nil
	}
	if b.State == Sending || b.State == Paused || b.State == Failed {
		stopped, err := l.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
			c := Change{Event: CancelEvent}
			if now.State == Sending || now.State == Paused {
				now.State, now.Reason, now.EndedAt = Cancelled, a.Why, l.Clock.Now()
				c.Entry = Entry{Kind: "cancelled", Detail: a.Why}
			}
			now.LookAt = l.Clock.Now()
			return c, nil
		})
		if err != nil {
			return Answer{}, err
		}
		b = stopped
	}
	return l.Recaller.next(ctx, b, a.Checkpoint)
}

// finish writes what it has used of the quota.
func (l *Lifecycle) finish(ctx context.Context, b Broadcast) (Answer, error) {
	return l.settle(ctx, b, b.Revision)
}

// settle makes what was reserved what was used: the messages that went out.
func (l *Lifecycle) settle(ctx context.Context, b Broadcast, revision int) (Answer, error) {
	used := 0
	if b.Revision == revision && b.EventID != "" {
		p, err := l.Store.BroadcastProgress(ctx, b)
		if err != nil {
			return Answer{}, fmt.Errorf("count the messages of broadcast %s: %w", b.ID, err)
		}
		used = p.Counts[notify.Sent] + p.Counts[notify.Delivered] + p.Counts[notify.Unknown]
	}
	if err := l.Quotas.SettleQuota(ctx, b.ID, revision, used); err != nil {
		return Answer{}, fmt.Errorf("settle the quota of broadcast %s: %w", b.ID, err)
	}
	return Answer{Output: map[string]any{"used": used}}, nil
}
