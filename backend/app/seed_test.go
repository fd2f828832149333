package app

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/config"
	"clarion/backend/demo"
	"clarion/backend/notify"
	"clarion/backend/store"
)

func TestSeedingFillsTheHouseAndTakesItOutAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := config.Config{DataDir: dir, DatabaseURL: "sqlite://" + dir + "/clarion.db", PublicURL: "http://127.0.0.1", Env: config.Development}
	seeding := Seeding{Plan: demo.Plan{Size: 900, Days: 5, Seed: 1}}
	var say bytes.Buffer
	require.NoError(t, Seed(t.Context(), c, seeding, &say))
	require.Contains(t, say.String(), "delivery events")
	require.Equal(t, []string{"true", "true"}, present(t, c))
	require.ErrorIs(t, Seed(t.Context(), c, seeding, &say), notify.ErrConflict, "there is some already")

	seeding.Remove = true
	require.NoError(t, Seed(t.Context(), c, seeding, &say))
	require.Equal(t, []string{"false", "false"}, present(t, c))
	require.ErrorContains(t, Seed(t.Context(), c, seeding, &say), "nothing was made up")
}

// present says whether there is a workflow and whether there are messages.
func present(t *testing.T, c config.Config) []string {
	t.Helper()
	db, err := store.Open(context.Background(), store.Config{URL: c.DatabaseURL})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	flows, err := db.LiveWorkflows(t.Context())
	require.NoError(t, err)
	messages, _, err := db.Messages(t.Context(), notify.MessageFilter{Workflow: "cart.reminder"}, notify.Page{})
	require.NoError(t, err)
	word := map[bool]string{true: "true", false: "false"}
	return []string{word[len(flows) > 10], word[len(messages) > 0]}
}

func TestSeedingIsRefusedWhereRealPeopleAreServed(t *testing.T) {
	t.Parallel()
	c := config.Config{Env: config.Production, DatabaseURL: "sqlite://" + t.TempDir() + "/clarion.db"}
	require.ErrorContains(t, Seed(t.Context(), c, Seeding{}, &bytes.Buffer{}), "--force")
}
