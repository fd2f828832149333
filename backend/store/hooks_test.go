package store

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/hook"
	"clarion/backend/notify"
)

func TestHooksOfSources(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		row := hook.Row{
			Source: "billing", Enabled: true, Scheme: hook.Token, Header: "X-Key", Sealed: "v1.x", UpdatedAt: start,
			Mapping: hook.Mapping{Type: "type", Types: map[string]string{"a": "b"}, To: []hook.Person{{ID: "id"}}, Data: map[string]string{"x": "y"}},
		}
		require.ErrorIs(t, db.PutHook(ctx, row, start), notify.ErrNotFound, "a source there is not")
		require.NoError(t, db.PutSource(ctx, access.Source{Key: "billing", Name: "Billing"}, start))
		_, err := db.Hook(ctx, "billing")
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.NoError(t, db.PutHook(ctx, row, start))
		got, err := db.Hook(ctx, "billing")
		require.NoError(t, err)
		require.Equal(t, row, got)

		last := hook.Last{At: later, Outcome: "accepted", Payload: json.RawMessage(`{"type":"a"}`)}
		require.NoError(t, db.NoteHook(ctx, "billing", last))
		row.Enabled, row.UpdatedAt, row.Last = false, later, last
		require.NoError(t, db.PutHook(ctx, row, later))
		got, err = db.Hook(ctx, "billing")
		require.NoError(t, err)
		require.Equal(t, row, got, "what came last stays when the hook is set anew")

		require.NoError(t, db.DeleteHook(ctx, "billing"))
		require.ErrorIs(t, db.DeleteHook(ctx, "billing"), notify.ErrNotFound)
	})
}
