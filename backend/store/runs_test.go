package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

var _ dispatch.RunStore = (*DB)(nil)

// parkedBatch parks a run for each event, for one person, at a step of a kind.
func parkedBatch(events []string, kind notify.StepKind, change func(r *notify.Run)) dispatch.Batch {
	b := newBatch(events)
	b.Messages = nil
	for i := range b.Notifications {
		n := &b.Notifications[i]
		n.Recipient.ID = "ada"
		run := notify.Run{
			ID: n.ID, EventID: n.EventID, RecipientID: "ada", Workflow: n.Workflow, WorkflowVersion: 3, Priority: notify.Medium,
			Status: notify.RunParked, Step: "pause", Kind: kind, Rest: []string{"email"}, ResumeAt: start.Add(time.Hour),
		}
		if change != nil {
			change(&run)
		}
		b.Runs = append(b.Runs, run)
	}
	return b
}

func gathers(rule notify.Digest) func(r *notify.Run) {
	return func(r *notify.Run) { r.Gather = &notify.Gather{Scope: "ada/all", Rule: rule} }
}

// park saves a batch and returns the ids of its runs.
func park(tb testing.TB, db *DB, b dispatch.Batch) []string {
	tb.Helper()
	saved, err := db.Save(tb.Context(), b)
	require.NoError(tb, err)
	require.Len(tb, saved, len(b.Events))
	ids := make([]string, len(b.Runs))
	for i, r := range b.Runs {
		ids[i] = r.ID
	}
	return ids
}

func dueRuns(tb testing.TB, db *DB, now time.Time) []string {
	tb.Helper()
	due, err := db.DueRuns(tb.Context(), sweepAt(now))
	require.NoError(tb, err)
	var ids []string
	for _, ref := range due.Refs {
		ids = append(ids, ref.ID)
	}
	return ids
}

func parkedNow(tb testing.TB, db *DB, ids []string, now time.Time) []dispatch.Parked {
	tb.Helper()
	list, err := db.Parked(tb.Context(), ids, now)
	require.NoError(tb, err)
	return list
}

// goOn ends a run with one message.
func goOn(tb testing.TB, db *DB, p dispatch.Parked, now time.Time) []string {
	tb.Helper()
	next := p.Run
	next.Status = notify.RunDone
	b := dispatch.RunBatch{
		Now: now, LeaseUntil: now.Add(5 * time.Second), Messages: []notify.Message{newMessage(p.Notification)},
		Runs: []dispatch.RunDone{{Next: next, Decisions: []notify.Decision{{Step: "delay", Outcome: "pass"}}, Closed: p.DigestID}},
	}
	saved, err := db.SaveRuns(tb.Context(), b)
	require.NoError(tb, err)
	return saved
}

func TestTwoHundredEventsOfTwentyWritersAreOneDigest(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		const writers, chunk = 20, 10
		ids := accept(t, db, writers*chunk)
		var all sync.WaitGroup
		for n := range writers {
			all.Go(func() {
				part := ids[n*chunk : (n+1)*chunk]
				for _, of := range [][]string{part[:4], part[4:]} { // and each tries twice, as after a restart
					for range 2 {
						if _, err := db.Save(t.Context(), parkedBatch(of, notify.StepDigest, gathers(notify.Digest{Seconds: 60}))); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		require.Equal(t, 1, count(t, db, "digests"))
		require.Equal(t, len(ids), count(t, db, "digest_items"))
		require.Equal(t, 1, count(t, db, "runs WHERE status = 'parked'"))
		require.Equal(t, len(ids)-1, count(t, db, "runs WHERE status = 'gathered'"))

		require.Empty(t, dueRuns(t, db, start.Add(59*time.Second)))
		at := start.Add(time.Minute)
		carriers := dueRuns(t, db, at)
		require.Len(t, carriers, 1)
		var won atomic.Int64
		for range writers {
			all.Go(func() {
				for _, p := range parkedNow(t, db, carriers, at) {
					won.Add(int64(len(goOn(t, db, p, at))))
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load(), "of twenty who go on with it one does")
		require.Equal(t, 1, count(t, db, "messages"))
		require.Equal(t, len(ids), count(t, db, "runs WHERE status = 'done'"))
	})
}

func TestItemsThatComeWhileADigestClosesAreInItOrInTheNext(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		const n = 60
		ids := accept(t, db, n)
		at := start.Add(time.Minute)
		closed := map[string]int{}
		var writers, closer sync.WaitGroup
		stop := make(chan struct{})
		sweep := func() {
			for _, p := range parkedNow(t, db, dueRuns(t, db, at.Add(time.Hour)), at) {
				d, err := db.Digest(t.Context(), p.DigestID, 1000)
				require.NoError(t, err)
				if len(goOn(t, db, p, at)) == 1 {
					require.Len(t, d.Items, d.Total)
					closed[p.DigestID] += d.Total
				}
			}
		}
		closer.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					sweep()
				}
			}
		})
		for w := range 6 {
			writers.Go(func() {
				for _, id := range ids[w*10 : w*10+10] {
					if _, err := db.Save(t.Context(), parkedBatch([]string{id}, notify.StepDigest, gathers(notify.Digest{Seconds: 1}))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		closer.Wait()
		_, err := db.w.ExecContext(t.Context(), "UPDATE runs SET look_at = 0")
		require.NoError(t, err)
		sweep()
		total := 0
		for _, items := range closed {
			total += items
		}
		require.Equal(t, n, total, "none is lost and none is counted twice: %v", closed)
		require.Zero(t, count(t, db, "runs WHERE status IN ('parked', 'gathered')"))
	})
}

func TestAnItemMovesTheTimeOfTheCarrier(t *testing.T) {
	for name, test := range map[string]struct {
		rule notify.Digest
		want time.Duration
	}{
		"a sliding window":        {notify.Digest{Seconds: 60, Sliding: true, MaxSeconds: 300}, 90 * time.Second},
		"so many items close it":  {notify.Digest{Seconds: 60, Count: 2}, 30 * time.Second},
		"a fixed window does not": {notify.Digest{Seconds: 60}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *DB) {
				ids := accept(t, db, 2)
				carrier := park(t, db, parkedBatch(ids[:1], notify.StepDigest, gathers(test.rule)))
				b := parkedBatch(ids[1:], notify.StepDigest, gathers(test.rule))
				b.Now = start.Add(30 * time.Second)
				park(t, db, b)
				require.False(t, anyDue(t, db, start.Add(test.want-time.Second)).Runs)
				require.Empty(t, dueRuns(t, db, start.Add(test.want-time.Second)))
				require.True(t, anyDue(t, db, start.Add(test.want)).Runs)
				require.Equal(t, carrier, dueRuns(t, db, start.Add(test.want)))
				list := parkedNow(t, db, carrier, start.Add(test.want))
				require.Len(t, list, 1)
				d, err := db.Digest(t.Context(), list[0].DigestID, 1)
				require.NoError(t, err)
				require.Equal(t, []any{2, start, start.Add(30 * time.Second), 1, ids[1]},
					[]any{d.Total, d.First, d.Last, len(d.Items), d.Items[0].Event.ID}, "all are counted, the newest are kept")
			})
		})
	}
}

func TestADigestThatWasLengthenedIsNotClosedByWhoReadItBefore(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		rule := gathers(notify.Digest{Seconds: 60, Sliding: true, MaxSeconds: 300})
		ids := accept(t, db, 2)
		carrier := park(t, db, parkedBatch(ids[:1], notify.StepDigest, rule))
		_, err := db.w.ExecContext(t.Context(), "UPDATE digests SET closes_at = closes_at + 1000000")
		require.NoError(t, err)
		require.Empty(t, parkedNow(t, db, carrier, start.Add(time.Minute)))
		require.Equal(t, 1, count(t, db, "digests WHERE scope IS NOT NULL"))
	})
}

func TestTheFirstGoesThroughAtOnceWhenTheRuleSaysSo(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		rule := gathers(notify.Digest{Seconds: 60, Leading: true})
		ids := accept(t, db, 3)
		runs := park(t, db, parkedBatch(ids, notify.StepDigest, rule))
		require.Equal(t, runs[:1], dueRuns(t, db, start))
		require.Empty(t, parkedNow(t, db, runs[:1], start)[0].DigestID)
		require.ElementsMatch(t, runs[:2], dueRuns(t, db, start.Add(time.Minute)), "the second carries what came after")
		require.Equal(t, 2, count(t, db, "digest_items"))
	})
}

func TestOfManyRunsAThrottleLetsItsLimitThrough(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := accept(t, db, 20)
		ticket := func(r *notify.Run) {
			r.Ticket = &notify.Ticket{Scope: "ada", Rule: notify.Throttle{Limit: 3, Seconds: 60}}
			r.ResumeAt = start
		}
		var all sync.WaitGroup
		for _, id := range ids {
			all.Go(func() {
				if _, err := db.Save(t.Context(), parkedBatch([]string{id}, notify.StepThrottle, ticket)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Equal(t, 3, count(t, db, "runs WHERE NOT is_full"))
		require.Equal(t, 17, count(t, db, "runs WHERE is_full"))
		later := parkedBatch(accept(t, db, 1), notify.StepThrottle, ticket)
		later.Now = start.Add(time.Minute)
		require.False(t, parkedNow(t, db, park(t, db, later), start)[0].Full, "the next window is empty")
	})
}

func TestARunWaitsForItsTimeAndIsStoredOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := park(t, db, parkedBatch(accept(t, db, 3), notify.StepDelay, nil))
		require.Empty(t, dueRuns(t, db, start.Add(time.Hour-time.Second)))
		require.Empty(t, parkedNow(t, db, ids, start.Add(time.Hour-time.Second)))
		at := start.Add(time.Hour)
		require.ElementsMatch(t, ids, dueRuns(t, db, at))
		require.Empty(t, dueRuns(t, db, at), "they are left to the queue for a while")
		require.NoError(t, db.EndLeases(t.Context(), at))
		require.ElementsMatch(t, ids, dueRuns(t, db, at), "unless it lost its memory")
		list := parkedNow(t, db, ids, at)
		require.Len(t, list, 3)
		require.Equal(t, []string{"email"}, list[0].Rest)
		require.Equal(t, list[0].ID, goOn(t, db, list[0], at)[0])
		require.Empty(t, goOn(t, db, list[0], at), "who is second stores nothing")
		require.Equal(t, 1, count(t, db, "messages"))
		require.Equal(t, 1, count(t, db, "message_events WHERE first"))
		n, err := db.Notification(t.Context(), list[0].ID)
		require.NoError(t, err)
		require.Len(t, n.Decisions, 1)
	})
}

func TestARunThatWaitsForAMessageIsWokenByIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		b := parkedBatch(accept(t, db, 1), notify.StepWait, nil)
		m := newMessage(b.Notifications[0])
		b.Messages, b.Runs[0].Awaits = []notify.Message{m}, m.ID
		ids := park(t, db, b)
		any, err := db.AnyWaits(t.Context())
		require.NoError(t, err)
		require.True(t, any)
		require.Equal(t, ids, dueRuns(t, db, start.Add(firstLook)), "a first look sees what nobody told of")
		list := parkedNow(t, db, ids, start.Add(firstLook))
		require.Equal(t, "queued", list[0].Signals[0])
		_, err = db.SaveRuns(t.Context(), dispatch.RunBatch{Now: start.Add(firstLook), Runs: []dispatch.RunDone{{Next: list[0].Run, Waits: true}}})
		require.NoError(t, err)
		require.Empty(t, dueRuns(t, db, start.Add(time.Hour-time.Second)), "it waits on")
		require.NoError(t, db.WakeRuns(t.Context(), []string{"msg_other", m.ID}, start.Add(time.Minute)))
		require.Equal(t, ids, dueRuns(t, db, start.Add(time.Minute)))
		require.Equal(t, notify.Queued, parkedNow(t, db, ids, start)[0].Sent[notify.Email].Status)
	})
}

func TestCancellingStopsWhatIsStillToCome(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		events := accept(t, db, 3)
		ids := park(t, db, parkedBatch(events, notify.StepDelay, nil))
		done, err := db.CancelEvent(t.Context(), events[0], start)
		require.NoError(t, err)
		require.Equal(t, 1, done.Runs)
		done, err = db.CancelNotification(t.Context(), ids[1], start)
		require.NoError(t, err)
		require.Equal(t, 1, done.Runs)
		done, err = db.CancelByKey(t.Context(), "shop", "order-A-1", start)
		require.NoError(t, err)
		require.Equal(t, 1, done.Runs, "one was left")
		require.Empty(t, dueRuns(t, db, start.Add(2*time.Hour)))
		n, err := db.Notification(t.Context(), ids[0])
		require.NoError(t, err)
		require.Equal(t, []string{"cancel", "stop"}, []string{n.Decisions[0].Step, n.Decisions[0].Outcome})
	})
}

func TestWhatOthersPutIntoADigestOutlivesACancelledOne(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		events := accept(t, db, 3)
		ids := park(t, db, parkedBatch(events, notify.StepDigest, gathers(notify.Digest{Seconds: 60})))
		for i, want := range []int{2, 1} {
			done, err := db.CancelEvent(t.Context(), events[i], start)
			require.NoError(t, err)
			require.Equal(t, 1, done.Runs)
			require.Equal(t, 1, count(t, db, "digests WHERE total = ? AND carrier = ?", want, ids[i+1]), "the next one carries it")
			require.Equal(t, want, count(t, db, "digest_items"))
		}
		require.Equal(t, ids[2:], dueRuns(t, db, start.Add(time.Minute)))
		_, err := db.CancelEvent(t.Context(), events[2], start)
		require.NoError(t, err)
		require.Zero(t, count(t, db, "runs WHERE status = 'parked'"))
		require.Zero(t, count(t, db, "digests WHERE scope IS NOT NULL"), "an empty one is closed")
	})
}

func TestAnEventEndsRuns(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := park(t, db, parkedBatch(accept(t, db, 2), notify.StepDelay, nil))
		waiting, err := db.Waiting(t.Context(), []string{"order_paid"}, []string{"ada", "wei"})
		require.NoError(t, err)
		require.Len(t, waiting, 2)
		require.Equal(t, "order.paid", waiting[0].Event.Type)
		none, err := db.Waiting(t.Context(), []string{"order_paid"}, []string{"wei"})
		require.NoError(t, err)
		require.Empty(t, none)

		paid := accept(t, db, 1)
		b := dispatch.Batch{
			Now: start, Events: []dispatch.EventDone{{ID: paid[0], Status: notify.EventDispatched}},
			Stops: []dispatch.Stop{{EventID: paid[0], Runs: ids[:1], Decision: notify.Decision{Step: "cancel", Outcome: "stop"}}},
		}
		_, err = db.Save(t.Context(), b)
		require.NoError(t, err)
		require.Equal(t, ids[1:], dueRuns(t, db, start.Add(2*time.Hour)))
	})
}

func TestRunsOfManyAreSavedTogether(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := park(t, db, parkedBatch(accept(t, db, 450), notify.StepDelay, nil))
		due := dueRuns(t, db, start.Add(time.Hour))
		require.ElementsMatch(t, ids, due)
		b := dispatch.RunBatch{Now: start.Add(time.Hour)}
		for _, p := range parkedNow(t, db, due[:128], start.Add(time.Hour)) {
			next := p.Run
			next.Step, next.ResumeAt = fmt.Sprint("later-", p.ID), start.Add(2*time.Hour)
			b.Runs = append(b.Runs, dispatch.RunDone{Next: next})
			b.Messages = append(b.Messages, newMessage(p.Notification))
		}
		saved, err := db.SaveRuns(t.Context(), b)
		require.NoError(t, err)
		require.Len(t, saved, 128)
		require.Equal(t, 128, count(t, db, "runs WHERE turn = 1 AND status = 'parked'"))
		require.Equal(t, 128, count(t, db, "messages WHERE status = 'queued'"))
	})
}
