package access

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestAKeyIsRotatedWithoutAGap(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	keys := NewKeys(m, m, clock)
	old, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}, RateLimit: 7, RequireSignature: true})
	require.NoError(t, err)
	_, err = keys.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	next, nextSecret, err := keys.Rotate(t.Context(), old.ID, time.Hour)
	require.NoError(t, err)
	require.NotEqual(t, secret, nextSecret)
	require.Equal(t, []any{"n", "shop", []Permission{Read}, 7, true}, []any{next.Name, next.Source, next.Scopes, next.RateLimit, next.RequireSignature})
	for _, each := range []string{secret, nextSecret} {
		_, err := keys.Authenticate(t.Context(), each)
		require.NoError(t, err, "both are good for an hour")
	}
	_, _, err = keys.Rotate(t.Context(), old.ID, time.Hour)
	require.ErrorIs(t, err, notify.ErrConflict, "a key is replaced once")
	clock.move(time.Hour)
	_, err = keys.Authenticate(t.Context(), secret)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	_, err = keys.Authenticate(t.Context(), nextSecret)
	require.NoError(t, err)
}

func TestRotatingWithoutGraceEndsTheOldKeyAtOnce(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	keys := NewKeys(m, m, clock)
	old, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}})
	require.NoError(t, err)
	_, err = keys.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	_, _, err = keys.Rotate(t.Context(), old.ID, 0)
	require.NoError(t, err)
	_, err = keys.Authenticate(t.Context(), secret)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestRotatingDoesNotPutOffAnEnd(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	keys := NewKeys(m, m, clock)
	end := clock.Now().Add(time.Hour)
	old, _, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}, ExpiresAt: end})
	require.NoError(t, err)
	for _, grace := range []time.Duration{-time.Hour, graceMost + time.Hour} {
		_, _, err = keys.Rotate(t.Context(), old.ID, grace)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid)
	}
	_, _, err = keys.Rotate(t.Context(), old.ID, 24*time.Hour)
	require.NoError(t, err)
	stored, err := keys.Get(t.Context(), old.ID)
	require.NoError(t, err)
	require.Equal(t, end, stored.ExpiresAt)
}

func TestAChangedKeyIsCheckedAndNoticedAtOnce(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	keys := NewKeys(m, m, clock)
	key, secret, err := keys.Create(t.Context(), NewKey{Name: "n", Source: "shop", Scopes: []Permission{Read}})
	require.NoError(t, err)
	_, err = keys.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	_, err = keys.Change(t.Context(), key.ID, KeyChange{RateLimit: -1, ExpiresAt: clock.Now()})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Fields, 3)
	changed, err := keys.Change(t.Context(), key.ID, KeyChange{Name: "m", RateLimit: 5, RequireSignature: true})
	require.NoError(t, err)
	require.Equal(t, []any{"m", 5, true, []Permission{Read}}, []any{changed.Name, changed.RateLimit, changed.RequireSignature, changed.Scopes})
	used, err := keys.Authenticate(t.Context(), secret)
	require.NoError(t, err)
	require.True(t, used.RequireSignature)
	_, err = keys.Change(t.Context(), "key_none", KeyChange{Name: "m"})
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestASourceIsNotedOncePerMinute(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	s := &Sources{Store: m, Activity: m, Clock: clock}
	for range 100 {
		s.Seen(t.Context(), "shop")
	}
	require.Equal(t, 1, m.touches)
	clock.move(time.Minute)
	s.Seen(t.Context(), "shop")
	s.Seen(t.Context(), "billing")
	require.Equal(t, 3, m.touches)
	list, err := s.List(t.Context())
	require.NoError(t, err)
	require.Equal(t, []SourceView{{Source: Source{Key: "shop", Name: "Shop"}, EventsLastDay: 7, AtLeast: true}}, list)
}
