package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/recur"
	"clarion/backend/schedule"
)

// bell is a target that counts how often each key was caused. Of a key it knows it
// returns the first answer, as a target must.
type bell struct {
	mu     sync.Mutex
	rung   map[string]int
	at     map[string][]string // when each recipient heard it
	calls  int
	answer error
}

func (b *bell) Check(context.Context, json.RawMessage) error { return nil }

func (b *bell) Fire(_ context.Context, f schedule.Fire) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.calls++; b.answer != nil {
		return "", b.answer
	}
	b.rung[f.Key]++
	for _, id := range f.To {
		b.at[id] = append(b.at[id], f.At.Format("02 15:04"))
	}
	return "evt_" + f.Key, nil
}

// Audience is the group of all.
func (b *bell) Audience(json.RawMessage) (schedule.Audience, error) {
	return schedule.Audience{Groups: []string{"all"}, Recipients: []string{"named"}}, nil
}

func (b *bell) keys() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rung
}

type tower struct {
	*schedule.Desk
	db    *DB
	bell  *bell
	clock *sagaTime
}

func newTower(db *DB) *tower {
	clock := &sagaTime{}
	clock.at.Store(micros(start))
	b := &bell{rung: map[string]int{}, at: map[string][]string{}}
	return &tower{db: db, bell: b, clock: clock, Desk: &schedule.Desk{
		Store: db, Targets: map[string]schedule.Target{"bell": b}, Tell: func(string) {}, Clock: clock,
		Others: func(context.Context, time.Time, time.Time) ([]schedule.Entry, error) { return nil, nil },
	}}
}

func (w *tower) worker(name string) *schedule.Worker {
	return &schedule.Worker{
		Books: w.db, Targets: w.Targets, Clock: w.clock, Log: slog.New(slog.DiscardHandler), Tell: func(string) {},
		Observe: func(string, schedule.Planned) {}, Zone: func(context.Context) (string, error) { return "Europe/London", nil }, Name: name,
	}
}

func (w *tower) to(at time.Time) { w.clock.at.Store(micros(at)) }

func (w *tower) plan(t *testing.T, change func(p *schedule.Plan)) schedule.Schedule {
	t.Helper()
	p := schedule.Plan{
		Name: "Bell", Rule: recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: 1, Unit: "hour"}}, Zone: "UTC",
		Missed: schedule.CatchUp, Target: json.RawMessage(`{"kind":"bell"}`),
	}
	change(&p)
	s, err := w.Create(t.Context(), p, schedule.Actor{Name: "Ada", Source: "shop"})
	require.NoError(t, err)
	return s
}

func (w *tower) statuses(t *testing.T, id string) map[schedule.Status]int {
	t.Helper()
	out, p := map[schedule.Status]int{}, notify.Page{Limit: 200}
	for {
		list, next, err := w.History(t.Context(), id, p)
		require.NoError(t, err)
		for _, one := range list {
			out[one.Status] += max(1, one.Missed)
		}
		if p.After = next; next == "" {
			return out
		}
	}
}

func asIs(*schedule.Plan) {}

func TestASchedulesLife(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx, w := t.Context(), newTower(db)
		s := w.plan(t, func(p *schedule.Plan) { p.Except, p.Name = []string{"2026-12-24"}, "Morning 100%" })
		require.Equal(t, start.Add(time.Hour), s.NextAt)
		kept, err := w.Get(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, s.Plan.Except, kept.Except)
		require.JSONEq(t, `{"kind":"bell"}`, string(kept.Target))
		require.Equal(t, "shop", kept.Source)

		other := w.plan(t, func(p *schedule.Plan) { p.Name = "Other" })
		for name, c := range map[string]struct {
			filter schedule.Filter
			want   []string
		}{
			"all":           {schedule.Filter{}, []string{other.ID, s.ID}},
			"by name":       {schedule.Filter{Q: "00%"}, []string{s.ID}},
			"by id":         {schedule.Filter{Q: other.ID}, []string{other.ID}},
			"by target":     {schedule.Filter{Target: "event"}, nil},
			"by state":      {schedule.Filter{States: []schedule.State{schedule.Paused}}, nil},
			"by its target": {schedule.Filter{Target: "bell", States: []schedule.State{schedule.Active}}, []string{other.ID, s.ID}},
		} {
			list, _, err := w.List(ctx, c.filter, notify.Page{})
			require.NoError(t, err)
			var got []string
			for _, one := range list {
				got = append(got, one.ID)
			}
			require.Equal(t, c.want, got, name)
		}
		page, next, err := w.List(ctx, schedule.Filter{}, notify.Page{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, other.ID, page[0].ID)
		page, _, err = w.List(ctx, schedule.Filter{}, notify.Page{Limit: 1, After: next})
		require.NoError(t, err)
		require.Equal(t, s.ID, page[0].ID)

		paused, err := w.Pause(ctx, s.ID)
		require.NoError(t, err)
		require.True(t, paused.NextAt.IsZero())
		_, err = w.Pause(ctx, s.ID)
		require.ErrorIs(t, err, notify.ErrConflict)
		w.to(start.Add(5*time.Hour + time.Minute))
		resumed, err := w.Resume(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, start.Add(6*time.Hour), resumed.NextAt, "what passed while it was paused was not missed")

		name, rule := "Noon", recur.Rule{Kind: recur.Daily, Times: []string{"12:00"}}
		edited, err := w.Edit(ctx, s.ID, schedule.Change{Name: &name, Rule: &rule})
		require.NoError(t, err)
		require.Equal(t, "Noon", edited.Name)
		require.Equal(t, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), edited.NextAt)
		require.Equal(t, []string{"2026-12-24"}, edited.Except)
		moments, err := w.Next(ctx, s.ID, 2)
		require.NoError(t, err)
		require.Equal(t, "2026-11-23T12:00:00", moments[1].Local)

		calendar, err := w.Calendar(ctx, start, start.AddDate(0, 0, 3))
		require.NoError(t, err)
		require.Len(t, calendar.Entries, 2+71, "the due hours of the other are not planned again")
		require.NoError(t, w.Delete(ctx, s.ID))
		_, err = w.Get(ctx, s.ID)
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.ErrorIs(t, w.Delete(ctx, s.ID), notify.ErrNotFound)
	})
}

func TestTwentySchedulersFireEachTimeOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		w := newTower(db)
		var ids []string
		for range 15 {
			ids = append(ids, w.plan(t, asIs).ID)
		}
		w.to(start.Add(4*time.Hour + time.Second))
		var all sync.WaitGroup
		for i := range 20 {
			one := w.worker(fmt.Sprint("w", i))
			all.Go(func() {
				for {
					planned, err := one.Plan(t.Context())
					fired, again := one.Fire(t.Context())
					if errors.Join(err, again) != nil {
						t.Error(err, again)
						return
					}
					if planned+fired == 0 {
						return
					}
				}
			})
		}
		all.Wait()
		// One may have looked while the last planned times were another's to write.
		for w.worker("last").Once(t.Context()) {
		}
		require.Len(t, w.bell.keys(), 15*4)
		for key, n := range w.bell.keys() {
			require.Equal(t, 1, n, key)
		}
		for _, id := range ids {
			require.Equal(t, map[schedule.Status]int{schedule.Fired: 4}, w.statuses(t, id))
			s, err := w.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, 4, s.Fires)
			require.Equal(t, start.Add(4*time.Hour), s.LastAt)
		}
	})
}

func TestATimeThatWasTakenAndNotWrittenDownIsCausedUnderItsKey(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx, w := t.Context(), newTower(db)
		s := w.plan(t, asIs)
		w.to(s.NextAt)
		_, err := w.worker("a").Plan(ctx)
		require.NoError(t, err)
		claim := schedule.Claim{Worker: "dead", Now: s.NextAt, Until: s.NextAt.Add(time.Minute), Limit: 10}
		taken, err := db.ClaimFires(ctx, claim)
		require.NoError(t, err)
		require.Len(t, taken, 1)
		n, err := w.worker("b").Fire(ctx)
		require.NoError(t, err)
		require.Zero(t, n, "it is another's")
		w.to(claim.Until)
		n, err = w.worker("b").Fire(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, map[string]int{fmt.Sprintf("schedule:%s:%d", s.ID, s.NextAt.Unix()): 1}, w.bell.keys())

		late := taken[0].Planned
		late.Status, late.Reason = schedule.Failed, "too late"
		require.NoError(t, db.SettleFires(ctx, []schedule.Settled{{Planned: late}}))
		require.Equal(t, map[schedule.Status]int{schedule.Fired: 1}, w.statuses(t, s.ID), "who was thought dead says nothing any more")
	})
}

func TestWhatADeadSchedulerHadTakenIsAnothersOnceItIsMissed(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx, w := t.Context(), newTower(db)
		s := w.plan(t, asIs)
		w.to(s.NextAt)
		_, err := w.worker("a").Plan(ctx)
		require.NoError(t, err)
		require.NoError(t, db.Beat(ctx, "gone", s.NextAt))
		_, err = db.ClaimFires(ctx, schedule.Claim{Worker: "gone", Now: s.NextAt, Until: s.NextAt.Add(time.Minute), Limit: 10})
		require.NoError(t, err)
		for _, there := range []int{0, 1} { // while it lives, and when it is off the list
			require.NoError(t, db.EndLeases(ctx, s.NextAt))
			n, err := w.worker("b").Fire(ctx)
			require.NoError(t, err)
			require.Equal(t, there, n)
			require.NoError(t, db.Forget(ctx, "gone"))
		}
		require.Equal(t, map[schedule.Status]int{schedule.Fired: 1}, w.statuses(t, s.ID))
	})
}

func TestATargetThatFails(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx, w := t.Context(), newTower(db)
		s := w.plan(t, func(p *schedule.Plan) { p.MaxFires = 1 })
		w.to(s.NextAt)
		w.bell.answer = fmt.Errorf("the database is away: %w", notify.ErrUnavailable)
		one := w.worker("w")
		one.Once(ctx)
		require.Equal(t, map[schedule.Status]int{schedule.Due: 1}, w.statuses(t, s.ID))
		one.Once(ctx)
		require.Equal(t, 1, w.bell.calls, "it pauses before it tries again")
		w.bell.answer = nil
		w.to(s.NextAt.Add(5 * time.Second))
		one.Once(ctx)
		require.Equal(t, map[schedule.Status]int{schedule.Fired: 1}, w.statuses(t, s.ID), "though the schedule has ended")

		s = w.plan(t, asIs)
		w.to(s.NextAt)
		w.bell.answer = notify.InvalidField("type", "unknown_type", "no workflow starts on it")
		one.Once(ctx)
		list, _, err := w.History(ctx, s.ID, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, schedule.Failed, list[0].Status)
		require.Contains(t, list[0].Reason, "no workflow starts on it")

		s = w.plan(t, func(p *schedule.Plan) { p.MaxFires = 1 })
		w.bell.answer = errors.New("never again")
		for at := s.NextAt; w.statuses(t, s.ID)[schedule.Failed] == 0; at = at.Add(10 * time.Minute) {
			require.Less(t, at.Sub(s.NextAt), 4*time.Hour, "it gives up one day")
			w.to(at)
			one.Once(ctx)
		}
	})
}

func TestTenThousandDueSchedulesAreWorkedInBatches(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx, w := t.Context(), newTower(db)
		s := w.plan(t, asIs)
		// The others are as the first is.
		_, err := db.w.ExecContext(ctx, `INSERT INTO schedules (id, name, state, target_kind, revision, document, anchor, next_at, source, created_by, created_at, updated_at)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
			SELECT s.id || '_' || n.i, s.name, s.state, s.target_kind, 1, s.document, s.anchor, s.next_at, s.source, s.created_by, s.created_at, s.updated_at
			FROM schedules AS s, n`)
		require.NoError(t, err)
		w.to(s.NextAt)
		one, batches, planned := w.worker("w"), 0, 0
		for {
			n, err := one.Plan(ctx)
			require.NoError(t, err)
			require.LessOrEqual(t, n, 200)
			if n == 0 {
				break
			}
			batches, planned = batches+1, planned+n
		}
		require.Equal(t, 10_000, planned)
		require.Equal(t, 50, batches)
		for {
			n, err := one.Fire(ctx)
			require.NoError(t, err)
			if n == 0 {
				break
			}
		}
		require.Len(t, w.bell.keys(), 10_000)
		require.Equal(t, 10_000, w.bell.calls)
		n, err := db.PruneFires(ctx, s.NextAt.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, 10_000, n)
	})
}
