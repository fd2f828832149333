package access

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestAnAPIKeyIsGoodUntilItIsNot(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		before func(t *testing.T, k *Keys, key Key, clock *hands)
		want   error
	}{
		"a fresh key is accepted": {func(*testing.T, *Keys, Key, *hands) {}, nil},
		"a revoked key is refused at once": {func(t *testing.T, k *Keys, key Key, _ *hands) {
			require.NoError(t, k.Revoke(t.Context(), key.ID))
		}, notify.ErrUnauthenticated},
		"an expired key is refused": {func(_ *testing.T, _ *Keys, _ Key, clock *hands) { clock.move(time.Hour) }, notify.ErrUnauthenticated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newHands()
			m := newMemory()
			keys := NewKeys(m, m, clock)
			key, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}, ExpiresAt: clock.Now().Add(time.Hour)})
			require.NoError(t, err)
			_, err = keys.Authenticate(t.Context(), secret)
			require.NoError(t, err)
			tt.before(t, keys, key, clock)
			_, err = keys.Authenticate(t.Context(), secret)
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestASecretIsKeptNowhere(t *testing.T) {
	t.Parallel()
	m := newMemory()
	keys := NewKeys(m, m, newHands())
	key, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(secret, KeyMark))
	require.GreaterOrEqual(t, len(secret), 43)
	require.NotContains(t, fmt.Sprintf("%+v", m.keys), secret)
	require.True(t, strings.HasPrefix(secret, key.Prefix))
	require.Less(t, len(key.Prefix), len(secret)/3)
}

func TestRevokingElsewhereIsNoticedWithinASecond(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	here, there := NewKeys(m, m, clock), NewKeys(m, m, clock)
	key, secret, err := here.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}})
	require.NoError(t, err)
	_, err = here.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	require.NoError(t, there.Revoke(t.Context(), key.ID))
	clock.move(keyAge)
	_, err = here.Authenticate(t.Context(), secret)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestABusyKeyIsReadOncePerSecond(t *testing.T) {
	t.Parallel()
	m := newMemory()
	keys := NewKeys(m, m, newHands())
	_, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}})
	require.NoError(t, err)
	for range 100 {
		_, err := keys.Authenticate(t.Context(), secret)
		require.NoError(t, err)
	}
	require.Equal(t, 1, m.reads)
}

func TestADatabaseThatIsAwayIsNotAWrongKey(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.down = fmt.Errorf("%w: away", notify.ErrUnavailable)
	_, err := NewKeys(m, m, newHands()).Authenticate(t.Context(), "ck_x")
	require.ErrorIs(t, err, notify.ErrUnavailable)
	require.NotErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestNewKeysAreChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		ask  NewKey
		path string
	}{
		"a name is needed":       {NewKey{Source: "shop", Scopes: []Permission{Read}}, "name"},
		"a scope is needed":      {NewKey{Name: "n", Source: "shop"}, "scopes"},
		"scopes must be known":   {NewKey{Name: "n", Source: "shop", Scopes: []Permission{"root"}}, "scopes[0]"},
		"the source must exist":  {NewKey{Name: "n", Source: "nobody", Scopes: []Permission{Read}}, "source"},
		"expiry must lie ahead":  {NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}, ExpiresAt: time.Unix(1, 0)}, "expires_at"},
		"a rate is not negative": {NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}, RateLimit: -1}, "rate_limit"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			_, _, err := NewKeys(m, m, newHands()).Create(t.Context(), tt.ask)
			var invalid *notify.Invalid
			require.True(t, errors.As(err, &invalid))
			require.Equal(t, tt.path, invalid.Fields[0].Path)
			require.Empty(t, m.keys)
		})
	}
}

func TestTheBootstrapKeyIsMadeOnlyOnAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	m := newMemory()
	keys := NewKeys(m, m, newHands())
	made, err := Bootstrap(t.Context(), keys, "operators-own-secret")
	require.NoError(t, err)
	require.True(t, made)
	key, err := keys.Authenticate(t.Context(), "operators-own-secret")
	require.NoError(t, err)
	require.Len(t, key.Scopes, len(Permissions)-1)
	require.NotContains(t, key.Scopes, BulkAuto, "that has to be asked for by name")

	made, err = Bootstrap(t.Context(), keys, "another")
	require.NoError(t, err)
	require.False(t, made)
	_, err = keys.Authenticate(t.Context(), "another")
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestAdminIncludesEveryPermissionAndViewerOnlyReads(t *testing.T) {
	t.Parallel()
	for _, p := range Permissions {
		require.Equal(t, p != BulkAuto, Allows(Owner.Permissions(), p), p)
		require.Equal(t, p == Read || p == ReportsRead || p == SchedulesRead, Allows(Viewer.Permissions(), p), p)
		require.False(t, Allows(Role("stranger").Permissions(), p), p)
	}
}
