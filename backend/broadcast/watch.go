package broadcast

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

// watch looks how a broadcast gets on: it queues what a pause had held, notices
// the end, and pauses what an integration cannot carry.
func (w *Worker) watch(ctx context.Context, b Broadcast) error {
	begun := time.Now()
	p, err := w.Desk.count(ctx, b)
	if err != nil {
		return err
	}
	for p.Waiting > 0 {
		n, err := w.Books.ReleaseHeld(ctx, b.EventID, w.Clock.Now(), releasePage)
		if err != nil {
			return fmt.Errorf("let go on what broadcast %s had held: %w", b.ID, err)
		}
		if n < releasePage {
			break
		}
	}
	reason, err := w.trouble(ctx, b, p)
	if err != nil {
		return err
	}
	next := w.Clock.Now().Add(max(watchEvery, time.Since(begun)*watchShare))
	b, err = w.Desk.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != Sending {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		return now.seen(p, reason, w.Clock.Now(), next), nil
	})
	if err == nil && b.State == Completed {
		killpoint.Reach(killpoint.AfterEnd)
	}
	return err
}

// seen is what a look makes of a broadcast that is being sent.
func (b *Broadcast) seen(p Progress, trouble string, now, next time.Time) Change {
	end := func(state State, kind, reason string) Change {
		b.State, b.Reason, b.EndedAt, b.LookAt = state, reason, now, now
		return Change{Entry: Entry{Kind: kind, Detail: reason}}
	}
	switch {
	case p.EventStatus == notify.EventFailed:
		return end(Failed, "failed", p.EventError)
	case p.EventStatus == notify.EventCancelled:
		return end(Cancelled, "cancelled", "Its event was cancelled.")
	case p.EventStatus == notify.EventDispatched && p.Open() == 0:
		return end(Completed, "completed", "")
	case trouble != "":
		b.State, b.Reason, b.LookAt = Paused, trouble, time.Time{}
		return Change{Entry: Entry{Kind: "paused", Detail: trouble}, Event: HoldEvent}
	}
	b.LookAt = next
	return Change{}
}

// trouble says why a broadcast should not go on, or nothing.
func (w *Worker) trouble(ctx context.Context, b Broadcast, p Progress) (string, error) {
	if p.EventStatus == notify.EventDispatched && p.Open() == 0 {
		return "", nil
	}
	channels := b.Channels
	if b.Frozen != nil && b.Frozen.Workflow != nil {
		channels = nil
		for _, step := range b.Frozen.Workflow.Steps {
			channels = append(channels, step.Channel)
		}
	}
	for _, channel := range channels {
		why, err := w.Ways.Blocked(ctx, channel)
		if err != nil {
			return "", fmt.Errorf("look at the integrations of %s: %w", channel, err)
		}
		if why != "" {
			return why, nil
		}
	}
	failed := p.Counts[notify.Failed] - b.Forgiven
	if good := p.Counts[notify.Sent] + p.Counts[notify.Delivered]; failed >= failedLeast && failed > good {
		return fmt.Sprintf("%d messages have failed and %d went out: look at the failures before it goes on.", failed, good), nil
	}
	return "", nil
}
