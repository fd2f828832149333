package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/broadcast"
	"clarion/backend/desk"
	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/schedule"
)

func TestViewsBelongToTheirMember(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		view := func(id, member, name, search string) desk.View {
			return desk.View{ID: id, Member: member, List: "messages", Name: name, Search: search, CreatedAt: start}
		}
		first, err := db.PutView(ctx, view("viw_1", "ada", "Failed", "status=failed"), 2)
		require.NoError(t, err)
		again, err := db.PutView(ctx, view("viw_2", "ada", "Failed", "status=unknown"), 2)
		require.NoError(t, err)
		require.Equal(t, first.ID, again.ID, "the same name is the same view")
		require.Equal(t, "status=unknown", again.Search)
		_, err = db.PutView(ctx, view("viw_3", "ada", "Mine", "q=ada"), 2)
		require.NoError(t, err)
		_, err = db.PutView(ctx, view("viw_4", "ada", "Too many", ""), 2)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid)
		_, err = db.PutView(ctx, view("viw_5", "ada", "Mine", "q=bo"), 2)
		require.NoError(t, err, "a full list still takes changes")
		_, err = db.PutView(ctx, view("viw_6", "bo", "Failed", ""), 2)
		require.NoError(t, err)

		require.ErrorIs(t, db.DeleteView(ctx, "bo", first.ID), notify.ErrNotFound, "nobody deletes another's")
		require.NoError(t, db.DeleteView(ctx, "ada", first.ID))
		left, err := db.Views(ctx, "ada")
		require.NoError(t, err)
		require.Len(t, left, 1)
		require.Equal(t, []string{"Mine", "q=bo"}, []string{left[0].Name, left[0].Search})
	})
}

func TestSearchFindsByIDNameAndAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "shop", Name: "Web Shop"}, start))
		require.NoError(t, db.PutIntegration(ctx, integration.Row{Integration: notify.Integration{
			ID: "int_1", Provider: "sendgrid", Name: "Main mail", Channel: notify.Email, Weight: 1,
		}, Sealed: "x"}, start))
		for i := range 9 {
			require.NoError(t, db.PutSource(ctx, access.Source{Key: fmt.Sprintf("many-%d", i), Name: "One of many"}, start))
		}
		_, err := db.w.ExecContext(ctx, "INSERT INTO recipients (id, name, created_at, updated_at) VALUES ('u1', 'Ada 100%', 1, 1)")
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, "INSERT INTO recipients (id, name, created_at, updated_at, erased_at) VALUES ('u2', 'Adam', 1, 1, 1)")
		require.NoError(t, err)
		all := []string{
			desk.KindTemplate, desk.KindWorkflow, desk.KindRecipient, desk.KindGroup, desk.KindCategory,
			desk.KindIntegration, desk.KindSource, desk.KindMember,
		}
		for name, test := range map[string]struct {
			text string
			want []desk.Hit
		}{
			"by the middle of a name":              {"SHOP", []desk.Hit{{Kind: "source", ID: "shop", Name: "Web Shop"}}},
			"by id":                                {"int_1", []desk.Hit{{Kind: "integration", ID: "int_1", Name: "Main mail"}}},
			"by the beginning of a person's name":  {"ada", []desk.Hit{{Kind: "recipient", ID: "u1", Name: "Ada 100%"}}},
			"what means something to SQL is plain": {"ada 100%", []desk.Hit{{Kind: "recipient", ID: "u1", Name: "Ada 100%"}}},
			"a percent sign finds not everything":  {"%", []desk.Hit{{Kind: "recipient", ID: "u1", Name: "Ada 100%"}}[:0]},
			"nothing":                              {"zebra", []desk.Hit{}},
		} {
			t.Run(name, func(t *testing.T) {
				hits, err := db.SearchNames(ctx, desk.Question{Text: test.text, Kinds: all, Most: 6})
				require.NoError(t, err)
				require.Equal(t, test.want, hits)
			})
		}
		for i := range 8 {
			b := newBroadcast(t, db, broadcast.Audience{Everybody: true})
			name, title := fmt.Sprintf("Autumn %d", i), fmt.Sprintf("Autumn order %d", i)
			_, err := db.w.ExecContext(ctx, "UPDATE broadcasts SET name = ?, id = ? WHERE id = ?", name, fmt.Sprintf("brd_%d", i), b.ID)
			require.NoError(t, err)
			_, err = db.w.ExecContext(ctx, `INSERT INTO sagas (id, name, ref, title, state, priority, input, next_at, look_at, created_at, updated_at)
				VALUES (?, 'order', ?, ?, 'completed', 'medium', '{}', 0, 0, 1, 1)`, fmt.Sprintf("sag_%d", i), fmt.Sprintf("ord_%d", i), title)
			require.NoError(t, err)
		}
		require.NoError(t, db.AddSchedule(ctx, schedule.Schedule{ID: "sch_1", State: schedule.Active, Plan: schedule.Plan{Name: "Every autumn", Zone: "UTC", Target: []byte("{}")}, CreatedAt: start, UpdatedAt: start}))
		late := []string{desk.KindBroadcast, desk.KindSchedule, desk.KindSaga}
		hits, err := db.SearchNames(ctx, desk.Question{Text: "autumn", Kinds: late, Most: 2})
		require.NoError(t, err)
		require.Equal(t, []desk.Hit{
			{Kind: "broadcast", ID: "brd_7", Name: "Autumn 7"}, {Kind: "broadcast", ID: "brd_6", Name: "Autumn 6"}, {Kind: "schedule", ID: "sch_1", Name: "Every autumn"},
			{Kind: "saga", ID: "sag_7", Name: "Autumn order 7"}, {Kind: "saga", ID: "sag_6", Name: "Autumn order 6"},
		}, hits, "the newest first")
		hits, err = db.SearchNames(ctx, desk.Question{Text: "ord_3", Kinds: late, Most: 2})
		require.NoError(t, err)
		require.Equal(t, []desk.Hit{{Kind: "saga", ID: "sag_3", Name: "Autumn order 3"}}, hits, "by what it is about")
		hits, err = db.SearchNames(ctx, desk.Question{Text: "many", Kinds: all, Most: 6})
		require.NoError(t, err)
		require.Len(t, hits, 6, "of one kind no more than asked")
	})
}

func TestIntegrationsAreArrangedAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for _, id := range []string{"a", "b", "c"} {
			require.NoError(t, db.PutIntegration(ctx, integration.Row{Integration: notify.Integration{
				ID: id, Provider: "p", Name: id, Channel: notify.Email, Weight: 1, Enabled: true,
			}, Sealed: "x"}, start))
		}
		require.NoError(t, db.ArrangeIntegrations(ctx, []integration.Place{
			{ID: "c", Order: 0, Weight: 3, Enabled: true}, {ID: "a", Order: 1, Weight: 1, Enabled: false}, {ID: "b", Order: 2, Weight: 2, Enabled: true},
		}, start.Add(time.Hour)))
		rows, err := db.Integrations(ctx)
		require.NoError(t, err)
		got := make([]integration.Place, len(rows))
		for i, row := range rows {
			got[i] = integration.Place{ID: row.ID, Order: row.Order, Weight: row.Weight, Enabled: row.Enabled}
			require.Equal(t, start.Add(time.Hour), row.UpdatedAt)
		}
		require.Equal(t, []integration.Place{
			{ID: "c", Order: 0, Weight: 3, Enabled: true}, {ID: "a", Order: 1, Weight: 1, Enabled: false}, {ID: "b", Order: 2, Weight: 2, Enabled: true},
		}, got)
	})
}

func TestCallsAreCountedFromTheNewest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		add := func(at time.Time, n int, account string, outcome notify.Outcome) {
			_, err := db.w.ExecContext(ctx, `INSERT INTO attempts (id, message_id, number, integration, outcome, started_at)
				VALUES (?, 'msg_1', ?, ?, ?, ?)`, fmt.Sprintf("att_%012x%020x", at.UnixMilli(), n), n, account, outcome, micros(at))
			require.NoError(t, err)
		}
		add(start.Add(-time.Hour), 1, "old", notify.OK)
		add(start, 2, "a", notify.OK)
		add(start, 3, "a", notify.Temporary)
		add(start, 4, "a", "")
		add(start, 5, "b", notify.OK)
		calls, seen, err := db.Calls(ctx, start.Add(-time.Minute), 100)
		require.NoError(t, err)
		require.Equal(t, 3, seen, "a call under way has not ended")
		require.ElementsMatch(t, []integration.Calls{
			{Integration: "a", Outcome: notify.OK, Count: 1}, {Integration: "a", Outcome: notify.Temporary, Count: 1},
			{Integration: "b", Outcome: notify.OK, Count: 1},
		}, calls)
		_, seen, err = db.Calls(ctx, start.Add(-time.Minute), 1)
		require.NoError(t, err)
		require.Equal(t, 1, seen)

		require.NoError(t, db.Beat(ctx, "wrk_1", start))
		require.NoError(t, db.Tell(ctx, "wrk_1", `{"a":"open"}`))
		require.NoError(t, db.Beat(ctx, "wrk_1", start.Add(time.Second)))
		require.NoError(t, db.Beat(ctx, "wrk_2", start.Add(-time.Hour)))
		reports, err := db.Reports(ctx, start)
		require.NoError(t, err)
		require.Equal(t, []integration.Report{{Worker: "wrk_1", Text: `{"a":"open"}`}}, reports)
	})
}

func TestSettingsCanBeSetAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		for _, value := range []string{"one", "two", ""} {
			require.NoError(t, db.PutSettings(t.Context(), map[string]string{"name": value, "also " + value: "x"}))
			stored, err := db.Setting(t.Context(), "name")
			require.NoError(t, err)
			require.Equal(t, value, stored)
		}
		found, err := db.Settings(t.Context(), []string{"name", "also one", "never set"})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"name": "", "also one": "x"}, found)
	})
}
