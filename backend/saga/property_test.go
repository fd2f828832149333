package saga

import (
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// trial is one life of a saga: where it fails, and at which write its worker dies.
type trial struct {
	step     string
	fault    fault
	undoFail int
	dieAt    int
	dieAfter bool
}

// live runs a saga to its end and returns it, with its world and how often it was
// written. Time is moved to whatever is next.
func live(t *testing.T, tr trial) (View, *world, int) {
	t.Helper()
	now := &clock{at: noon}
	store := newMemory()
	store.dieAt, store.dieAfter = tr.dieAt, tr.dieAfter
	w := &world{step: tr.step, fault: tr.fault, undo: tr.undoFail, stands: map[string]int{}, closed: map[string]bool{}}
	engine := func() *Engine {
		e, err := NewEngine(Deps{Store: store, Queue: idle{}, Clock: now, Worker: notify.NewID(notify.WorkerID), Log: slog.Default()}, w.sagaOfAll(time.Second))
		require.NoError(t, err)
		return e
	}
	e := engine()
	s, err := e.Start(t.Context(), New{Name: "all", Input: "order"})
	require.NoError(t, err)
	require.NoError(t, e.Signal(t.Context(), s.ID, Signal{Name: "decision", By: "bo"}))
	for range 60 {
		if err := e.Handle(t.Context(), notify.Medium, []string{s.ID}); err != nil {
			require.ErrorIs(t, err, errCrash)
			e = engine()
		}
		v, err := e.Get(t.Context(), s.ID)
		require.NoError(t, err)
		switch v.State {
		case Completed, Compensated:
			return v, w, store.writes
		case CompensationFailed:
			require.NoError(t, e.Retry(t.Context(), s.ID, "bo"))
		}
		now.to(v.NextAt)
		now.to(v.LeaseUntil)
	}
	require.Fail(t, "it never ends")
	return View{}, nil, 0
}

// check holds a saga that ended against the world.
func check(t *testing.T, v View, w *world) {
	t.Helper()
	var begun, undone []string
	for _, line := range v.Transitions {
		if line.Kind == UndoDone {
			undone = append(undone, line.Step)
		}
	}
	for _, step := range v.StepList {
		if step.State == Undone {
			begun = append(begun, step.Name)
		}
	}
	slices.Reverse(begun)
	require.Equal(t, begun, undone, "compensations run in exactly the reverse order, each once")
	if v.State == Completed {
		require.Empty(t, undone)
		want := map[string]int{}
		for _, key := range effects(v.ID) {
			want[key] = 1
		}
		require.Equal(t, want, w.stands, "every effect stands once")
		return
	}
	require.Empty(t, w.stands, "nothing stands")
	for _, step := range v.StepList {
		require.Contains(t, []StepState{Pending, Refused, Undone}, step.State, step.Name)
	}
}

func TestWhateverFailsASagaIsDoneOrUndone(t *testing.T) {
	t.Parallel()
	ended := map[State]int{}
	for _, step := range []string{"first", "approval", "pages", "last"} {
		for _, f := range faults {
			for _, undoFails := range []int{0, 2, 4} {
				synctest.Test(t, func(t *testing.T) {
					tr := trial{step: step, fault: f, undoFail: undoFails, dieAt: -1}
					v, w, writes := live(t, tr)
					check(t, v, w)
					ended[v.State]++
					// The worker dies at every write, before it and after it.
					for tr.dieAt = range writes {
						for _, tr.dieAfter = range []bool{false, true} {
							v, w, _ := live(t, tr)
							check(t, v, w)
							ended[v.State]++
						}
					}
				})
			}
		}
	}
	require.Greater(t, ended[Completed], 200)
	require.Greater(t, ended[Compensated], 200)
	t.Logf("%d sagas completed, %d compensated", ended[Completed], ended[Compensated])
}
