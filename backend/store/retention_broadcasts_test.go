package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/retention"
)

// TestTheBooksOfABroadcastGoWithItsMessages keeps the counts, what a month still
// needs, and what belongs to a broadcast that has not ended.
func TestTheBooksOfABroadcastGoWithItsMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 3)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		batch := newBatch([]string{b.EventID})
		batch.Messages[0].Broadcast, batch.Messages[0].Status = b.ID, notify.Cancelled
		_, err = db.Save(ctx, batch)
		require.NoError(t, err)
		require.NoError(t, db.SaveRecalls(ctx, b.ID, []broadcast.Taken{{MessageID: batch.Messages[0].ID, Outcome: broadcast.RecallDeleted}}, start))

		old, slice := start.Format(time.DateOnly), muchLater()
		limits := broadcast.Limits{Day: 1000}
		reserve := func(id, day string) {
			t.Helper()
			require.NoError(t, db.ReserveQuota(ctx, broadcast.Reservation{ID: id, Revision: 1, Day: day, Messages: 3}, limits))
		}
		reserve(b.ID, old)
		reserve("bct_gone", old)
		reserve("bct_new", slice.Before.Format(time.DateOnly))
		removed := func() int {
			t.Helper()
			done, err := db.RemoveQuotas(ctx, slice)
			require.NoError(t, err)
			return done.Removed
		}
		require.Equal(t, 1, removed(), "of a broadcast that is no more")
		_, err = db.w.ExecContext(ctx, "UPDATE broadcasts SET state = 'completed' WHERE id = ?", b.ID)
		require.NoError(t, err)
		require.Zero(t, removed(), "its message is still there")

		done, err := db.RemoveMessages(ctx, slice)
		require.NoError(t, err)
		require.Equal(t, retention.Done{Removed: 1}, done)
		require.Zero(t, count(t, db, "broadcast_recalls"))
		counts, err := db.RecallCounts(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, map[broadcast.RecallOutcome]int{broadcast.RecallDeleted: 1}, counts, "how many were taken back stays")

		for _, state := range openBroadcasts {
			_, err = db.w.ExecContext(ctx, "UPDATE broadcasts SET state = ? WHERE id = ?", state, b.ID)
			require.NoError(t, err)
			require.Zero(t, removed(), state)
		}
		_, err = db.w.ExecContext(ctx, "UPDATE broadcasts SET state = 'completed' WHERE id = ?", b.ID)
		require.NoError(t, err)
		require.Equal(t, 1, removed())
		require.Equal(t, 1, count(t, db, "broadcast_quota"), "the month of the slice may still count")
	})
}
