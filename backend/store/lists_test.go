package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/desk"
	"clarion/backend/explain"
	"clarion/backend/notify"
)

// What a search finds by an index it names, as long as it is not too much; both
// ways must find the same, and every source is looked through.
func TestSearchingEventsFindsTheSameWhenFewAndWhenMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		rows := make([]eventView, peopleMost+40)
		for i := range rows {
			rows[i] = anEvent()
			rows[i].Source, rows[i].IdempotencyKey = fmt.Sprintf("source-%d", i%7), fmt.Sprintf("key-%d", i/7)
			rows[i].CancelKey, rows[i].TraceID = "many", fmt.Sprintf("trace-%d", i/3)
			if i >= 600 || i%100 == 0 {
				rows[i].TraceID = "many-traces"
			}
			if i < 2 {
				rows[i].CancelKey, rows[i].Type = "", "many.of.a.type"
			}
		}
		_, err := db.w.NewInsert().Model(&rows).Exec(t.Context())
		require.NoError(t, err)
		for q, holds := range map[string]func(e eventView) bool{
			"key-5":       func(e eventView) bool { return e.IdempotencyKey == "key-5" },
			"many":        func(e eventView) bool { return e.CancelKey == "many" || e.Type == "many.of.a.type" },
			"trace-5":     func(e eventView) bool { return e.TraceID == "trace-5" },
			"many-traces": func(e eventView) bool { return e.TraceID == "many-traces" },
			"many.of":     func(e eventView) bool { return e.Type == "many.of.a.type" },
			"key-":        func(eventView) bool { return false },
			"%":           func(eventView) bool { return false },
			rows[9].ID:    func(e eventView) bool { return e.ID == rows[9].ID },
		} {
			for _, source := range []string{"", "source-0"} {
				list, _, err := db.Events(t.Context(), explain.EventFilter{Q: q, Source: source}, notify.Page{Limit: 1000})
				require.NoError(t, err, q)
				var want, got []string
				for _, e := range slices.Backward(rows) {
					if holds(e) && (source == "" || e.Source == source) {
						want = append(want, e.ID)
					}
				}
				for _, e := range list {
					got = append(got, e.ID)
				}
				require.Equal(t, want, got, "%s of %q", q, source)
			}
		}
	})
}

func TestEventsThatStoppedAreFoundWhenTheyStopAndNotBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		rows := make([]eventView, 6)
		for i := range rows {
			rows[i] = anEvent()
			rows[i].Status = []string{"accepted", "held", "dispatched", "failed", "cancelled", "failed"}[i]
		}
		_, err := db.w.NewInsert().Model(&rows).Exec(t.Context())
		require.NoError(t, err)
		stopped := func(status notify.EventStatus) (ids []string) {
			list, _, err := db.Events(t.Context(), explain.EventFilter{Status: string(status)}, notify.Page{})
			require.NoError(t, err)
			for _, e := range list {
				ids = append(ids, e.ID)
			}
			return ids
		}
		require.Equal(t, []string{rows[5].ID, rows[3].ID}, stopped(notify.EventFailed))
		require.Equal(t, []string{rows[4].ID}, stopped(notify.EventCancelled))
		_, err = db.CancelEvent(t.Context(), rows[0].ID, start)
		require.NoError(t, err)
		require.Equal(t, []string{rows[4].ID, rows[0].ID}, stopped(notify.EventCancelled))
		require.Equal(t, []string{rows[1].ID}, stopped(notify.EventHeld))
	})
}

// A name that so many have that they are not named one by one.
func TestMessagesOfACommonNameAreFoundAsThoseOfARareOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		crew := make([]notify.Recipient, manyFound+2)
		for i := range crew {
			crew[i] = notify.Recipient{ID: fmt.Sprintf("r%05d", i), Name: "Sam Common"}
		}
		crew[7].Name, crew[8].Name = "Zelda Rare", "Sam Quiet"
		put(t, db, true, start, crew...)
		var rows []messageView
		for _, i := range []int{1, 7, 8, 9, 7} {
			m := aMessage(crew[i].ID)
			m.RecipientName = crew[i].Name
			rows = append(rows, m)
		}
		rows[4].Channel = "sms"
		seed(t, db, rows...)
		for q, want := range map[string][]int{
			"sam c": {3, 0}, "SAM": {3, 2, 0}, "zelda": {4, 1}, "r00007": {4, 1}, "common": nil, "sam_": nil,
		} {
			list, _, err := db.Messages(t.Context(), notify.MessageFilter{Q: q}, notify.Page{})
			require.NoError(t, err, q)
			require.Len(t, list, len(want), q)
			for i, m := range list {
				require.Equal(t, rows[want[i]].ID, m.ID, q)
			}
		}
		list, _, err := db.Messages(t.Context(), notify.MessageFilter{Q: "sam", Channel: []notify.Channel{notify.SMS}}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, list, "a filter holds beside a search")
	})
}

func TestTheFirstPeopleANameFindsAreThoseWhoseIDBeginsSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		crew := []notify.Recipient{
			{ID: "a1", Name: "Maria One"}, {ID: "a2", Name: "maria two"}, {ID: "a3", Addresses: []notify.Address{{Channel: notify.Email, Address: "Maria@example.com"}}},
			{ID: "maria", Name: "Somebody"}, {ID: "mariah", Name: "Maria Three"}, {ID: "maria-erased", Name: "x"}, {ID: "z", Name: "Not Maria"},
		}
		put(t, db, true, start, crew...)
		_, err := db.w.ExecContext(t.Context(), "UPDATE recipients SET erased_at = 1, name = '' WHERE id = 'maria-erased'")
		require.NoError(t, err)
		for most, want := range map[int][]string{1: {"maria"}, 2: {"maria", "mariah"}, 3: {"a1", "maria", "mariah"}, 9: {"a1", "a2", "a3", "maria", "mariah"}} {
			hits, err := db.SearchNames(t.Context(), desk.Question{Text: "MARIA", Kinds: []string{desk.KindRecipient}, Most: most})
			require.NoError(t, err)
			var got []string
			for _, hit := range hits {
				got = append(got, hit.ID)
			}
			require.Equal(t, want, got, "of at most %d", most)
		}
	})
}
