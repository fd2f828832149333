package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

func TestResealingMovesATableAsAWhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for _, id := range []string{"a", "b"} {
			require.NoError(t, db.PutIntegration(ctx, integration.Row{Integration: notify.Integration{
				ID: id, Provider: "p", Name: id, Channel: notify.Email, Weight: 1,
			}, Sealed: "v1.old-" + id}, start))
		}
		_, err := db.KeepSetting(ctx, "sealed", "v1.old-sealed")
		require.NoError(t, err)
		_, err = db.KeepSetting(ctx, "plain", "old")
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, "INSERT INTO two_factor (member_id, sealed) VALUES ('mem_1', 'v1.old-two-factor of mem_1')")
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, `INSERT INTO source_hooks (source, enabled, scheme, mapping, sealed, updated_at)
			VALUES ('shop', TRUE, 'github', '{}', 'v1.old-hook:shop', 1)`)
		require.NoError(t, err)
		_, err = db.w.ExecContext(ctx, `INSERT INTO syncs (key, document, sealed, enabled, updated_at)
			VALUES ('staff', '{}', 'v1.old-sync:staff', TRUE, 1), ('anonymous', '{}', '', TRUE, 1)`)
		require.NoError(t, err)
		refused := errors.New("refused")
		_, err = db.Reseal(ctx, func(value, about string) (string, bool, error) {
			if about == "b" {
				return "", false, refused
			}
			return "v1.half", true, nil
		})
		require.ErrorIs(t, err, refused)
		rows, err := db.Integrations(ctx)
		require.NoError(t, err)
		require.Equal(t, "v1.old-a", rows[0].Sealed, "one that cannot be moved leaves the whole table as it was")

		counts, err := db.Reseal(ctx, func(value, about string) (string, bool, error) {
			require.True(t, strings.HasSuffix(value, about), "a value is opened in its own place")
			return "v1.new-" + about, about != "a", nil
		})
		require.NoError(t, err)
		require.Equal(t, []Resealed{{"integrations", 2, 1}, {"settings", 1, 1}, {"vendor_tokens", 0, 0}, {"two_factor", 1, 1}, {"source_hooks", 1, 1}, {"syncs", 1, 1}}, counts)
		rows, err = db.Integrations(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"v1.old-a", "v1.new-b"}, []string{rows[0].Sealed, rows[1].Sealed})
		plain, err := db.Setting(ctx, "plain")
		require.NoError(t, err)
		require.Equal(t, "old", plain)
	})
}

// TestEveryColumnNamedSealedIsResealed reads the schema: a sealed column that the
// rotation forgets would lock people out.
func TestEveryColumnNamedSealedIsResealed(t *testing.T) {
	t.Parallel()
	db := onSQLite(t)
	var tables []string
	require.NoError(t, db.w.NewRaw(`SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'sealed' ORDER BY m.name`).Scan(t.Context(), &tables))
	require.NotEmpty(t, tables)
	known := map[string]bool{}
	for _, column := range sealed {
		known[column.table] = true
	}
	for _, table := range tables {
		require.True(t, known[table], "table %s", table)
	}
}
