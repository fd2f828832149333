package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// turn is one worker's hold on a saga.
type turn struct {
	*Engine
	definition Definition
	saga       Saga
	until      time.Time
	abandoned  bool
	// over says that there is nothing more to do in this turn.
	over bool
}

// stuckFor is how long a saga rests that this release does not know how to go on
// with: during an upgrade another process may.
const stuckFor = time.Minute

func (t *turn) run(ctx context.Context) error {
	for !t.over {
		var err error
		switch {
		case t.saga.State == Compensating:
			err = t.back(ctx)
		case t.abandoned:
			err = t.turnBack(ctx, "taken back by "+t.saga.AbandonedBy, nil)
		default:
			err = t.forward(ctx)
		}
		if err != nil {
			return err
		}
		if !t.over && (ctx.Err() != nil || t.Clock.Now().After(t.until)) {
			return t.yield(ctx)
		}
	}
	return nil
}

// yield gives the saga back between two calls, for the next turn.
func (t *turn) yield(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	t.saga.NextAt = t.Clock.Now()
	if err := t.release(ctx, nil); err != nil {
		return err
	}
	t.wake(ctx, t.saga)
	return nil
}

// interrupted gives a saga back whose worker is stopping in the middle of a call.
// That is no fault of the step: it is asked again at once, and the try does not
// count.
func (t *turn) interrupted(ctx context.Context, step *Step, kind Kind) error {
	line := Transition{Kind: kind, Try: step.Tries, Detail: "the worker was stopped"}
	step.Tries--
	t.saga.NextAt = t.Clock.Now()
	return t.release(ctx, step, line)
}

// stuck says why this release cannot go on, and tries again later.
func (t *turn) stuck(ctx context.Context, why error) error {
	t.saga.NextAt = t.Clock.Now().Add(stuckFor)
	if t.saga.Fault == why.Error() {
		return t.release(ctx, nil)
	}
	t.saga.Fault = why.Error()
	return t.release(ctx, nil, Transition{Kind: CannotBeGoneOn, Detail: why.Error()})
}

// save writes the saga with the step that changed and keeps it.
func (t *turn) save(ctx context.Context, step *Step, lines ...Transition) error {
	return t.write(ctx, false, step, lines)
}

// release writes the saga and gives it back; the turn is over.
func (t *turn) release(ctx context.Context, step *Step, lines ...Transition) error {
	t.over = true
	return t.write(ctx, true, step, lines)
}

func (t *turn) write(ctx context.Context, release bool, step *Step, lines []Transition) error {
	now := t.Clock.Now()
	t.saga.UpdatedAt = now
	for i := range lines {
		lines[i].At = now
		if step != nil {
			lines[i].Step = step.Name
		}
	}
	c := Change{Saga: t.saga, Transitions: lines, Release: release, Now: now}
	if step != nil {
		c.Steps = []Step{*step}
	}
	abandoned, err := t.Store.SaveSaga(context.WithoutCancel(ctx), c)
	if err != nil {
		return err
	}
	t.abandoned = t.abandoned || abandoned
	t.changed(t.saga.ID)
	return nil
}

// hold says how long the saga is held for a call, before it is written.
func (t *turn) hold(timeout time.Duration) {
	t.saga.LeaseUntil = t.Clock.Now().Add(timeout + leaseMargin)
}

// ask calls an action with its time limit. What panics is an error: others'
// sagas must not die of it.
func (t *turn) ask(ctx context.Context, do Action, c Call, timeout time.Duration) (a Answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("it panicked: %v", cause)
		}
	}()
	a, err = do(ctx, c)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %s", timeout)
	}
	return a, err
}

func (t *turn) call(step *Step) Call {
	return Call{
		SagaID: t.saga.ID, Saga: t.saga.Name, Step: step.Name, Key: t.saga.ID + "/" + step.Name, TraceID: t.saga.TraceID,
		Input: step.Input, Checkpoint: step.Checkpoint, Signals: t.saga.Signals, Try: step.Tries, Begun: step.BegunAt, Now: t.Clock.Now(),
	}
}

// inputOf fixes what a step is given.
func (t *turn) inputOf(d StepDefinition) (json.RawMessage, error) {
	if d.Input == nil {
		return t.saga.Input, nil
	}
	outputs := map[string]json.RawMessage{}
	for _, s := range t.saga.Steps {
		outputs[s.Name] = s.Output
	}
	in, err := d.Input(t.saga.Input, outputs)
	if err != nil {
		return nil, err
	}
	return document(in)
}

func document(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil
	}
	raw, err := json.Marshal(v)
	return raw, err
}

// park makes the saga wait. A wait without an end is looked at once a year.
func (t *turn) park(w Wait) {
	t.saga.WaitKind, t.saga.Awaits, t.saga.NextAt = w.Kind, w.Signal, w.Until
	if w.Until.IsZero() {
		t.saga.NextAt = t.Clock.Now().AddDate(1, 0, 0)
	}
}

// unpark ends a wait.
func (t *turn) unpark() {
	t.saga.WaitKind, t.saga.Awaits = "", ""
	if t.saga.State == Waiting {
		t.saga.State = Running
	}
}

func waitDetail(w Wait) string {
	if w.Signal == "" {
		return string(w.Kind)
	}
	return string(w.Kind) + " " + w.Signal
}
