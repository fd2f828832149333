package saga

import (
	"context"
	"errors"
	"fmt"
)

// turnBack begins to take everything back; step is the one that changed with it.
func (t *turn) turnBack(ctx context.Context, why string, step *Step, lines ...Transition) error {
	t.saga.State, t.saga.Fault = Compensating, why
	t.saga.WaitKind, t.saga.Awaits = "", ""
	return t.save(ctx, step, lines...)
}

// back takes back the last step of which something stands.
func (t *turn) back(ctx context.Context) error {
	place := t.last()
	if place < 0 {
		t.saga.State, t.saga.Step, t.saga.EndedAt = Compensated, "", t.Clock.Now()
		return t.release(ctx, nil, Transition{Kind: HasCompensated})
	}
	step := &t.saga.Steps[place]
	definition, err := t.definition.step(step.Name)
	if err != nil {
		return t.stuck(ctx, err)
	}
	if step.State != Undoing {
		step.State, step.Tries = Undoing, 0
	}
	t.saga.Step = step.Name
	if definition.Undo == nil {
		step.State, step.EndedAt = Undone, t.Clock.Now()
		return t.save(ctx, step, Transition{Kind: UndoDone, Detail: NothingToUndo})
	}
	if step.Tries >= definition.UndoRetry.Tries {
		return t.leaveToPeople(ctx, step, "the worker that undid it died")
	}
	step.Tries++
	t.saga.WaitKind, t.saga.Awaits = "", ""
	t.hold(definition.Timeout)
	if err := t.save(ctx, step, Transition{Kind: UndoTried, Try: step.Tries}); err != nil {
		return err
	}
	c := t.call(step)
	c.Output, c.Reached, c.Checkpoint, c.Why = step.Output, step.Checkpoint, step.UndoCheckpoint, t.saga.Fault
	answer, err := t.ask(ctx, definition.Undo, c, definition.Timeout)
	if err != nil && ctx.Err() != nil {
		return t.interrupted(ctx, step, UndoMissed)
	}
	return t.settleBack(ctx, step, definition, answer, err)
}

// last is the place of the last step of which something stands.
func (t *turn) last() int {
	for i := len(t.saga.Steps) - 1; i >= 0; i-- {
		if t.saga.Steps[i].stands() {
			return i
		}
	}
	return -1
}

// settleBack writes what came of a compensation.
func (t *turn) settleBack(ctx context.Context, step *Step, d StepDefinition, a Answer, err error) error {
	var no Refusal
	switch {
	case errors.As(err, &no), err != nil && step.Tries >= d.UndoRetry.Tries:
		return t.leaveToPeople(ctx, step, err.Error())
	case err != nil:
		step.Error = err.Error()
		t.saga.NextAt = t.Clock.Now().Add(d.UndoRetry.pause(step.Tries))
		return t.release(ctx, step, Transition{Kind: UndoMissed, Try: step.Tries, Detail: step.Error})
	case a.wait != nil:
		step.Tries = 0
		t.park(*a.wait)
		return t.release(ctx, step, Transition{Kind: UndoWaits, Detail: waitDetail(*a.wait)})
	case a.checkpoint != nil:
		step.Tries = 0
		if step.UndoCheckpoint, err = document(a.checkpoint); err != nil {
			return fmt.Errorf("write the checkpoint of undoing step %s: %w", step.Name, err)
		}
		return t.save(ctx, step, Transition{Kind: UndoProgressed, Detail: string(step.UndoCheckpoint)})
	}
	step.State, step.Error, step.EndedAt = Undone, "", t.Clock.Now()
	return t.save(ctx, step, Transition{Kind: UndoDone, Try: step.Tries})
}

// leaveToPeople says that a step cannot be taken back; the steps before it wait
// until somebody retries.
func (t *turn) leaveToPeople(ctx context.Context, step *Step, why string) error {
	step.State, step.Error = UndoFailed, why
	t.saga.State = CompensationFailed
	t.saga.Fault = step.Name + " cannot be undone: " + why
	return t.release(ctx, step, Transition{Kind: UndoMissed, Try: step.Tries, Detail: why}, Transition{Kind: GaveUp})
}
