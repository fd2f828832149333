package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

func TestWorkflowsAreCountedByWhatBecameOfTheirMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		some := func(workflow, status, source string, at time.Time) messageView {
			m := aMessage("ada")
			m.Workflow, m.Status, m.Source, m.CreatedAt = workflow, status, source, micros(at)
			return m
		}
		seed(t, db,
			some("old", "sent", "shop", start.Add(-25*time.Hour)),
			some("a", "sent", "shop", start), some("a", "sent", "shop", start), some("a", "failed", "shop", start),
			some("b", "skipped", "shop", start), some("b", "sent", notify.TestSource, start),
		)
		got, err := db.Activity(t.Context(), start.Add(-24*time.Hour), 100)
		require.NoError(t, err)
		require.Equal(t, []explain.Activity{
			{Workflow: "a", Counts: map[notify.Status]int{notify.Sent: 2, notify.Failed: 1}},
			{Workflow: "b", Counts: map[notify.Status]int{notify.Skipped: 1}},
		}, got)
		got, err = db.Activity(t.Context(), start.Add(time.Hour), 100)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func TestEventTypesAreThoseThatCameIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		var last string
		for i, e := range []eventView{
			{Type: "order.shipped", Source: "shop"}, {Type: "order.lost", Source: "shop"}, {Type: "order.shipped", Source: "shop"},
			{Type: "notification", Source: "shop", Direct: `{"channels":["email"]}`}, {Type: "order.found", Source: notify.TestSource},
		} {
			e.ID, e.Targets, e.Data, e.Status = notify.NewID(notify.EventID), "[]", "{}", "dispatched"
			e.IdempotencyKey, e.CreatedAt = e.ID, micros(start)+int64(i)
			_, err := db.w.NewInsert().Model(&e).Exec(t.Context())
			require.NoError(t, err)
			if i == 2 {
				last = e.ID
			}
		}
		got, err := db.EventTypes(t.Context(), 100)
		require.NoError(t, err)
		require.Len(t, got, 2)
		require.Equal(t, explain.EventType{
			Type: "order.shipped", Count: 2, FirstAt: start, LastAt: start.Add(2 * time.Microsecond), LastID: last,
		}, got[0])
		require.Equal(t, "order.lost", got[1].Type)
		got, err = db.EventTypes(t.Context(), 3)
		require.NoError(t, err)
		require.Len(t, got, 1, "only the newest are looked at")
	})
}
