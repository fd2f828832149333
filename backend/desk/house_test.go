package desk_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/desk"
	"clarion/backend/notify"
)

type drawer map[string]string

func (d drawer) Setting(_ context.Context, key string) (string, error) {
	value, ok := d[key]
	if !ok {
		return "", notify.ErrNotFound
	}
	return value, nil
}

func (d drawer) PutSetting(_ context.Context, key, value string) error {
	d[key] = value
	return nil
}

func TestNamingTheHouse(t *testing.T) {
	t.Parallel()
	h := desk.House{Store: drawer{}}
	name, err := h.Name(t.Context())
	require.NoError(t, err)
	require.Empty(t, name, "a new house has no name")
	require.NoError(t, h.Rename(t.Context(), "  Juniper staging "))
	name, err = h.Name(t.Context())
	require.NoError(t, err)
	require.Equal(t, "Juniper staging", name)
	var invalid *notify.Invalid
	require.ErrorAs(t, h.Rename(t.Context(), strings.Repeat("n", 81)), &invalid)
	require.NoError(t, h.Rename(t.Context(), ""))
	name, err = h.Name(t.Context())
	require.NoError(t, err)
	require.Empty(t, name)
}
