package store

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/broadcast"
	"clarion/backend/inbox"
	"clarion/backend/notify"
)

func TestOfTwentyWhoReserveTheLastOfAQuotaOneGetsIt(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		limits := broadcast.Limits{Day: 100, Month: 1000}
		require.NoError(t, db.ReserveQuota(t.Context(), broadcast.Reservation{ID: "bct_0", Revision: 1, Day: "2026-11-22", Messages: 90}, limits))
		var all sync.WaitGroup
		var won, full atomic.Int64
		for i := range 20 {
			all.Go(func() {
				err := db.ReserveQuota(t.Context(), broadcast.Reservation{ID: fmt.Sprint("bct_", i+1), Revision: 1, Day: "2026-11-22", Messages: 10}, limits)
				var no *broadcast.FullError
				switch {
				case err == nil:
					won.Add(1)
				case errors.As(err, &no):
					full.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, 19, full.Load())
	})
}

func TestAQuotaIsCountedByDayAndMonth(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		limits := broadcast.Limits{Day: 100, Month: 150}
		reserve := func(id, day string, revision, n int) error {
			return db.ReserveQuota(ctx, broadcast.Reservation{ID: id, Revision: revision, Day: day, Messages: n}, limits)
		}
		require.NoError(t, reserve("a", "2026-11-22", 1, 100))
		require.NoError(t, reserve("a", "2026-11-22", 1, 100), "the same again takes nothing more")
		require.NoError(t, reserve("a", "2026-11-23", 3, 80), "another day, or what was edited, is in the place of what was")
		require.NoError(t, reserve("b", "2026-11-30", 1, 70))
		var full *broadcast.FullError
		require.ErrorAs(t, reserve("c", "2026-11-01", 1, 1), &full)
		require.Equal(t, broadcast.FullError{Span: "month", Limit: 150, Left: 0, Needs: 1}, *full)
		require.NoError(t, reserve("c", "2026-12-01", 1, 100), "the next month is another")
		require.NoError(t, db.SettleQuota(ctx, "b", 1, 20))
		require.NoError(t, db.SettleQuota(ctx, "b", 9, 0), "of another submission nothing is settled")
		require.NoError(t, reserve("d", "2026-11-01", 1, 50))
		require.NoError(t, db.SettleQuota(ctx, "d", 1, 0))
		day, month, err := db.QuotaTaken(ctx, "2026-11-23", "")
		require.NoError(t, err)
		require.Equal(t, []int{80, 100}, []int{day, month})
	})
}

func TestWhatIsTakenBackIsWrittenOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		crowded(t, db, 3)
		b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
		_, err := db.TakeAudience(ctx, b, start)
		require.NoError(t, err)
		b = launched(t, db, b)
		batch := newBatch([]string{b.EventID})
		batch.Messages[0].Broadcast, batch.Messages[0].Recipient.ID = b.ID, "p001"
		_, err = db.Save(ctx, batch)
		require.NoError(t, err)
		id := batch.Messages[0].ID
		list, err := db.ToRecall(ctx, b.EventID, "", 10)
		require.NoError(t, err)
		require.Equal(t, []broadcast.Sent{{MessageID: id, Recipient: "p001", Channel: notify.Email, Status: notify.Queued}}, list)
		for range 2 {
			require.NoError(t, db.SaveRecalls(ctx, b.ID, []broadcast.Taken{{MessageID: id, Outcome: broadcast.RecallDeleted, Detail: "gone"}}, start))
		}
		require.Equal(t, 1, count(t, db, "message_events WHERE kind = 'recalled' AND message_id = '"+id+"'"))
		list, err = db.ToRecall(ctx, b.EventID, "", 10)
		require.NoError(t, err)
		require.Empty(t, list)
		b.Recall = broadcast.Recalled
		p, err := db.BroadcastProgress(ctx, b)
		require.NoError(t, err)
		require.Equal(t, map[broadcast.RecallOutcome]int{broadcast.RecallDeleted: 1}, p.Recalls)
		outcomes, _, err := db.BroadcastOutcomes(ctx, broadcast.OutcomeFilter{Broadcast: b.ID}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, broadcast.RecallDeleted, outcomes[1].Messages[0].Recall)
		require.Equal(t, "gone", outcomes[1].Messages[0].RecallDetail)
		for outcome, want := range map[broadcast.RecallOutcome]int{broadcast.RecallDeleted: 1, broadcast.RecallMistaken: 0} {
			outcomes, _, err = db.BroadcastOutcomes(ctx, broadcast.OutcomeFilter{Broadcast: b.ID, Recall: []broadcast.RecallOutcome{outcome}}, notify.Page{})
			require.NoError(t, err)
			require.Len(t, outcomes, want, outcome)
		}
	})
}

func TestRemovedItemsAreNoLongerShownToAnybody(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		items, err := db.AddItems(ctx, []notify.InboxItem{
			{RecipientID: "ada", MessageID: "m1", Title: "Secret"}, {RecipientID: "ada", MessageID: "m2", Title: "Stays"}, {RecipientID: "bo", MessageID: "m3", Title: "Secret"},
		}, start)
		require.NoError(t, err)
		gone, err := db.RemoveItems(ctx, []string{"m1", "m3", "never"}, start.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, []inbox.Withdrawn{{Recipient: "ada", IDs: []string{items[0].ID}, Offset: 3}, {Recipient: "bo", IDs: []string{items[2].ID}, Offset: 2}}, gone)
		left, _, err := db.Items(ctx, inbox.Filter{Recipient: "ada", Status: "all", Now: start}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, left, 1)
		frames, complete, err := db.Since(ctx, "ada", 0, 10)
		require.NoError(t, err)
		require.True(t, complete)
		require.Len(t, frames, 3)
		for i, frame := range frames {
			require.NotContains(t, string(frame.JSON), "Secret", "who comes back later is not shown it")
			require.Equal(t, i != 1, strings.Contains(string(frame.JSON), `"as":"deleted"`))
		}
		gone, err = db.RemoveItems(ctx, []string{"m1", "m3"}, start)
		require.NoError(t, err)
		require.Empty(t, gone, "to remove what is not there changes nothing")
	})
}

func TestOnlyWhatFailedIsTakenBackAgain(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		b := launched(t, db, newBroadcast(t, db, broadcast.Audience{Everybody: true}))
		batch := newBatch([]string{b.EventID})
		batch.Messages[0].Broadcast = b.ID
		_, err := db.Save(ctx, batch)
		require.NoError(t, err)
		id := batch.Messages[0].ID
		sent, taken, err := db.SentMessage(ctx, id)
		require.NoError(t, err)
		require.Equal(t, []any{b.ID, broadcast.Taken{MessageID: id}}, []any{sent.Broadcast, taken})
		write := func(outcome broadcast.RecallOutcome, note bool) {
			t.Helper()
			require.NoError(t, db.SaveRecalls(ctx, b.ID, []broadcast.Taken{{MessageID: id, Outcome: outcome, Detail: string(outcome), Note: note}}, start))
		}
		said := func() []int {
			return []int{count(t, db, "message_events WHERE kind = 'recalled' AND message_id = '"+id+"'"), count(t, db, "message_events WHERE kind = 'not_recalled' AND message_id = '"+id+"'")}
		}
		write(broadcast.RecallMistaken, false)
		require.Equal(t, []int{0, 0}, said(), "of one among many the list of recipients says it")
		write(broadcast.RecallMistaken, true)
		require.Equal(t, []int{0, 1}, said())
		list, err := db.ToRecall(ctx, b.EventID, "", 10)
		require.NoError(t, err)
		require.Empty(t, list)
		_, err = db.ChangeBroadcast(ctx, b.ID, start, func(b *broadcast.Broadcast) (broadcast.Change, error) {
			b.RecallRound++
			return broadcast.Change{ForgetFailedRecalls: true}, nil
		})
		require.NoError(t, err)
		list, err = db.ToRecall(ctx, b.EventID, "", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		write(broadcast.RecallDeleted, true)
		write(broadcast.RecallCannot, true)
		require.Equal(t, []int{1, 1}, said(), "what is done is done")
		_, taken, err = db.SentMessage(ctx, id)
		require.NoError(t, err)
		require.Equal(t, broadcast.RecallDeleted, taken.Outcome)
		b, err = db.Broadcast(ctx, b.ID)
		require.NoError(t, err)
		require.Equal(t, 1, b.RecallRound)
		require.NoError(t, db.StopMessage(ctx, id, start))
		_, _, err = db.SentMessage(ctx, "msg_none")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}
