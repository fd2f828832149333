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
	Sagas Sagas
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

// step brings the saga of a broadcast in line with what people did to it, and
// watches what is being sent. What people do is stored first and told afterwards,
// by whoever looks next: a crash between the two loses nothing.
func (w *Worker) step(ctx context.Context, b Broadcast) error {
	switch b.State {
	case Submitted, Approved:
		return w.hurry(ctx, b)
	case Sending:
		return w.watch(ctx, b)
	case Completed, Failed:
		return w.tell(ctx, b, EndedSignal)
	case Draft, Rejected, Cancelled:
		return w.takeBack(ctx, b)
	}
	return nil
}

// hurry begins the saga of what was submitted, and tells it of the approval.
func (w *Worker) hurry(ctx context.Context, b Broadcast) error {
	id, err := w.Sagas.Begin(ctx, b)
	if err != nil {
		return err
	}
	if b.SagaID != "" && b.SagaID != id { // of a submission before this one
		if _, err := w.Sagas.TakeBack(ctx, b.SagaID, b.SubmittedBy); err != nil {
			return err
		}
	}
	b.SagaID = id
	if b.State == Approved {
		return w.tell(ctx, b, ApprovedSignal)
	}
	return w.rest(ctx, b)
}

func (w *Worker) tell(ctx context.Context, b Broadcast, signal string) error {
	if b.SagaID != "" {
		if err := w.Sagas.Tell(ctx, b.SagaID, signal, b.DecidedBy); err != nil {
			return err
		}
	}
	return w.rest(ctx, b)
}

// takeBack undoes the saga of what was edited, rejected or cancelled. One that had
// completed is not undone; what went out of it is taken back by a saga of its own.
func (w *Worker) takeBack(ctx context.Context, b Broadcast) error {
	ended := true
	if b.SagaID != "" {
		var err error
		if ended, err = w.Sagas.TakeBack(ctx, b.SagaID, b.EndedBy); err != nil {
			return err
		}
	}
	if b.Recall != Recalling {
		return w.rest(ctx, b)
	}
	if !ended { // undoing takes back what went out; it is seen whether it did
		return w.again(ctx, b)
	}
	now, err := w.Books.Broadcast(ctx, b.ID)
	if err != nil || now.Recall != Recalling {
		return err
	}
	if now.RecallSaga, err = w.Sagas.Recall(ctx, now); err != nil {
		return err
	}
	return w.rest(ctx, now)
}

// rest writes the sagas and says that nothing is to be done until somebody does
// something.
func (w *Worker) rest(ctx context.Context, b Broadcast) error { return w.noted(ctx, b, time.Time{}) }

// again looks once more in a moment.
func (w *Worker) again(ctx context.Context, b Broadcast) error {
	return w.noted(ctx, b, w.Clock.Now().Add(watchEvery))
}

func (w *Worker) noted(ctx context.Context, b Broadcast, look time.Time) error {
	_, err := w.Desk.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		if now.State != b.State || now.Revision != b.Revision || now.Recall != b.Recall {
			return Change{}, conflict("wrong_state", "it was changed meanwhile")
		}
		now.SagaID, now.RecallSaga, now.LookAt = b.SagaID, b.RecallSaga, look
		return Change{}, nil
	})
	return err
}

// Freeze writes down what was submitted: the audience, the versions, what it
// comes to. Done again it writes the same of the same revision, once: of several who
// are at it, because one was taken for dead, the one who took the audience down last
// wins, and the others find it frozen or are refused.
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
		if frozen.turn != 0 && now.Taken != frozen.turn {
			return Change{}, conflict("taken_anew", "its audience was taken down again meanwhile")
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
		return Change{Entry: Entry{Kind: "frozen", Detail: fmt.Sprintf("%d recipients", frozen.People)}}, nil
	})
	return err
}
