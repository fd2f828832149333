package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Definition says what a saga of a name does.
type Definition struct {
	Name  string
	Steps []StepDefinition
}

// StepDefinition is one step of it.
type StepDefinition struct {
	Name string
	// Input makes the step's own input of the saga's and of what the steps before
	// it answered; nil gives it the saga's.
	Input func(input json.RawMessage, outputs map[string]json.RawMessage) (any, error)
	// Do must have its effect once per key, however often it is asked.
	Do Action
	// Undo takes back what stands of Do. It must also work when nothing does, and
	// keep a late Do with the same key from having an effect. Nil where there is
	// nothing to take back.
	Undo Action
	// Timeout is how long one call may take.
	Timeout time.Duration
	// Retry and UndoRetry say how often and how soon it is asked again.
	Retry, UndoRetry Retry
}

// Action is the work of a step, or its compensation. It answers Done, More or
// Await; an error that is no Refusal means that nobody knows what came of it.
type Action func(ctx context.Context, c Call) (Answer, error)

// Retry says how often in all a step is asked that gets nowhere, and how long the
// pauses between are: they double from First up to Most.
type Retry struct {
	Tries       int
	First, Most time.Duration
}

func (r Retry) pause(tried int) time.Duration {
	d := min(r.Most, r.First<<min(max(tried-1, 0), 20))
	return d - time.Duration(rand.Int64N(int64(d/4)+1))
}

// Call is what an action is given.
type Call struct {
	SagaID, Saga, Step string
	// Key is the same whenever this step of this saga is asked, also to undo it.
	Key     string
	TraceID string
	Input   json.RawMessage
	// Output is what the action answered, for its compensation; nil if it never did.
	Output json.RawMessage
	// Checkpoint is what the last More said.
	Checkpoint json.RawMessage
	// Reached is how far the action had come, for its compensation.
	Reached json.RawMessage
	Signals map[string]Signal
	// Why is why the saga turned back, for a compensation.
	Why string
	Try int
	// Begun is when the step was first asked, Now when it is asked this time.
	Begun, Now time.Time
}

// Answer is what an action says when it has not failed.
type Answer struct {
	output     any
	checkpoint any
	wait       *Wait
}

// Wait is what a step waits for before it is asked again: for the signal of a
// name, or until a time, whichever comes first.
type Wait struct {
	Kind   WaitKind
	Signal string
	Until  time.Time
}

// Finish says that the step is done.
func Finish(output any) Answer { return Answer{output: output} }

// More says that the step has come as far as the checkpoint and is to be asked
// again at once. What lies before a checkpoint is never asked for twice.
func More(checkpoint any) Answer { return Answer{checkpoint: checkpoint} }

// Await parks the saga; the step is asked again when the wait is over.
func Await(w Wait) Answer { return Answer{wait: &w} }

// Refusal is a no that trying again does not change. Nothing of the step stands
// since its last checkpoint.
type Refusal struct{ Reason string }

// Error returns the reason.
func (r Refusal) Error() string { return r.Reason }

// check finds the mistakes that would only show when a saga has begun.
func (d Definition) check() error {
	if d.Name == "" || len(d.Steps) == 0 {
		return errors.New("a saga needs a name and steps")
	}
	seen := map[string]bool{}
	for _, s := range d.Steps {
		if s.Name == "" || s.Do == nil || seen[s.Name] {
			return fmt.Errorf("saga %s: step %q needs a name of its own and an action", d.Name, s.Name)
		}
		seen[s.Name] = true
		if s.Timeout <= 0 || s.Retry.Tries < 1 || s.Undo != nil && s.UndoRetry.Tries < 1 {
			return fmt.Errorf("saga %s: step %s needs a timeout and tries", d.Name, s.Name)
		}
	}
	return nil
}

func (d Definition) step(name string) (StepDefinition, error) {
	for _, s := range d.Steps {
		if s.Name == name {
			return s, nil
		}
	}
	return StepDefinition{}, fmt.Errorf("saga %s has no step %s in this release", d.Name, name)
}
