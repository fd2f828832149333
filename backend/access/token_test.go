package access

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

var testSecret = []byte("0123456789abcdef0123456789abcdef")

func newTokens(t *testing.T) (*Tokens, *hands) {
	t.Helper()
	clock := newHands()
	tokens, err := NewTokens(testSecret, newMemory(), clock)
	require.NoError(t, err)
	return tokens, clock
}

func signed(t *testing.T, method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
	t.Helper()
	raw, err := jwt.NewWithClaims(method, claims).SignedString(key)
	require.NoError(t, err)
	return raw
}

func TestOnlyATokenThatSaysEverythingIsAccepted(t *testing.T) {
	t.Parallel()
	clock := newHands()
	later := clock.Now().Add(time.Hour).Unix()
	good := func() jwt.MapClaims { return jwt.MapClaims{"sub": "ada", "aud": "inbox", "exp": later} }
	without := func(name string) jwt.MapClaims { c := good(); delete(c, name); return c }
	with := func(name string, value any) jwt.MapClaims { c := good(); c[name] = value; return c }
	hs := jwt.SigningMethodHS256
	tests := map[string]struct {
		raw func(t *testing.T) string
		ok  bool
	}{
		"a company's own token": {func(t *testing.T) string { return signed(t, hs, testSecret, good()) }, true},
		"no expiry":             {func(t *testing.T) string { return signed(t, hs, testSecret, without("exp")) }, false},
		"no audience":           {func(t *testing.T) string { return signed(t, hs, testSecret, without("aud")) }, false},
		"no subject":            {func(t *testing.T) string { return signed(t, hs, testSecret, without("sub")) }, false},
		"another audience":      {func(t *testing.T) string { return signed(t, hs, testSecret, with("aud", "preferences")) }, false},
		"expired": {func(t *testing.T) string {
			return signed(t, hs, testSecret, with("exp", clock.Now().Add(-time.Second).Unix()))
		}, false},
		"not yet": {func(t *testing.T) string { return signed(t, hs, testSecret, with("nbf", later)) }, false},
		"the algorithm none": {func(t *testing.T) string {
			return signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good())
		}, false},
		"another algorithm, same key": {func(t *testing.T) string { return signed(t, jwt.SigningMethodHS384, testSecret, good()) }, false},
		"another key":                 {func(t *testing.T) string { return signed(t, hs, []byte("another key of more than 32 bytes."), good()) }, false},
		"a flipped signature": {func(t *testing.T) string {
			raw := signed(t, hs, testSecret, good())
			last := byte('A')
			if raw[len(raw)-2] == 'A' {
				last = 'B'
			}
			return raw[:len(raw)-2] + string(last) + raw[len(raw)-1:]
		}, false},
		"no token at all": {func(*testing.T) string { return "a.b.c" }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokens, _ := newTokens(t)
			raw := tt.raw(t)
			bearer, err := tokens.Verify(raw, ForInbox)
			if tt.ok {
				require.NoError(t, err)
				require.Equal(t, "ada", bearer.Recipient)
				return
			}
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.NotContains(t, err.Error(), raw)
		})
	}
}

func TestMintedTokensAreGoodForTheirAudienceAndTheirLife(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(t)
	raw, expires, err := tokens.Mint("ada", ForPreferences, time.Minute)
	require.NoError(t, err)
	require.Equal(t, clock.Now().Add(time.Minute), expires)
	_, err = tokens.Verify(raw, ForPreferences)
	require.NoError(t, err)
	_, err = tokens.Verify(raw, ForInbox)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	clock.move(time.Minute)
	_, err = tokens.Verify(raw, ForPreferences)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)

	for _, life := range []time.Duration{-time.Second, maxTokenLife + time.Second} {
		_, _, err = tokens.Mint("ada", ForInbox, life)
		require.ErrorContains(t, err, "ttl_seconds")
	}
	_, _, err = tokens.Mint("ada", "admin", 0)
	require.ErrorContains(t, err, "audience")
}

func TestOfTwentyUsesOfATicketOneWins(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(t)
	until := clock.Now().Add(time.Hour)
	ticket, _, err := tokens.IssueTicket(Bearer{Recipient: "ada", ExpiresAt: until})
	require.NoError(t, err)
	var won atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if bearer, err := tokens.UseTicket(t.Context(), ticket); err == nil && bearer.Recipient == "ada" && bearer.ExpiresAt.Equal(until) {
				won.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, won.Load())
}

func TestATicketIsNoTokenAndATokenNoTicket(t *testing.T) {
	t.Parallel()
	tokens, clock := newTokens(t)
	ticket, _, err := tokens.IssueTicket(Bearer{Recipient: "ada", ExpiresAt: clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	_, err = tokens.Verify(ticket, ForInbox)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	token, _, err := tokens.Mint("ada", ForInbox, 0)
	require.NoError(t, err)
	_, err = tokens.UseTicket(t.Context(), token)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	clock.move(ticketLife)
	_, err = tokens.UseTicket(t.Context(), ticket)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
}

func TestAShortSigningSecretIsRefused(t *testing.T) {
	t.Parallel()
	_, err := NewTokens([]byte(strings.Repeat("x", 31)), newMemory(), newHands())
	require.Error(t, err)
}
