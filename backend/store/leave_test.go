package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

var _ dispatch.LeaveStore = (*DB)(nil)

var nine = start.Add(time.Hour)

// waiting decides one message for each event, all for ada's digest that leaves at
// nine.
func waiting(events []string, closes time.Time) dispatch.Batch {
	b := newBatch(events)
	for i := range b.Messages {
		m := &b.Messages[i]
		b.Notifications[i].Recipient.ID, m.Recipient.ID = "ada", "ada"
		m.Status, m.HeldFor, m.DueAt = notify.Held, notify.Digested, closes
		m.Gather = &notify.Gathering{Scope: "cadence/ada", ClosesAt: closes}
	}
	return b
}

// left is what dispatch makes of a digest: the first carries it.
func left(l dispatch.Leaving, now time.Time) dispatch.Left {
	out := dispatch.Left{ID: l.ID, Now: now, LeaseUntil: now.Add(5 * time.Second), Decisions: map[string][]notify.Decision{}}
	for i, item := range l.Items {
		m := item.Message
		out.Decisions[m.NotificationID] = []notify.Decision{{Step: "cadence", Outcome: "skip"}}
		if i == 0 {
			m.Status, m.DueAt, m.Content = notify.Queued, now, notify.Content{Subject: "All of it"}
			out.Carriers = []notify.Message{m}
			continue
		}
		m.Status, m.SkipReason = notify.Skipped, notify.Digested
		out.Rest = append(out.Rest, m)
	}
	return out
}

func leavingNow(tb testing.TB, db *DB, ids []string, now time.Time) []dispatch.Leaving {
	tb.Helper()
	list, err := db.Leaving(tb.Context(), ids, now)
	require.NoError(tb, err)
	return list
}

func TestTwoHundredMessagesOfTwentyWritersLeaveAsOne(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		const writers, chunk = 20, 10
		ids := accept(t, db, writers*chunk)
		var all sync.WaitGroup
		for n := range writers {
			all.Go(func() {
				part := ids[n*chunk : (n+1)*chunk]
				for _, of := range [][]string{part[:4], part[4:]} { // and each tries twice, as after a restart
					for range 2 {
						if _, err := db.Save(t.Context(), waiting(of, nine)); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		require.Equal(t, 1, count(t, db, "digests"))
		require.Equal(t, len(ids), count(t, db, "digest_items"))
		require.Equal(t, map[notify.Status]int{notify.Held: len(ids)}, states(t, db))
		require.Zero(t, count(t, db, "watch WHERE kind = 'message'"), "their digest has a time of its own")

		require.NoError(t, db.EndLeases(t.Context(), start))
		require.Empty(t, dueRuns(t, db, nine.Add(-time.Second)), "a queue that forgets wakes nothing early")
		due := dueRuns(t, db, nine)
		require.Len(t, due, 1)
		require.Empty(t, leavingNow(t, db, due, nine.Add(-time.Second)))
		var won atomic.Int64
		for range writers {
			all.Go(func() {
				for _, l := range leavingNow(t, db, due, nine) {
					saved, err := db.SaveLeaving(t.Context(), left(l, nine))
					if err != nil {
						t.Error(err)
					}
					if saved {
						won.Add(int64(len(l.Items)))
					}
				}
			})
		}
		all.Wait()
		require.EqualValues(t, len(ids), won.Load(), "of twenty who let it leave one does, with all that was gathered")
		require.Equal(t, map[notify.Status]int{notify.Queued: 1, notify.Skipped: len(ids) - 1}, states(t, db))
		require.Equal(t, 1, count(t, db, "watch WHERE kind = 'message'"))
		var carrier string
		require.NoError(t, db.w.NewRaw("SELECT id FROM messages WHERE status = 'queued'").Scan(t.Context(), &carrier))
		d, err := db.DigestOf(t.Context(), notify.Message{ID: carrier})
		require.NoError(t, err)
		require.Equal(t, []int{len(ids), notify.DigestKeep}, []int{d.Total, len(d.Items)}, "a dead letter is made anew of what was in it")
		none, err := db.DigestOf(t.Context(), notify.Message{ID: "msg_none", NotificationID: "ntf_none"})
		require.NoError(t, err)
		require.Empty(t, none.ID)
		require.Equal(t, len(ids)-1, count(t, db, "messages WHERE skip_reason = 'digested' AND held_for = ''"))
		require.Equal(t, len(ids), count(t, db, `notifications WHERE decisions LIKE '%"cadence"%'`))
	})
}

func TestWhatComesAfterADigestHasLeftOpensTheNext(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		save := func(now, closes time.Time) {
			b := waiting(accept(t, db, 1), closes)
			b.Now = now
			saved, err := db.Save(t.Context(), b)
			require.NoError(t, err)
			require.Len(t, saved, 1)
		}
		save(start, nine)
		save(nine.Add(time.Minute), nine.Add(24*time.Hour)) // nobody has let the first leave yet
		require.Equal(t, 2, count(t, db, "digests"))
		due := dueRuns(t, db, nine.Add(2*time.Minute))
		require.Len(t, due, 1)
		list := leavingNow(t, db, due, nine.Add(2*time.Minute))
		require.Len(t, list[0].Items, 1)
		saved, err := db.SaveLeaving(t.Context(), left(list[0], nine))
		require.NoError(t, err)
		require.True(t, saved)
		require.Len(t, dueRuns(t, db, nine.Add(24*time.Hour)), 1)
	})
}

func TestACancelledMessageIsNotInItsDigest(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		b := waiting(accept(t, db, 3), nine)
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		_, err = db.CancelEvent(t.Context(), b.Events[0].ID, start)
		require.NoError(t, err)
		due := dueRuns(t, db, nine)
		list := leavingNow(t, db, due, nine)
		require.Len(t, list[0].Items, 2)
		require.NotEmpty(t, list[0].Items[0].Event.Type, "a template can name what the event said")

		_, err = db.CancelMessage(t.Context(), list[0].Items[0].ID, nine)
		require.NoError(t, err)
		saved, err := db.SaveLeaving(t.Context(), left(list[0], nine))
		require.NoError(t, err)
		require.False(t, saved, "one was cancelled while it was decided: it is read again")
		list = leavingNow(t, db, due, nine)
		saved, err = db.SaveLeaving(t.Context(), left(list[0], nine))
		require.NoError(t, err)
		require.True(t, saved)
		require.Equal(t, map[notify.Status]int{notify.Queued: 1, notify.Cancelled: 2}, states(t, db))
	})
}

func TestADigestOfWhichAllWasCancelledEnds(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		b := waiting(accept(t, db, 1), nine)
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		_, err = db.CancelEvent(t.Context(), b.Events[0].ID, start)
		require.NoError(t, err)
		list := leavingNow(t, db, dueRuns(t, db, nine), nine)
		saved, err := db.SaveLeaving(t.Context(), left(list[0], nine))
		require.NoError(t, err)
		require.True(t, saved)
		require.Equal(t, 1, count(t, db, "runs WHERE status = 'done'"))
	})
}

func TestARunThatSendsWhatIsGatheredGivesItToTheDigest(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		withAda(t, db)
		ids := park(t, db, parkedBatch(accept(t, db, 2), notify.StepDelay, nil))
		at := start.Add(time.Hour)
		for _, p := range parkedNow(t, db, ids, at) {
			next := p.Run
			next.Status = notify.RunDone
			m := newMessage(p.Notification)
			m.Status, m.HeldFor, m.Gather = notify.Held, notify.Digested, &notify.Gathering{Scope: "cadence/ada", ClosesAt: nine.Add(time.Hour)}
			saved, err := db.SaveRuns(t.Context(), dispatch.RunBatch{Now: at, Messages: []notify.Message{m}, Runs: []dispatch.RunDone{{Next: next}}})
			require.NoError(t, err)
			require.Len(t, saved, 1)
		}
		require.Equal(t, 1, count(t, db, "digests"))
		require.Equal(t, 2, count(t, db, "digest_items"))
	})
}
