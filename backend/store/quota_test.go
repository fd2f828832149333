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
		messages := claimed(t, db, queued(t, db, 2))
		due := later.Add(time.Minute)
		for _, m := range messages {
			f := sent(m)
			f.ReceiptBy = due
			finished(t, db, f)
		}
		silent, lists, err := db.Silent(ctx, due.Add(-time.Second), 10)
		require.NoError(t, err)
		require.Empty(t, silent, "its time has not come")
		require.Empty(t, lists)

		silent, lists, err = db.Silent(ctx, due, 10)
		require.NoError(t, err)
		require.Len(t, silent, 2)
		why := json.RawMessage(`{"code":"no_receipt"}`)
		redirect := delivery.Redirection{MessageID: silent[0].ID, AttemptNumber: silent[0].AttemptNumber, Next: "int_b", Detail: why}
		refs, err := db.Redirect(ctx, []delivery.Redirection{redirect}, due)
		require.NoError(t, err)
		require.Len(t, refs, 1)
		again, err := db.Redirect(ctx, []delivery.Redirection{redirect}, due)
		require.NoError(t, err)
		require.Empty(t, again, "another process was faster")
		require.NoError(t, db.Heed(ctx, lists))
		silent, _, err = db.Silent(ctx, due, 10)
		require.NoError(t, err)
		require.Empty(t, silent)

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
