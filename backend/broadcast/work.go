package broadcast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	lookEvery = 250 * time.Millisecond
	// watchEvery is how often a broadcast that is being sent is looked at;
	// watchShare times the cost of a look is the least pause between two.
	watchEvery = time.Second
	watchShare = 20
	// lease is how long a worker has a broadcast to itself.
	lease = 30 * time.Second
	// releasePage is how many held messages are queued in one transaction.
	releasePage = 1000
	// failedLeast and more than half of what ended pauses a broadcast.
	failedLeast = 20
)

// Ways answers what keeps a channel from being served.
type Ways interface {
	// Blocked says why no integration of the channel can be used now because
	// Clarion has stopped using them; nothing when one can.
	Blocked(ctx context.Context, channel notify.Channel) (string, error)
}

// Worker does what is to be done next about broadcasts. Any number may run: each
// broadcast is one worker's at a time, and every step may be done again.
type Worker struct {
	Desk  *Desk
	Books Books
	Ways  Ways
	Clock notify.Clock
	Log   *slog.Logger
	// Name tells this worker from the others.
	Name string
}

// Run looks for work until the context ends.
func (w *Worker) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			for w.Once(ctx) {
			}
		}
	}
}

// Once does one step for one broadcast, and reports whether there was one.
func (w *Worker) Once(ctx context.Context) bool {
	now := w.Clock.Now()
	b, err := w.Books.ClaimBroadcast(ctx, w.Name, now, now.Add(lease))
	if errors.Is(err, notify.ErrNotFound) || ctx.Err() != nil {
		return false
	}
	if err == nil {
		err = w.step(ctx, b)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, notify.ErrConflict) {
		w.Log.Error("work on a broadcast; it is taken up again", "broadcast", b.ID, "error", err)
	}
	return err == nil
}

func (w *Worker) step(ctx context.Context, b Broadcast) error {
	switch b.State {
	case Submitted:
		return w.Desk.Freeze(ctx, b)
	case Approved, Scheduled:
		return w.Desk.Launch(ctx, b)
	case Sending:
		return w.watch(ctx, b)
	}
	return nil
}

// Freeze writes down what was submitted: the audience, the versions, what it
// comes to. Done again it writes the same of the same revision, once.
func (d *Desk) Freeze(ctx context.Context, b Broadcast) error {
	check, frozen, err := d.thought(ctx, b)
	if err != nil {
		return err
	}
	hash, err := hashOf(b.Name, b.Plan, frozen)
	if err != nil {
		return fmt.Errorf("broadcast %s: %w", b.ID, err)
	}
	_, err = d.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != Submitted || now.Revision != b.Revision || now.Frozen != nil {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		if bars(check.Findings) {
			reason := "It cannot go out as it is: " + check.Findings[0].Detail
			for _, f := range check.Findings {
				if f.Level == Bars {
					reason = "It cannot go out as it is: " + f.Detail
					break
				}
			}
			c := now.reopen(reason)
			c.Entry = Entry{Kind: "refused", Detail: reason}
			return c, nil
		}
		now.Frozen, now.Hash, now.People, now.Digest = &frozen, hash, frozen.People, frozen.Digest
		now.LookAt = time.Time{}
		return Change{Entry: Entry{Kind: "frozen", Detail: fmt.Sprintf("%d recipients", frozen.People)}}, nil
	})
	return err
}

// Launch hands what was approved to the line when its time has come, unless what
// it says has changed. The event has the id that the approval gave it: there is
// never a second one.
func (d *Desk) Launch(ctx context.Context, b Broadcast) error {
	if err := d.unchanged(ctx, b); err != nil {
		if errors.Is(err, notify.ErrConflict) {
			return d.void(ctx, b)
		}
		return err
	}
	_, err := d.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != b.State || now.Hash != b.Hash {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		at := d.Clock.Now()
		if now.SendAt.After(at) {
			now.State, now.LookAt = Scheduled, now.SendAt
			return Change{Entry: Entry{Kind: "scheduled", Detail: now.SendAt.Format(time.RFC3339)}}, nil
		}
		event := now.event(at)
		now.State, now.StartedAt, now.LookAt = Sending, at, at.Add(watchEvery)
		return Change{Launch: &event, Entry: Entry{Kind: "started"}}, nil
	})
	return err
}

// void takes an approval back whose content has changed since.
func (d *Desk) void(ctx context.Context, b Broadcast) error {
	_, err := d.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != b.State || now.Hash != b.Hash {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		reason := "A template, layout or partial it goes out with has changed since it was approved: it needs a new approval."
		c := now.reopen(reason)
		c.Entry = Entry{Kind: "voided", Detail: reason}
		return c, nil
	})
	return err
}
