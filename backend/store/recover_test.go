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

func TestTheSweepersLeaseDoubles(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		queued(t, db, 1)
		now := start.Add(10 * time.Second)
		for _, lease := range []time.Duration{1, 2, 4, 8, 10, 10} {
			refs, err := db.DueMessages(ctx, sweepAt(now))
			require.NoError(t, err)
			require.Len(t, refs, 1)
			refs, err = db.DueMessages(ctx, sweepAt(now.Add(lease*time.Second-time.Microsecond)))
			require.NoError(t, err)
			require.Empty(t, refs, "the lease is %d s", lease)
			now = now.Add(lease * time.Second)
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
		refs, err := db.DueMessages(t.Context(), sweepAt(start.Add(time.Hour-1000)))
		require.NoError(t, err)
		require.Empty(t, refs)
		refs, err = db.DueMessages(t.Context(), sweepAt(start.Add(time.Hour)))
		require.NoError(t, err)
		require.Equal(t, []recovery.MessageRef{{ID: b.Messages[0].ID, Channel: notify.Email, Priority: notify.Medium}}, refs)
		require.Equal(t, []string{"created", "held", "queued"}, kinds(t, db, b.Messages[0].ID))
	})
}

func TestEventsThatNobodyQueuedComeBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		held := newEvent("held")
		held.Status, held.SendAt = notify.EventHeld, start.Add(time.Hour)
		saved(t, db, entryOf(held), entryOf(newEvent("now")))
		refs, err := db.DueEvents(t.Context(), sweepAt(start))
		require.NoError(t, err)
		require.Empty(t, refs, "who accepted it has time to queue it")
		refs, err = db.DueEvents(t.Context(), sweepAt(start.Add(firstEventLease)))
		require.NoError(t, err)
		require.Len(t, refs, 1)
		refs, err = db.DueEvents(t.Context(), sweepAt(start.Add(time.Hour)))
		require.NoError(t, err)
		require.Len(t, refs, 2)
	})
}

func TestTheClaimsOfADeadWorkerComeBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		list := claimed(t, db, queued(t, db, 1))
		claimEvents(t, db, accept(t, db, 1))
		require.NoError(t, db.Beat(ctx, worker, start))
		now := start.Add(3 * time.Second)
		for _, alive := range []struct {
			since time.Time
			found int
		}{{start, 0}, {start.Add(time.Microsecond), 1}} {
			n, err := db.TakeBackEvents(ctx, now, alive.since)
			require.NoError(t, err)
			require.Equal(t, alive.found, n)
			got, err := db.Interrupted(ctx, now, alive.since, 10)
			require.NoError(t, err)
			require.Len(t, got, alive.found)
			if alive.found == 1 {
				require.Equal(t, list[0], got[0])
				require.Equal(t, notify.HoldForReceipt, got[0].Ambiguity)
			}
		}
		refs, err := db.DueEvents(ctx, sweepAt(now))
		require.NoError(t, err)
		require.Len(t, refs, 1)
	})
}

func TestAClaimWhoseLeaseEndedComesBack(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		claimed(t, db, queued(t, db, 1))
		got, err := db.Interrupted(t.Context(), start.Add(time.Minute), start, 10)
		require.NoError(t, err)
		require.Len(t, got, 1)
		finished(t, db, finishes(got)...)
		got, err = db.Interrupted(t.Context(), start.Add(time.Hour), start, 10)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func TestALostQueueIsFilledAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		queued(t, db, 3)
		accept(t, db, 2)
		require.NoError(t, db.EndLeases(t.Context(), start))
		refs, err := db.DueMessages(t.Context(), sweepAt(start))
		require.NoError(t, err)
		require.Len(t, refs, 3)
		events, err := db.DueEvents(t.Context(), sweepAt(start))
		require.NoError(t, err)
		require.Len(t, events, 2)
	})
}

func TestASweepTakesAtMostItsLimit(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		queued(t, db, 5)
		q := sweepAt(start.Add(time.Minute))
		q.Limit = 2
		for _, n := range []int{2, 2, 1, 0} {
			refs, err := db.DueMessages(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, refs, n)
		}
	})
}

func TestWorkersAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		require.NoError(t, db.Beat(t.Context(), "wrk_old", start.Add(-25*time.Hour)))
		require.NoError(t, db.Beat(t.Context(), "wrk_live", start))
		require.NoError(t, db.Beat(t.Context(), worker, start))
		require.NoError(t, db.Forget(t.Context(), worker, start))
		require.Equal(t, 1, count(t, db, "workers"))
	})
}
