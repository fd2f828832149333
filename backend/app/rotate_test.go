package app

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/config"
	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/seal"
	"clarion/backend/store"
)

func TestRotatingTheMasterKey(t *testing.T) {
	t.Parallel()
	const before, after = "the old master key, long enough!", "the new master key, long enough!"
	ctx := t.Context()
	url := "sqlite://" + filepath.Join(t.TempDir(), "clarion.db")
	db, err := store.Open(ctx, store.Config{URL: url})
	require.NoError(t, err)
	require.NoError(t, db.Migrate(ctx))
	old, err := seal.New([]byte(before))
	require.NoError(t, err)
	fresh, err := seal.New([]byte(after))
	require.NoError(t, err)
	put := func(id string, sealer *seal.Sealer) {
		sealed, err := sealer.Seal([]byte(`{"api_key":"`+id+`"}`), id)
		require.NoError(t, err)
		require.NoError(t, db.PutIntegration(ctx, integration.Row{Integration: notify.Integration{
			ID: id, Provider: "sendgrid", Name: id, Channel: notify.Email, Weight: 1,
		}, Sealed: sealed}, time.Now()))
	}
	put("int_old", old)
	// As after an interruption: one table was already moved in part by hand.
	put("int_new", fresh)
	demo, err := old.Seal([]byte("demo"), "demo_key")
	require.NoError(t, err)
	_, err = db.KeepSetting(ctx, "demo_key", demo)
	require.NoError(t, err)
	_, err = db.KeepSetting(ctx, "plain", "stays")
	require.NoError(t, err)

	c := config.Config{DatabaseURL: url, SecretKey: after, OldSecretKey: before}
	var said bytes.Buffer
	require.NoError(t, RotateKey(ctx, c, &said))
	require.Equal(t, "integrations: 2 sealed values, 1 moved to the new key\nsettings: 1 sealed values, 1 moved to the new key\nvendor_tokens: 0 sealed values, 0 moved to the new key\ntwo_factor: 0 sealed values, 0 moved to the new key\nsource_hooks: 0 sealed values, 0 moved to the new key\nsyncs: 0 sealed values, 0 moved to the new key\n", said.String())
	rows, err := db.Integrations(ctx)
	require.NoError(t, err)
	for _, row := range rows {
		plain, err := fresh.Open(row.Sealed, row.ID)
		require.NoError(t, err)
		require.Equal(t, `{"api_key":"`+row.ID+`"}`, string(plain))
	}
	value, err := db.Setting(ctx, "plain")
	require.NoError(t, err)
	require.Equal(t, "stays", value)
	said.Reset()
	require.NoError(t, RotateKey(ctx, c, &said), "started again it finds nothing to do")
	require.Contains(t, said.String(), "2 sealed values, 0 moved")

	require.Error(t, RotateKey(ctx, config.Config{DatabaseURL: url, SecretKey: "yet another master key, long", OldSecretKey: "not the one, but long enough"}, &said))
	rows, err = db.Integrations(ctx)
	require.NoError(t, err)
	_, err = fresh.Open(rows[0].Sealed, rows[0].ID)
	require.NoError(t, err, "a wrong old key changes nothing")
	require.ErrorContains(t, RotateKey(ctx, config.Config{DatabaseURL: url}, &said), "CLARION_SECRET_KEY")
	require.ErrorContains(t, RotateKey(ctx, config.Config{DatabaseURL: url, SecretKey: after, OldSecretKey: after}, &said), "is the old")
	require.NoError(t, db.Close())
}
