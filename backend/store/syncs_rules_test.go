package store

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/recur"
	"clarion/backend/roster/syncs"
	"clarion/migrations"
)

func TestSchedulesOfSyncsThatWereStoredBecomeRules(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		files, folder := migrations.SQLite, "sqlite"
		if db.postgres() {
			files, folder = migrations.Postgres, "postgres"
		}
		move := func(way string) {
			t.Helper()
			text, err := files.ReadFile(folder + "/20261122166200_sync_rules." + way + ".sql")
			require.NoError(t, err)
			_, err = db.w.ExecContext(ctx, strings.ReplaceAll(string(text), "?", "??"))
			require.NoError(t, err)
		}
		before := map[string]string{
			"hand":  `{"kind": "manual"}`,
			"every": `{"kind": "every", "minutes": 90}`,
			"daily": `{"kind": "daily", "at": "03:30", "zone": "Europe/Paris"}`,
		}
		want := map[string]syncs.Schedule{
			"hand":  {},
			"every": {Rule: &recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: 90, Unit: "minute"}}},
			"daily": {Rule: &recur.Rule{Kind: recur.Daily, Times: []string{"03:30"}}, Zone: "Europe/Paris"},
		}
		for key, schedule := range before {
			_, err := db.w.ExecContext(ctx, "INSERT INTO syncs (key, document, enabled, updated_at) VALUES (?, ?, TRUE, 1)",
				key, `{"key": "`+key+`", "name": "Staff", "schedule": `+schedule+`}`)
			require.NoError(t, err)
		}
		read := func(key string) syncs.Sync {
			t.Helper()
			s, err := db.Sync(ctx, key)
			require.NoError(t, err)
			return s.Sync
		}
		move("up")
		move("up") // done again it changes nothing
		for key := range before {
			require.Equal(t, want[key], read(key).Schedule, key)
			require.Equal(t, "Staff", read(key).Name)
		}
		move("down")
		require.Equal(t, "manual", read("hand").Schedule.Kind)
		require.Equal(t, []any{"every", 90}, []any{read("every").Schedule.Kind, read("every").Schedule.Minutes})
		require.Equal(t, []any{"daily", "03:30", "Europe/Paris"}, []any{read("daily").Schedule.Kind, read("daily").Schedule.At, read("daily").Schedule.Zone})
	})
}
