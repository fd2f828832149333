package store

import (
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

func TestTwentyWhoTakeOfADayNeverTakeMoreThanItHas(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var total atomic.Int64
		var workers sync.WaitGroup
		for range 20 {
			workers.Go(func() {
				granted, err := db.TakeQuota(t.Context(), "int_a", "2026-11-21", 100, 9)
				if err == nil {
					total.Add(int64(granted))
				}
			})
		}
		workers.Wait()
		require.Equal(t, int64(100), total.Load())
		granted, err := db.TakeQuota(t.Context(), "int_a", "2026-11-22", 100, 9)
		require.NoError(t, err)
		require.Equal(t, 9, granted, "each day has its own")
	})
}

func TestTargetsAreWhatChoosingAnAccountNeeds(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := queued(t, db, 1)[0]
		list, err := db.Targets(t.Context(), []string{m.ID, m.ID, "msg_ghost"})
		require.NoError(t, err)
		require.Equal(t, []delivery.Target{{ID: m.ID, Category: m.Category, Address: m.Address}}, list)
	})
}

func TestAMessageWithoutAReceiptIsRedirectedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		messages := claimed(t, db, queued(t, db, 3))
		due := later.Add(time.Minute)
		for _, m := range messages {
			f := sent(m)
			f.ReceiptBy = due
			finished(t, db, f)
		}
		found, err := db.Silent(ctx, due.Add(-time.Second), 10)
		require.NoError(t, err)
		require.Empty(t, found, "its time has not come")

		_, err = db.ApplyReceipts(ctx, "int_mail", []notify.Receipt{{DedupKey: "d", MessageID: messages[2].ID, Status: notify.Delivered, At: start}}, start)
		require.NoError(t, err)
		found, err = db.Silent(ctx, due, 10)
		require.NoError(t, err)
		silent, lists := found.Messages, found.Lists
		require.Len(t, silent, 2)
		require.Equal(t, []delivery.ReceiptCount{{Integration: "int_mail", Due: 3, Missing: 2}}, found.Counts)
		why := json.RawMessage(`{"code":"no_receipt"}`)
		redirect := delivery.Redirection{MessageID: silent[0].ID, AttemptNumber: silent[0].AttemptNumber, Next: "int_b", Detail: why}
		refs, err := db.Redirect(ctx, []delivery.Redirection{redirect}, due)
		require.NoError(t, err)
		require.Len(t, refs, 1)
		again, err := db.Redirect(ctx, []delivery.Redirection{redirect}, due)
		require.NoError(t, err)
		require.Empty(t, again, "another process was faster")
		require.NoError(t, db.Heed(ctx, lists))
		found, err = db.Silent(ctx, due, 10)
		require.NoError(t, err)
		require.Empty(t, found)

		m := message(t, db, redirect.MessageID)
		require.Equal(t, notify.Queued, m.Status)
		require.Equal(t, "int_b", m.Next)
		require.Contains(t, kinds(t, db, m.ID), "failover")
		c := claimOf([]notify.Message{m})
		c.Now, c.LeaseUntil = due, due.Add(time.Minute)
		won, err := db.ClaimMessages(ctx, c)
		require.NoError(t, err)
		require.Len(t, won.Messages, 1)
		require.Equal(t, "int_b", won.Messages[0].Integration)
	})
}

func TestReceiptsAreCountedByTheMinute(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		say := func(at time.Time, missing int) {
			require.NoError(t, db.CountReceipts(ctx, []delivery.ReceiptCount{{Integration: "int_a", Due: 10, Missing: missing}}, at))
		}
		minute := start.Truncate(time.Minute)
		say(minute.Add(time.Second), 1)
		say(minute.Add(2*time.Second), 3)
		say(minute.Add(time.Minute), 5)
		got, err := db.ReceiptCounts(ctx, minute)
		require.NoError(t, err)
		want := []delivery.ReceiptCount{
			{Integration: "int_a", At: minute, Due: 20, Missing: 4}, {Integration: "int_a", At: minute.Add(time.Minute), Due: 10, Missing: 5},
		}
		require.Equal(t, want, got)
		got, err = db.ReceiptCounts(ctx, minute.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, want[1:], got)
		say(minute.Add(2*time.Hour), 0)
		require.Equal(t, 1, count(t, db, "receipt_counts"), "old counts are dropped")
	})
}
