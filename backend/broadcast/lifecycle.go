package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Step is one step of the saga that carries a submission from its freezing to its
// end.
type Step string

// The steps, in their order.
const (
	FreezeStep  Step = "freeze_audience"
	ReserveStep Step = "reserve_quota"
	ApproveStep Step = "await_approval"
	BeginStep   Step = "await_start"
	SendStep    Step = "fan_out"
	FinishStep  Step = "finish"
	// RecallStep is the only step of a saga of its own: it takes back what a
	// broadcast has sent that had ended when somebody cancelled it.
	RecallStep Step = "recall"
)

// The signals that a saga waits for.
const (
	ApprovedSignal = "approved"
	EndedSignal    = "ended"
)

// Stages are the steps of a submission, and whether there is something to take
// back of each.
var Stages = []struct {
	Step   Step
	Undoes bool
}{{FreezeStep, true}, {ReserveStep, true}, {ApproveStep, false}, {BeginStep, false}, {SendStep, true}, {FinishStep, false}}

// Sagas is the engine that runs the steps.
type Sagas interface {
	// Begin starts the saga of a submission; the one that is there is returned.
	Begin(ctx context.Context, b Broadcast) (id string, err error)
	// Tell gives a saga the signal it waits for.
	Tell(ctx context.Context, id, signal, by string) error
	// TakeBack asks for everything to be undone, and reports whether the saga has
	// ended, be it completed or undone.
	TakeBack(ctx context.Context, id, by string) (ended bool, err error)
	// Recall starts the saga that takes back what went out.
	Recall(ctx context.Context, b Broadcast) (id string, err error)
}

// Ask asks for a step of the saga of one submission.
type Ask struct {
	ID       string `json:"broadcast"`
	Revision int    `json:"revision"`
	// Saga is the one that asks.
	Saga       string          `json:"-"`
	Checkpoint json.RawMessage `json:"-"`
	// Why is why the saga turned back, when a step is undone.
	Why string `json:"-"`
}

// Answer is how far a step has come: done with Output, as far as Checkpoint, or
// waiting.
type Answer struct {
	Output, Checkpoint any
	// Signal or Until is what it waits for.
	Signal string
	Until  time.Time
}

// Refusal is a no for good: the saga turns back.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r Refusal) Error() string { return r.Reason }

// Lifecycle does the steps.
type Lifecycle struct {
	*Desk
	Recaller *Recaller
}

// Do does a step. It may be asked again whenever nobody knows what came of it.
func (l *Lifecycle) Do(ctx context.Context, step Step, a Ask) (Answer, error) {
	b, err := l.Store.Broadcast(ctx, a.ID)
	if err != nil {
		return Answer{}, fmt.Errorf("read broadcast %s: %w", a.ID, err)
	}
	if step == RecallStep {
		return l.Recaller.next(ctx, b, a.Checkpoint)
	}
	if b.Revision != a.Revision || b.State == Draft {
		return Answer{}, Refusal{"it was edited after it was submitted"}
	}
	if b.State == Cancelled || b.State == Rejected {
		return Answer{}, Refusal{fmt.Sprintf("it was %s: %s", b.State, b.Reason)}
	}
	switch step {
	case FreezeStep:
		return l.freeze(ctx, b)
	case ReserveStep:
		return l.reserve(ctx, b)
	case ApproveStep:
		return l.approval(ctx, b), nil
	case BeginStep:
		return l.await(ctx, b)
	case SendStep:
		return l.send(ctx, b, a)
	case FinishStep:
		return l.finish(ctx, b)
	}
	return Answer{}, fmt.Errorf("a broadcast has no step %s", step)
}

// Undo takes back what stands of a step.
func (l *Lifecycle) Undo(ctx context.Context, step Step, a Ask) (Answer, error) {
	b, err := l.Store.Broadcast(ctx, a.ID)
	if err != nil {
		return Answer{}, fmt.Errorf("read broadcast %s: %w", a.ID, err)
	}
	switch step {
	case FreezeStep:
		return Answer{}, l.unfreeze(ctx, b, a)
	case ReserveStep:
		return l.settle(ctx, b, a.Revision)
	case SendStep:
		return l.unsend(ctx, b, a)
	}
	return Answer{}, fmt.Errorf("a broadcast has nothing to undo of %s", step)
}

func (l *Lifecycle) freeze(ctx context.Context, b Broadcast) (Answer, error) {
	if b.Frozen == nil {
		if err := l.Freeze(ctx, b); err != nil {
			return Answer{}, err
		}
		var err error
		if b, err = l.Store.Broadcast(ctx, b.ID); err != nil {
			return Answer{}, fmt.Errorf("read broadcast %s: %w", b.ID, err)
		}
	}
	if b.Frozen == nil {
		return Answer{}, Refusal{b.Reason}
	}
	return Answer{Output: map[string]any{"people": b.Frozen.People, "digest": b.Frozen.Digest, "pins": b.Frozen.Pins, "hash": b.Hash}}, nil
}

// unfreeze makes a draft of it again, unless somebody has done something else
// with it.
func (l *Lifecycle) unfreeze(ctx context.Context, b Broadcast, a Ask) error {
	_, err := l.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
		stands := now.State == Submitted || now.State == Approved || now.State == Scheduled
		if now.Revision != a.Revision || !stands {
			return Change{}, errUnchanged
		}
		kind := "refused"
		if now.State != Submitted {
			kind = "voided"
		}
		now.setAside()
		now.reopen(a.Why)
		return Change{Entry: Entry{Kind: kind, Detail: a.Why}}, nil
	})
	return unlessUnchanged(err)
}

// errUnchanged says that there is nothing to change any more.
var errUnchanged = errors.New("nothing is to be changed")

func unlessUnchanged(err error) error {
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// approval waits for the second person, who is told. To tell twice is to tell once.
func (l *Lifecycle) approval(ctx context.Context, b Broadcast) Answer {
	if b.State == Submitted {
		l.Teller.Waits(ctx, b)
		return Answer{Signal: ApprovedSignal}
	}
	return Answer{Output: map[string]any{"by": b.DecidedBy, "hash": b.Hash}}
}

// await waits for the time of a broadcast.
func (l *Lifecycle) await(ctx context.Context, b Broadcast) (Answer, error) {
	if err := l.stillSame(ctx, b); err != nil {
		return Answer{}, err
	}
	if !b.SendAt.After(l.Clock.Now()) {
		return Answer{Output: map[string]any{"at": l.Clock.Now()}}, nil
	}
	if b.State == Approved {
		_, err := l.change(ctx, b.ID, house, func(now *Broadcast) (Change, error) {
			if now.State != Approved || now.Hash != b.Hash {
				return Change{}, conflict("wrong_state", "it was changed meanwhile")
			}
			now.State = Scheduled
			return Change{Entry: Entry{Kind: "scheduled", Detail: now.SendAt.Format(time.RFC3339)}}, nil
		})
		if err != nil {
			return Answer{}, err
		}
	}
	return Answer{Until: b.SendAt}, nil
}

// stillSame refuses what no longer says what was approved.
func (l *Lifecycle) stillSame(ctx context.Context, b Broadcast) error {
	if b.State != Approved && b.State != Scheduled {
		return nil
	}
	err := l.unchanged(ctx, b)
	if errors.Is(err, notify.ErrConflict) {
		return Refusal{"A template, layout or partial it goes out with has changed since it was approved: it needs a new approval."}
	}
	return err
}
