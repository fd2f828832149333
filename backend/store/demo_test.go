package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/demo"
	"clarion/backend/explain"
	"clarion/backend/notify"
)

// counted are the rows of every table that made-up traffic may touch.
func counted(t *testing.T, db *DB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, table := range []string{
		"sources", "categories", "integrations", "recipients", "addresses", "events", "notifications", "messages", "attempts", "message_events",
		"provider_ids", "suppressions", "settings", "watch",
	} {
		var n int
		require.NoError(t, db.w.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		counts[table] = n
	}
	return counts
}

func TestMadeUpTrafficKeepsTheBooksAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		real := aMessage("r1")
		seed(t, db, real)
		require.NoError(t, db.PutCategory(ctx, notify.Category{Key: "orders", Name: "Ours"}, start))
		before := counted(t, db)
		plan := demo.Plan{Size: 6000, Days: 10, Seed: 1, Until: start}
		changes, messages, err := demo.Fill(ctx, db, plan)
		require.NoError(t, err)
		require.InEpsilon(t, plan.Size, changes, 0.1)

		counts := counted(t, db)
		require.Equal(t, changes, counts["message_events"]-before["message_events"])
		require.Equal(t, messages, counts["messages"]-before["messages"])
		require.Zero(t, counts["watch"]-before["watch"], "nothing of it is open")
		requireBalance(ctx, t, db, plan)
		var cost, parts int
		require.NoError(t, db.w.QueryRowContext(ctx, "SELECT sum(cost_micros), max(parts) FROM delivery_events WHERE channel = 'sms' AND kind = 'sent'").Scan(&cost, &parts))
		require.Greater(t, cost, 7000)
		require.Greater(t, parts, 1)
		_, _, err = demo.Fill(ctx, db, plan)
		require.ErrorIs(t, err, notify.ErrConflict, "there is some already")

		removed, err := db.RemoveTraffic(ctx, nil)
		require.NoError(t, err)
		require.Equal(t, changes, removed)
		require.Equal(t, before, counted(t, db))
		_, err = db.RemoveTraffic(ctx, nil)
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func requireBalance(ctx context.Context, t *testing.T, db *DB, plan demo.Plan) {
	t.Helper()
	for day := range plan.Days {
		from := plan.Until.AddDate(0, 0, day-plan.Days)
		ledger, err := db.Ledger(ctx, explain.LedgerFilter{From: from, To: from.AddDate(0, 0, 1)})
		require.NoError(t, err)
		sum := 0
		for _, n := range ledger.ByStatus {
			sum += n
		}
		require.Equal(t, ledger.Created, sum)
		require.Positive(t, sum)
	}
}
