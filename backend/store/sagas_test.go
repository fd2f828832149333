package store

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/recovery"
	"clarion/backend/saga"
)

// sagaTime stands until it is moved.
type sagaTime struct{ at atomic.Int64 }

func (c *sagaTime) Now() time.Time { return fromMicros(c.at.Load()) }

// still takes sagas from nobody: the stories go on by hand.
type noQueue struct{}

func (noQueue) EnqueueSaga(context.Context, notify.Priority, []string) error { return nil }

func sagaEngine(t *testing.T, db *DB, worker string, steps ...saga.StepDefinition) (*saga.Engine, *sagaTime) {
	t.Helper()
	now := &sagaTime{}
	now.at.Store(micros(start))
	require.NoError(t, db.Beat(t.Context(), worker, start))
	e, err := saga.NewEngine(saga.Deps{Store: db, Queue: noQueue{}, Clock: now, Worker: worker, Log: slog.Default()},
		saga.Definition{Name: "order", Steps: steps})
	require.NoError(t, err)
	return e, now
}

func sagaStep(name string, do, undo saga.Action) saga.StepDefinition {
	retry := saga.Retry{Tries: 2, First: time.Second, Most: time.Second}
	return saga.StepDefinition{Name: name, Do: do, Undo: undo, Timeout: time.Minute, Retry: retry, UndoRetry: retry}
}

func says(output any, err error) saga.Action {
	return func(context.Context, saga.Call) (saga.Answer, error) { return saga.Finish(output), err }
}

func TestASagaIsKeptWithItsStory(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, _ := sagaEngine(t, db, "w", sagaStep("reserve", says("r_1", nil), says(nil, nil)), sagaStep("pay", says(nil, saga.Refusal{Reason: "no money"}), nil))
		s, err := e.Start(ctx, saga.New{Name: "order", Ref: "ord_1", Title: "Order 1", Input: map[string]int{"n": 1}, By: "ada", TraceID: "t"})
		require.NoError(t, err)
		again, err := e.Start(ctx, saga.New{Name: "order", Ref: "ord_1"})
		require.NoError(t, err)
		require.Equal(t, s.ID, again.ID)
		require.Equal(t, "Order 1", again.Title)

		require.Equal(t, recovery.AnyDue{Sagas: true}, anyDue(t, db, start))
		due, err := db.DueSagas(ctx, sweepAt(start))
		require.NoError(t, err)
		require.Len(t, due.Refs, 1)
		require.Zero(t, anyDue(t, db, start), "it is on the queue")
		require.Equal(t, notify.Medium, due.Refs[0].Priority)
		due, err = db.DueSagas(ctx, sweepAt(start))
		require.NoError(t, err)
		require.Empty(t, due.Refs, "it is on the queue")
		require.NoError(t, db.EndLeases(ctx, start))
		due, err = db.DueSagas(ctx, sweepAt(start))
		require.NoError(t, err)
		require.Len(t, due.Refs, 1, "until the queue loses its memory")

		require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
		v, err := e.Get(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, saga.Compensated, v.State)
		require.Equal(t, "pay: no money", v.Fault)
		require.JSONEq(t, `{"n":1}`, string(v.Input))
		require.JSONEq(t, `"r_1"`, string(v.StepList[0].Output))
		require.Equal(t, []saga.StepState{saga.Undone, saga.Refused}, []saga.StepState{v.StepList[0].State, v.StepList[1].State})
		var kinds []saga.Kind
		for i, line := range v.Transitions {
			require.EqualValues(t, i+1, line.Number)
			kinds = append(kinds, line.Kind)
		}
		require.Equal(t, []saga.Kind{saga.Started, saga.Tried, saga.Answered, saga.Tried, saga.SaidNo, saga.UndoTried, saga.UndoDone, saga.HasCompensated}, kinds)
		for _, text := range []string{"UPDATE saga_transitions SET detail = 'x'", "DELETE FROM saga_transitions"} {
			_, err := db.w.ExecContext(ctx, text)
			require.ErrorContains(t, err, "append-only")
		}
		n, err := db.PruneSagas(ctx, start)
		require.NoError(t, err)
		require.Zero(t, n, "it has only just ended")
		due, err = db.DueSagas(ctx, sweepAt(start.AddDate(2, 0, 0)))
		require.NoError(t, err)
		require.Empty(t, due.Refs, "what has ended is not looked at")
		_, err = e.Get(ctx, "sag_none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestSagasThatEndedLongAgoAreRemovedWithTheirStories(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, now := sagaEngine(t, db, "w", sagaStep("pay", says(nil, nil), says(nil, saga.Refusal{Reason: "closed"})),
			sagaStep("ship", func(_ context.Context, c saga.Call) (saga.Answer, error) {
				switch string(c.Input) {
				case `"waits"`:
					return saga.Await(saga.Wait{Kind: saga.ForEvent, Signal: "never"}), nil
				case `"stuck"`:
					return saga.Answer{}, saga.Refusal{Reason: "no"}
				}
				return saga.Finish(nil), nil
			}, nil))
		begin := func(input string) string {
			s, err := e.Start(ctx, saga.New{Name: "order", Input: input})
			require.NoError(t, err)
			require.NoError(t, e.Signal(ctx, s.ID, saga.Signal{Name: "hello", By: "bo"}))
			require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
			return s.ID
		}
		var old []string
		for range sagasAtOnce + 1 {
			old = append(old, begin("ends"))
		}
		kept := []string{begin("waits"), begin("stuck")}
		now.at.Store(micros(start.AddDate(0, 0, 2)))
		kept = append(kept, begin("ends"))
		n, err := db.PruneSagas(ctx, start.AddDate(0, 0, 1))
		require.NoError(t, err)
		require.Equal(t, len(old), n)
		for _, id := range old {
			_, err := e.Get(ctx, id)
			require.ErrorIs(t, err, notify.ErrNotFound)
		}
		for _, id := range kept {
			_, err := e.Get(ctx, id)
			require.NoError(t, err)
		}
		for _, table := range []string{"saga_steps", "saga_signals", "saga_transitions"} {
			require.Zero(t, count(t, db, table+" WHERE saga_id NOT IN (SELECT id FROM sagas)"))
			require.NotZero(t, count(t, db, table))
		}
	})
}

func TestOfTwentyWorkersOneHoldsASaga(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, _ := sagaEngine(t, db, "w0", sagaStep("only", says(nil, nil), nil))
		s, err := e.Start(ctx, saga.New{Name: "order"})
		require.NoError(t, err)
		claim := saga.Claim{ID: s.ID, Worker: "w0", Now: start, Until: start.Add(time.Minute)}
		var held atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if _, err := db.ClaimSaga(ctx, claim); err == nil {
					held.Add(1)
				} else if err != saga.ErrLost { //nolint:errorlint // the port says this very error
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, held.Load())
		one, err := db.SagaView(ctx, s.ID)
		require.NoError(t, err)

		claim.Now = start.Add(2 * time.Minute)
		claim.Until = claim.Now.Add(time.Minute)
		taken, err := db.ClaimSaga(ctx, claim)
		require.NoError(t, err, "a lease ends")
		_, err = db.SaveSaga(ctx, saga.Change{Saga: one.Saga, Now: claim.Now})
		require.ErrorIs(t, err, saga.ErrLost, "who lost it writes nothing")
		_, err = db.SaveSaga(ctx, saga.Change{Saga: taken, Now: claim.Now})
		require.NoError(t, err)
		_, err = db.ClaimSaga(ctx, claim)
		require.ErrorIs(t, err, saga.ErrLost)
		require.NoError(t, db.Forget(ctx, "w0"))
		_, err = db.ClaimSaga(ctx, claim)
		require.NoError(t, err, "the dead hold nothing")
	})
}

func TestASignalIsSeenWheneverItComes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, _ := sagaEngine(t, db, "w", sagaStep("wait", func(_ context.Context, c saga.Call) (saga.Answer, error) {
			if s, ok := c.Signals["decision"]; ok {
				return saga.Finish(s.By), nil
			}
			return saga.Await(saga.Wait{Kind: saga.ForApproval, Signal: "decision"}), nil
		}, nil))
		for _, early := range []bool{true, false} {
			s, err := e.Start(ctx, saga.New{Name: "order"})
			require.NoError(t, err)
			if !early {
				require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
				v, err := e.Get(ctx, s.ID)
				require.NoError(t, err)
				require.Equal(t, saga.Waiting, v.State)
				require.Equal(t, "decision", v.Awaits)
			}
			require.NoError(t, e.Signal(ctx, s.ID, saga.Signal{Name: "decision", By: "bo"}))
			require.NoError(t, e.Signal(ctx, s.ID, saga.Signal{Name: "decision", By: "eve"}), "the first counts")
			require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
			v, err := e.Get(ctx, s.ID)
			require.NoError(t, err)
			require.Equal(t, saga.Completed, v.State)
			require.JSONEq(t, `"bo"`, string(v.StepList[0].Output))
			require.Len(t, v.SignalList, 1)
		}
		// One that comes between the question and the parking is not lost.
		s, err := e.Start(ctx, saga.New{Name: "order"})
		require.NoError(t, err)
		held, err := db.ClaimSaga(ctx, saga.Claim{ID: s.ID, Worker: "w", Now: start, Until: start.Add(time.Minute)})
		require.NoError(t, err)
		require.NoError(t, e.Signal(ctx, s.ID, saga.Signal{Name: "decision", By: "bo"}))
		held.State, held.Awaits, held.NextAt = saga.Waiting, "decision", start.AddDate(1, 0, 0)
		_, err = db.SaveSaga(ctx, saga.Change{Saga: held, Release: true, Now: start})
		require.NoError(t, err)
		require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
		v, err := e.Get(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, saga.Completed, v.State)
	})
}

func TestPeopleRetryAndTakeBackSagas(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		closed := true
		e, _ := sagaEngine(t, db, "w", sagaStep("pay", says(nil, nil), func(context.Context, saga.Call) (saga.Answer, error) {
			if closed {
				return saga.Answer{}, saga.Refusal{Reason: "closed"}
			}
			return saga.Finish(nil), nil
		}), sagaStep("wait", func(context.Context, saga.Call) (saga.Answer, error) {
			return saga.Await(saga.Wait{Kind: saga.ForEvent, Signal: "never"}), nil
		}, nil))
		s, err := e.Start(ctx, saga.New{Name: "order"})
		require.NoError(t, err)
		turn := func() saga.State {
			t.Helper()
			require.NoError(t, e.Handle(ctx, notify.Medium, []string{s.ID}))
			v, err := e.Get(ctx, s.ID)
			require.NoError(t, err)
			return v.State
		}
		require.Equal(t, saga.Waiting, turn())
		require.ErrorIs(t, e.Retry(ctx, s.ID, "bo"), notify.ErrConflict, "a wait is no pause")
		require.NoError(t, e.Compensate(ctx, s.ID, "bo"))
		require.Equal(t, saga.CompensationFailed, turn())
		require.ErrorIs(t, e.Compensate(ctx, s.ID, "bo"), notify.ErrConflict)
		closed = false
		require.NoError(t, e.Retry(ctx, s.ID, "bo"))
		require.Equal(t, saga.Compensated, turn())
		require.ErrorIs(t, e.Retry(ctx, "sag_none", "bo"), notify.ErrNotFound)
	})
}

func TestAnAbandonedSagaIsNotCompleted(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		var e *saga.Engine
		var id string
		e, _ = sagaEngine(t, db, "w", sagaStep("last", func(context.Context, saga.Call) (saga.Answer, error) {
			return saga.Finish(nil), e.Compensate(ctx, id, "bo")
		}, says(nil, nil)))
		s, err := e.Start(ctx, saga.New{Name: "order"})
		require.NoError(t, err)
		id = s.ID
		require.NoError(t, e.Handle(ctx, notify.Medium, []string{id}))
		v, err := e.Get(ctx, id)
		require.NoError(t, err)
		require.Equal(t, saga.Compensated, v.State)
		require.Equal(t, "bo", v.AbandonedBy)
	})
}

func TestSagasAreListedAndFiltered(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		e, _ := sagaEngine(t, db, "w", sagaStep("only", says(nil, nil), nil))
		var ids []string
		for _, ref := range []string{"ord_1", "ord_2", "ord_3"} {
			s, err := e.Start(ctx, saga.New{Name: "order", Ref: ref})
			require.NoError(t, err)
			ids = append([]string{s.ID}, ids...)
		}
		require.NoError(t, e.Handle(ctx, notify.Medium, []string{ids[0]}))
		for _, tt := range []struct {
			name   string
			filter saga.Filter
			want   []string
		}{
			{"all, newest first", saga.Filter{}, ids},
			{"by state", saga.Filter{States: []saga.State{saga.Completed, saga.Waiting}}, ids[:1]},
			{"by name", saga.Filter{Name: "broadcast"}, []string{}},
			{"by the beginning of the ref", saga.Filter{Q: "ord_2"}, ids[1:2]},
			{"by the id", saga.Filter{Q: ids[2]}, ids[2:]},
			{"from a time on", saga.Filter{From: time.Now().Add(time.Hour)}, []string{}},
			{"before a time", saga.Filter{To: time.Now().Add(time.Hour)}, ids},
		} {
			list, _, err := db.Sagas(ctx, tt.filter, notify.Page{})
			require.NoError(t, err)
			found := []string{}
			for _, s := range list {
				found = append(found, s.ID)
			}
			require.Equal(t, tt.want, found, tt.name)
		}
		list, next, err := db.Sagas(ctx, saga.Filter{}, notify.Page{Limit: 2})
		require.NoError(t, err)
		require.Len(t, list, 2)
		list, next, err = db.Sagas(ctx, saga.Filter{}, notify.Page{Limit: 2, After: next})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Empty(t, next)
	})
}
