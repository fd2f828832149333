package saga

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

var once = Retry{Tries: 1, First: time.Second, Most: time.Second}

func does(name string, do Action) StepDefinition {
	return StepDefinition{Name: name, Do: do, Timeout: time.Minute, Retry: once, UndoRetry: once}
}

func finishes(context.Context, Call) (Answer, error) { return Finish(nil), nil }

// desk is an engine with its store and its clock.
type desk struct {
	*Engine
	store *memory
	now   *clock
	t     *testing.T
}

func openDesk(t *testing.T, d Definition) desk {
	t.Helper()
	now, store := &clock{at: noon}, newMemory()
	e, err := NewEngine(Deps{Store: store, Queue: idle{}, Clock: now, Worker: "w", Log: slog.Default()}, d)
	require.NoError(t, err)
	return desk{Engine: e, store: store, now: now, t: t}
}

func (d desk) start(input any) string {
	d.t.Helper()
	s, err := d.Start(d.t.Context(), New{Name: "one", Input: input, By: "ada"})
	require.NoError(d.t, err)
	return s.ID
}

// turn works on a saga once and returns it.
func (d desk) turn(id string) View {
	d.t.Helper()
	require.NoError(d.t, d.Handle(d.t.Context(), notify.Medium, []string{id}))
	v, err := d.Get(d.t.Context(), id)
	require.NoError(d.t, err)
	return v
}

func TestAStepIsGivenWhatTheOnesBeforeItAnswered(t *testing.T) {
	t.Parallel()
	var given []string
	second := does("second", func(_ context.Context, c Call) (Answer, error) {
		given = append(given, c.Key+" "+string(c.Input))
		return Finish(nil), nil
	})
	second.Input = func(input json.RawMessage, outputs map[string]json.RawMessage) (any, error) {
		return map[string]json.RawMessage{"order": input, "charge": outputs["first"]}, nil
	}
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{
		does("first", func(context.Context, Call) (Answer, error) { return Finish("ch_1"), nil }), second,
	}})
	id := d.start(42)
	require.Equal(t, Completed, d.turn(id).State)
	require.Equal(t, []string{id + `/second {"charge":"ch_1","order":42}`}, given)
	require.Equal(t, Completed, d.turn(id).State)
	require.Len(t, given, 1, "a saga that ended is not run again")
}

func TestASagaWaitsForASignalOrATimeAndSeesOneThatCameBefore(t *testing.T) {
	t.Parallel()
	waits := does("wait", func(_ context.Context, c Call) (Answer, error) {
		if s, ok := c.Signals["paid"]; ok {
			return Finish(s.Payload), nil
		}
		if end := c.Begun.Add(time.Hour); c.Now.Before(end) {
			return Await(Wait{Kind: ForEvent, Signal: "paid", Until: end}), nil
		}
		return Answer{}, Refusal{"nobody paid"}
	})
	for name, tt := range map[string]struct {
		signal func(d desk, id string)
		want   State
	}{
		"a signal ends the wait": {func(d desk, id string) {
			require.Equal(t, Waiting, d.turn(id).State)
			require.NoError(t, d.Signal(t.Context(), id, Signal{Name: "paid", Payload: []byte(`"yes"`)}))
		}, Completed},
		"so does one that came before": {func(d desk, id string) {
			require.NoError(t, d.Signal(t.Context(), id, Signal{Name: "paid", Payload: []byte(`"yes"`)}))
		}, Completed},
		"another signal does not": {func(d desk, id string) {
			d.turn(id)
			require.NoError(t, d.Signal(t.Context(), id, Signal{Name: "seen"}))
		}, Waiting},
		"the time ends it too": {func(d desk, id string) {
			d.turn(id)
			d.now.to(noon.Add(time.Hour))
		}, Compensated},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{waits}})
			id := d.start(nil)
			tt.signal(d, id)
			v := d.turn(id)
			require.Equal(t, tt.want, v.State)
			if tt.want == Waiting {
				require.Equal(t, ForEvent, v.WaitKind)
				require.Equal(t, noon.Add(time.Hour), v.NextAt)
			}
		})
	}
}

func TestWhatIsTakenBackByAPersonEndsWithNothing(t *testing.T) {
	t.Parallel()
	t.Run("while it waits", func(t *testing.T) {
		d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("wait", func(context.Context, Call) (Answer, error) {
			return Await(Wait{Kind: ForApproval, Signal: "decision"}), nil
		})}})
		id := d.start(nil)
		d.turn(id)
		require.NoError(t, d.Compensate(t.Context(), id, "bo"))
		require.ErrorIs(t, d.Compensate(t.Context(), id, "cy"), notify.ErrConflict, "once is enough")
		v := d.turn(id)
		require.Equal(t, Compensated, v.State)
		require.Contains(t, v.Fault, "bo")
	})
	t.Run("while its last step is under way", func(t *testing.T) {
		var d desk
		var id string
		d = openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("last", func(context.Context, Call) (Answer, error) {
			return Finish(nil), d.Compensate(t.Context(), id, "bo")
		})}})
		id = d.start(nil)
		require.Equal(t, Compensated, d.turn(id).State, "it was asked for before the end")
		require.ErrorIs(t, d.Compensate(t.Context(), id, "bo"), notify.ErrConflict)
	})
}

func TestACompensationThatCannotBeDoneIsLeftToAPerson(t *testing.T) {
	t.Parallel()
	closed := true
	step := does("pay", finishes)
	step.Undo = func(context.Context, Call) (Answer, error) {
		if closed {
			return Answer{}, Refusal{"the bank is closed"}
		}
		return Finish(nil), nil
	}
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{step, does("ship", func(context.Context, Call) (Answer, error) {
		return Answer{}, Refusal{"no carrier"}
	})}})
	id := d.start(nil)
	v := d.turn(id)
	require.Equal(t, CompensationFailed, v.State)
	require.Equal(t, "pay cannot be undone: the bank is closed", v.Fault)
	closed = false
	require.Equal(t, CompensationFailed, d.turn(id).State, "nothing happens by itself")
	require.NoError(t, d.Retry(t.Context(), id, "bo"))
	require.Equal(t, Compensated, d.turn(id).State)
	require.ErrorIs(t, d.Retry(t.Context(), id, "bo"), notify.ErrConflict)
}

func TestAPauseCanBeCutShort(t *testing.T) {
	t.Parallel()
	calls := 0
	step := does("call", func(context.Context, Call) (Answer, error) {
		if calls++; calls == 1 {
			return Answer{}, errBroken
		}
		return Finish(nil), nil
	})
	step.Retry = Retry{Tries: 2, First: time.Hour, Most: time.Hour}
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{step}})
	id := d.start(nil)
	require.Equal(t, Running, d.turn(id).State)
	require.Equal(t, Running, d.turn(id).State, "it is not asked before its time")
	require.NoError(t, d.Retry(t.Context(), id, "bo"))
	require.Equal(t, Completed, d.turn(id).State)
	require.Equal(t, 2, calls)
}

func TestOfTwentyWorkersOneWorksOnASaga(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("call", func(context.Context, Call) (Answer, error) {
		calls.Add(1)
		return Finish(nil), nil
	})}})
	id := d.start(nil)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { _ = d.Handle(context.Background(), notify.Medium, []string{id}) })
	}
	all.Wait()
	require.EqualValues(t, 1, calls.Load())
}

func TestASlowWorkerThatLostItsSagaWritesNothing(t *testing.T) {
	t.Parallel()
	var d desk
	var id string
	first := true
	d = openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("call", func(context.Context, Call) (Answer, error) {
		if first {
			first = false
			d.now.to(noon.Add(time.Hour)) // its lease is over
			require.Equal(t, Running, d.turn(id).State)
			return Finish("too late"), nil
		}
		return Answer{}, errBroken
	})}})
	d.definitions["one"].Steps[0].Retry.Tries = 5
	id = d.start(nil)
	v := d.turn(id)
	require.Equal(t, Running, v.State)
	require.Nil(t, v.StepList[0].Output)
	require.Equal(t, 2, v.StepList[0].Tries)
}

func TestASagaOfAnotherReleaseRestsAndSaysWhy(t *testing.T) {
	t.Parallel()
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("gone", finishes)}})
	id := d.start(nil)
	d.definitions["one"] = Definition{Name: "one", Steps: []StepDefinition{does("new", finishes)}}
	v := d.turn(id)
	require.Equal(t, Running, v.State)
	require.Equal(t, "saga one has no step gone in this release", v.Fault)
	delete(d.definitions, "one")
	d.now.to(v.NextAt)
	require.Equal(t, "this release knows no saga one", d.turn(id).Fault)
	_, err := d.Start(t.Context(), New{Name: "one"})
	require.ErrorContains(t, err, "no definition")
}

func TestTheSameRefStartsOneSaga(t *testing.T) {
	t.Parallel()
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("a", finishes)}})
	first, err := d.Start(t.Context(), New{Name: "one", Ref: "ord_1"})
	require.NoError(t, err)
	second, err := d.Start(t.Context(), New{Name: "one", Ref: "ord_1"})
	require.NoError(t, err)
	require.Equal(t, first.ID, second.ID)
}

func TestADefinitionThatCannotRunDoesNotStart(t *testing.T) {
	t.Parallel()
	good := does("a", finishes)
	for name, d := range map[string]Definition{
		"no name":       {Steps: []StepDefinition{good}},
		"no steps":      {Name: "one"},
		"no action":     {Name: "one", Steps: []StepDefinition{does("a", nil)}},
		"a name twice":  {Name: "one", Steps: []StepDefinition{good, good}},
		"no timeout":    {Name: "one", Steps: []StepDefinition{{Name: "a", Do: finishes, Retry: once}}},
		"no tries":      {Name: "one", Steps: []StepDefinition{{Name: "a", Do: finishes, Timeout: 1}}},
		"no undo tries": {Name: "one", Steps: []StepDefinition{{Name: "a", Do: finishes, Undo: finishes, Timeout: 1, Retry: once}}},
	} {
		_, err := NewEngine(Deps{}, d)
		require.Error(t, err, name)
	}
}

func TestPausesDoubleUpToTheMost(t *testing.T) {
	t.Parallel()
	r := Retry{First: time.Second, Most: 5 * time.Second}
	for tried, most := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 4: 5 * time.Second, 90: 5 * time.Second} {
		for range 20 {
			pause := r.pause(tried)
			require.LessOrEqual(t, pause, most, fmt.Sprint(tried))
			require.GreaterOrEqual(t, pause, most*3/4, fmt.Sprint(tried))
		}
	}
}

func TestAWorkerThatStopsInACallLeavesItToTheNext(t *testing.T) {
	t.Parallel()
	stopping, stop := context.WithCancel(t.Context())
	calls := 0
	d := openDesk(t, Definition{Name: "one", Steps: []StepDefinition{does("call", func(ctx context.Context, _ Call) (Answer, error) {
		if calls++; calls == 1 {
			stop()
			return Answer{}, ctx.Err()
		}
		return Finish(nil), nil
	})}})
	id := d.start(nil)
	require.NoError(t, d.Handle(stopping, notify.Medium, []string{id}))
	v := d.turn(id)
	require.Equal(t, Completed, v.State, "its only try was not spent")
	require.Equal(t, 2, calls)
}
