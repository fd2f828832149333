package broadcast

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Recall takes back what a broadcast that has ended sent; asked again, what could
// not be taken back because a vendor did not answer, and nothing else.
func (d *Desk) Recall(ctx context.Context, id, reason string, by Actor) (Broadcast, error) {
	p, err := d.Progress(ctx, id)
	if err != nil {
		return Broadcast{}, err
	}
	return d.change(ctx, id, by, func(b *Broadcast) (Change, error) {
		switch {
		case !b.State.Ended():
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s: cancelling it takes back what has gone out", b.State))
		case b.StartedAt.IsZero():
			return Change{}, conflict("wrong_state", "nothing of it has gone out")
		case b.Recall == Recalling:
			return Change{}, conflict("running", "what went out is being taken back")
		case b.Recall == Recalled && p.Recalls[RecallMistaken] == 0:
			return Change{}, conflict("nothing_failed", "everything that can be taken back was")
		}
		kind, again := "recalled", b.Recall == Recalled
		if again {
			kind = "recall_again"
			b.RecallRound++
		} else {
			b.Reason = reason
		}
		b.State, b.Recall, b.EndedBy, b.LookAt = Cancelled, Recalling, by.Name, d.Clock.Now()
		return Change{Entry: Entry{Kind: kind, Detail: reason}, Event: CancelEvent, ForgetFailedRecalls: again}, nil
	})
}

// SingleBooks is what taking back one message needs besides.
type SingleBooks interface {
	// SentMessage returns a message, and what is written of taking it back.
	SentMessage(ctx context.Context, id string) (Sent, Taken, error)
	// StopMessage cancels one that has not gone out; one that has is left.
	StopMessage(ctx context.Context, id string, now time.Time) error
}

// Single takes one message back, whatever it was sent for.
type Single struct {
	Recaller *Recaller
	Books    SingleBooks
}

// Recall stops a message that has not gone out, deletes it from where it went, or
// says why it cannot be. What failed may be tried again.
func (r *Single) Recall(ctx context.Context, id string) (Taken, error) {
	s, taken, err := r.Books.SentMessage(ctx, id)
	if err != nil {
		return taken, fmt.Errorf("find message %s: %w", id, err)
	}
	if taken.Outcome != recallWaits && taken.Outcome != RecallMistaken {
		return taken, conflict("recalled", fmt.Sprintf("it was asked for before: %s", taken.Outcome))
	}
	if standing(s) == recallWaits {
		if err := r.Books.StopMessage(ctx, id, r.Recaller.Clock.Now()); err != nil && !errors.Is(err, notify.ErrConflict) {
			return taken, fmt.Errorf("stop message %s: %w", id, err)
		}
		if s, _, err = r.Books.SentMessage(ctx, id); err != nil {
			return taken, fmt.Errorf("find message %s: %w", id, err)
		}
	}
	list, err := r.Recaller.takeAll(ctx, []Sent{s})
	if err != nil {
		return taken, err
	}
	if len(list) == 0 {
		return taken, conflict("on_its_way", "it is on its way to its vendor: ask again in a moment")
	}
	list[0].Note = true
	if err := r.Recaller.Recalls.SaveRecalls(ctx, s.Broadcast, list, r.Recaller.Clock.Now()); err != nil {
		return taken, fmt.Errorf("write what was taken back of message %s: %w", id, err)
	}
	if s.Broadcast != "" {
		r.Recaller.Tell(s.Broadcast)
	}
	return list[0], nil
}
