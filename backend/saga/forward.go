package saga

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// forward asks the next step.
func (t *turn) forward(ctx context.Context) error {
	place := t.next()
	if place < 0 {
		return t.complete(ctx)
	}
	step := &t.saga.Steps[place]
	definition, err := t.definition.step(step.Name)
	if err != nil {
		return t.stuck(ctx, err)
	}
	if step.Tries >= definition.Retry.Tries {
		// It was asked as often as it may be, and the last answer was lost with
		// the worker who waited for it.
		return t.giveUp(ctx, step, "the worker that asked it died")
	}
	if err := t.begin(ctx, step, definition); err != nil || t.abandoned || t.saga.State != Running {
		return err
	}
	answer, err := t.ask(ctx, definition.Do, t.call(step), definition.Timeout)
	if err != nil && ctx.Err() != nil {
		return t.interrupted(ctx, step, Failed)
	}
	return t.settle(ctx, step, definition, answer, err)
}

// next is the place of the first step that is not done.
func (t *turn) next() int {
	for i, s := range t.saga.Steps {
		if s.State != Done {
			return i
		}
	}
	return -1
}

func (t *turn) complete(ctx context.Context) error {
	t.saga.State, t.saga.Step, t.saga.EndedAt, t.saga.Fault = Completed, "", t.Clock.Now(), ""
	if err := t.release(ctx, nil, Transition{Kind: HasCompleted}); err != nil {
		return err
	}
	if t.abandoned {
		// Somebody was faster: it was not completed, and is still held.
		t.saga.State, t.saga.EndedAt, t.over = Running, time.Time{}, false
	}
	return nil
}

// begin writes that a step is asked, before it is.
func (t *turn) begin(ctx context.Context, step *Step, d StepDefinition) error {
	if step.State == Pending {
		input, err := t.inputOf(d)
		if err != nil {
			step.Error = err.Error()
			step.State = Refused
			return t.turnBack(ctx, step.Name+": "+step.Error, step)
		}
		step.Input, step.BegunAt = input, t.Clock.Now()
	}
	t.unpark()
	step.State = Trying
	step.Tries++
	t.saga.Step, t.saga.Fault = step.Name, ""
	t.hold(d.Timeout)
	return t.save(ctx, step, Transition{Kind: Tried, Try: step.Tries})
}

// settle writes what came of a call.
func (t *turn) settle(ctx context.Context, step *Step, d StepDefinition, a Answer, err error) error {
	var no Refusal
	switch {
	case errors.As(err, &no):
		return t.refused(ctx, step, no)
	case err != nil && step.Tries >= d.Retry.Tries:
		return t.giveUp(ctx, step, err.Error())
	case err != nil:
		step.Error = err.Error()
		t.saga.NextAt = t.Clock.Now().Add(d.Retry.pause(step.Tries))
		return t.release(ctx, step, Transition{Kind: Failed, Try: step.Tries, Detail: step.Error})
	case a.wait != nil:
		step.State, step.Tries, step.Error = Parked, 0, ""
		t.saga.State = Waiting
		t.park(*a.wait)
		return t.release(ctx, step, Transition{Kind: Waits, Detail: waitDetail(*a.wait)})
	case a.checkpoint != nil:
		step.Tries, step.Error = 0, ""
		if step.Checkpoint, err = document(a.checkpoint); err != nil {
			return fmt.Errorf("write the checkpoint of step %s: %w", step.Name, err)
		}
		return t.save(ctx, step, Transition{Kind: Progressed, Detail: string(step.Checkpoint)})
	}
	step.State, step.Error, step.EndedAt = Done, "", t.Clock.Now()
	if step.Output, err = document(a.output); err != nil {
		return fmt.Errorf("write the output of step %s: %w", step.Name, err)
	}
	return t.save(ctx, step, Transition{Kind: Answered, Try: step.Tries})
}

// refused turns back. What a step of many pages did before its last checkpoint
// stands, so that it is taken back as well.
func (t *turn) refused(ctx context.Context, step *Step, no Refusal) error {
	step.State, step.Error, step.EndedAt = Refused, no.Reason, t.Clock.Now()
	if step.Checkpoint != nil {
		step.State = InDoubt
	}
	return t.turnBack(ctx, step.Name+": "+no.Reason, step, Transition{Kind: SaidNo, Try: step.Tries, Detail: no.Reason})
}

// giveUp turns back from a step of which nobody knows what it did.
func (t *turn) giveUp(ctx context.Context, step *Step, why string) error {
	step.State, step.Error, step.EndedAt = InDoubt, why, t.Clock.Now()
	return t.turnBack(ctx, step.Name+": "+why, step, Transition{Kind: Doubted, Try: step.Tries, Detail: why})
}
