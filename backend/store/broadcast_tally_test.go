package store

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/broadcast"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// TestATallyAgreesWithTheMessagesInTheEnd asks for the progress of a broadcast of
// which counts are kept, after everything that can happen to its messages: what it
// is told may be old, says so, and is right when it does not.
func TestATallyAgreesWithTheMessagesInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 6)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		clock := &hour{start.Add(time.Second)}
		desk := &broadcast.Desk{Store: db, Clock: clock, Log: slog.New(slog.DiscardHandler), Many: 1}
		agrees := func(after string) {
			t.Helper()
			clock.at = clock.at.Add(time.Hour)
			var told broadcast.Progress
			require.Eventually(t, func() bool {
				var err error
				told, err = desk.Progress(ctx, b.ID)
				return err == nil && !told.Stale
			}, time.Minute, 5*time.Millisecond, after)
			now, err := db.Broadcast(ctx, b.ID)
			require.NoError(t, err)
			counted, err := db.BroadcastProgress(ctx, now)
			require.NoError(t, err)
			require.Equal(t, now.State, told.State, after)
			require.Equal(t, counted.Counts, told.Counts, after)
			require.Equal(t, []int{counted.Messages, counted.Waiting, counted.Reached}, []int{told.Messages, told.Waiting, told.Reached}, after)
			require.Equal(t, counted.Recalls, told.Recalls, after)
		}
		agrees("before the first message")
		page := func(from, to string) dispatch.Batch {
			batch := newBatch([]string{b.EventID})
			batch.Events[0].From, batch.Events[0].Cursor, batch.Events[0].Status = from, to, notify.EventAccepted
			batch.Messages[0].Broadcast, batch.Messages[0].Recipient.ID, batch.Notifications[0].Recipient.ID = b.ID, to, to
			return batch
		}
		save := func(batch dispatch.Batch) string {
			saved, err := db.Save(ctx, batch)
			require.NoError(t, err)
			require.Len(t, saved, 1)
			return batch.Messages[0].ID
		}
		move := func(state broadcast.State, what broadcast.EventMove) {
			_, err := db.ChangeBroadcast(ctx, b.ID, clock.at, func(b *broadcast.Broadcast) (broadcast.Change, error) {
				b.State, b.UpdatedAt = state, clock.at
				return broadcast.Change{Event: what}, nil
			})
			require.NoError(t, err)
		}
		first := save(page("", "p001"))
		agrees("the first page")
		told, err := desk.Progress(ctx, b.ID)
		require.NoError(t, err)
		save(page("p001", "p003"))
		old, err := desk.Progress(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, told.Messages, old.Messages, "a question waits for no count")
		agrees("the second page")
		move(broadcast.Paused, broadcast.HoldEvent)
		again := &broadcast.Desk{Store: db, Clock: clock, Log: slog.New(slog.DiscardHandler), Many: 1}
		other, err := again.Progress(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, []any{broadcast.Paused, 2}, []any{other.State, other.Messages}, "another process begins with what was kept")
		agrees("the pause")
		move(broadcast.Sending, broadcast.ReleaseEvent)
		_, err = db.ReleaseHeld(ctx, b.EventID, clock.at, 10)
		require.NoError(t, err)
		agrees("the pause is over")
		require.NoError(t, db.SaveRecalls(ctx, b.ID, []broadcast.Taken{{MessageID: first, Outcome: broadcast.RecallDeleted}}, clock.at))
		move(broadcast.Cancelled, broadcast.CancelEvent)
		agrees("it was cancelled and taken back")
	})
}
