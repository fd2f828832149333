package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/recovery"
)

func sweepAt(now time.Time) recovery.Sweep {
	return recovery.Sweep{Now: now, Base: time.Second, Max: 10 * time.Second, Limit: 100}
}

func anyDue(tb testing.TB, db *DB, now time.Time) recovery.AnyDue {
	tb.Helper()
	w, err := db.AnyDue(tb.Context(), now)
	require.NoError(tb, err)
	return w
}

func dueMessages(t *testing.T, db *DB, q recovery.Sweep) recovery.Due[recovery.MessageRef] {
	t.Helper()
	found, err := db.DueMessages(t.Context(), q)
	require.NoError(t, err)
	return found
}

func dueEvents(t *testing.T, db *DB, q recovery.Sweep) []recovery.EventRef {
	t.Helper()
	found, err := db.DueEvents(t.Context(), q)
	require.NoError(t, err)
	return found.Refs
}

func TestALookSaysOfWhatSomethingIsDue(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.Zero(t, anyDue(t, db, start.Add(time.Hour)), "nobody has anything to do")
		queued(t, db, 1) // its event is done; the list still says it may not be
		dueEvents(t, db, sweepAt(start.Add(time.Hour)))
		due := start.Add(10 * time.Second)
		require.Equal(t, recovery.AnyDue{Messages: true}, anyDue(t, db, due))
		require.Len(t, dueMessages(t, db, sweepAt(due)).Refs, 1)
		require.Zero(t, anyDue(t, db, due.Add(time.Second-time.Microsecond)), "it has just been queued")
		require.Equal(t, recovery.AnyDue{Messages: true}, anyDue(t, db, due.Add(time.Second)))

		accept(t, db, 1)
		require.Equal(t, recovery.AnyDue{Messages: true, Events: true}, anyDue(t, db, start.Add(time.Hour)))
	})
}

func TestTheSweepersWaitDoubles(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		queued(t, db, 1)
		now := start.Add(10 * time.Second)
		for _, wait := range []time.Duration{1, 2, 4, 8, 10, 10} {
			require.Len(t, dueMessages(t, db, sweepAt(now)).Refs, 1)
			require.Empty(t, dueMessages(t, db, sweepAt(now.Add(wait*time.Second-time.Microsecond))).Refs, "the wait is %d s", wait)
			now = now.Add(wait * time.Second)
		}
	})
}

func TestHeldMessagesAreQueuedWhenTheirTimeComes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ids := accept(t, db, 1)
		claimEvents(t, db, ids)
		b := newBatch(ids)
		b.Messages[0].Status, b.Messages[0].DueAt = notify.Held, start.Add(time.Hour)
		_, err := db.Save(t.Context(), b)
		require.NoError(t, err)
		require.NoError(t, db.EndLeases(t.Context(), start))
		require.Empty(t, dueMessages(t, db, sweepAt(start.Add(time.Hour-1000))).Refs)
		found := dueMessages(t, db, sweepAt(start.Add(time.Hour)))
		require.Equal(t, []recovery.MessageRef{{ID: b.Messages[0].ID, Channel: notify.Email, Priority: notify.Medium}}, found.Refs)
		require.Equal(t, []string{"created", "held", "queued"}, kinds(t, db, b.Messages[0].ID))
	})
}

func TestEventsThatNobodyQueuedComeBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		held := newEvent("held")
		held.Status, held.SendAt = notify.EventHeld, start.Add(time.Hour)
		saved(t, db, entryOf(held), entryOf(newEvent("now")))
		require.Empty(t, dueEvents(t, db, sweepAt(start)), "who accepted it has time to queue it")
		require.Len(t, dueEvents(t, db, sweepAt(start.Add(firstLease))), 1)
		require.Len(t, dueEvents(t, db, sweepAt(start.Add(time.Hour))), 2)
	})
}

func TestTheClaimsOfADeadWorkerComeBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		list := claimed(t, db, queued(t, db, 1))
		require.NoError(t, db.Beat(ctx, worker, start))
		for _, alive := range []struct {
			since time.Time
			found int
		}{{start, 0}, {start.Add(time.Microsecond), 1}} {
			got, err := db.Interrupted(ctx, alive.since, 10)
			require.NoError(t, err)
			require.Len(t, got, alive.found)
			if alive.found == 1 {
				require.Equal(t, list[0], got[0])
				require.Equal(t, notify.HoldForReceipt, got[0].Ambiguity)
			}
			buried, err := db.Bury(ctx, alive.since)
			require.NoError(t, err)
			require.Equal(t, alive.found, buried)
			require.Equal(t, 1-alive.found, count(t, db, "workers"))
		}
	})
}

func TestAClaimWhoseLeaseEndedComesBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := claimed(t, db, queued(t, db, 1))
		now := start.Add(time.Minute - time.Microsecond)
		require.Empty(t, dueMessages(t, db, sweepAt(now)))
		now = now.Add(time.Microsecond)
		require.Equal(t, list, dueMessages(t, db, sweepAt(now)).Lapsed)
		now = now.Add(time.Second)
		found := dueMessages(t, db, sweepAt(now))
		require.Equal(t, list, found.Lapsed, "one that could not be settled is told again")
		require.Empty(t, found.Refs)
		finished(t, db, finishes(list)...)
		require.Empty(t, dueMessages(t, db, sweepAt(start.Add(time.Hour))))
		require.Equal(t, 0, count(t, db, "watch WHERE kind = 'message'"), "what has ended is dropped")
	})
}

func TestALostQueueIsFilledAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		queued(t, db, 3)
		accept(t, db, 2)
		require.NoError(t, db.EndLeases(t.Context(), start))
		require.Len(t, dueMessages(t, db, sweepAt(start)).Refs, 3)
		require.Len(t, dueEvents(t, db, sweepAt(start)), 2)
	})
}

func TestALookTakesAtMostItsLimit(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for range 5 {
			queued(t, db, 2)
		}
		q := sweepAt(start.Add(time.Minute))
		q.Limit = 2
		for _, n := range []int{4, 4, 2, 0} {
			found := dueMessages(t, db, q)
			require.Len(t, found.Refs, n)
			require.Equal(t, n == 4, found.More)
		}
	})
}

func TestAListIsSharedByManyAndALookDropsWhatHasEnded(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		list := queued(t, db, watchChunk+2)
		require.Equal(t, 2, count(t, db, "watch WHERE kind = 'message'"))
		finished(t, db, finishes(claimed(t, db, list[1:]))...)
		refs := dueMessages(t, db, sweepAt(start.Add(time.Minute))).Refs
		require.Len(t, refs, 1)
		require.Equal(t, list[0].ID, refs[0].ID)
		require.Equal(t, 1, count(t, db, "watch WHERE kind = 'message'"))
	})
}

func TestWhatIsDueAtAboutTheSameTimeSharesAList(t *testing.T) {
	t.Parallel()
	rows := watchLists(watchEvents, []watched{
		{id: "a", lookAt: 5_000_001}, {id: "b", lookAt: 5_000_090}, {id: "later", notBefore: 7_000_000, lookAt: 7_000_000}, {id: "c", lookAt: 5_000_002},
	})
	require.Len(t, rows, 2)
	require.Equal(t, watchRow{Kind: watchEvents, LookAt: 5_000_090, IDs: `["a","b","c"]`}, rows[0])
	require.Equal(t, watchRow{Kind: watchEvents, NotBefore: 7_000_000, LookAt: 7_000_000, IDs: `["later"]`}, rows[1])
}

func TestWorkersAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.Beat(t.Context(), "wrk_live", start))
		require.NoError(t, db.Beat(t.Context(), worker, start))
		require.NoError(t, db.Forget(t.Context(), worker))
		require.Equal(t, 1, count(t, db, "workers"))
	})
}
