package integration_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/seal"
)

// shelf is a TokenStore in memory, shared by processes.
type shelf struct {
	mu     sync.Mutex
	token  integration.SealedToken
	lease  integration.TokenLease
	leased bool
	err    error
}

func (s *shelf) VendorToken(context.Context, string) (integration.SealedToken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && s.token.Key == "" {
		return s.token, notify.ErrNotFound
	}
	return s.token, s.err
}

func (s *shelf) LeaseVendorToken(_ context.Context, l integration.TokenLease) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.leased && s.lease.Until.After(l.Now) || l.Revision != s.token.Revision {
		return false, s.err
	}
	s.lease, s.leased = l, true
	return true, s.err
}

func (s *shelf) KeepVendorToken(_ context.Context, owner string, t integration.SealedToken, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lease.Owner == owner {
		t.Revision = s.token.Revision + 1
		s.token, s.leased = t, false
	}
	return s.err
}

func (s *shelf) ReleaseVendorToken(_ context.Context, owner, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lease.Owner == owner {
		s.leased = false
	}
	return s.err
}

// bank gives token-1, token-2 and so on, each after a while.
type bank struct {
	given atomic.Int64
	takes time.Duration
	err   error
	clock notify.Clock
}

func (b *bank) fetch(ctx context.Context) (notify.AccessToken, error) {
	select {
	case <-time.After(b.takes):
	case <-ctx.Done():
		return notify.AccessToken{}, ctx.Err()
	}
	n := b.given.Add(1)
	return notify.AccessToken{Value: fmt.Sprintf("token-%d", n), ExpiresAt: b.clock.Now().Add(time.Hour)}, b.err
}

// now is the bubble's clock.
type now struct{}

func (now) Now() time.Time { return time.Now() }

func processes(t *testing.T, s *shelf, n int) []*integration.Tokens {
	sealer, err := seal.New([]byte("a master key of enough bytes"))
	require.NoError(t, err)
	list := make([]*integration.Tokens, n)
	for i := range list {
		list[i] = &integration.Tokens{Store: s, Sealer: sealer, Clock: now{}, Owner: fmt.Sprint("wrk_", i)}
	}
	return list
}

// all has twenty workers of each process ask at once.
func all(t *testing.T, list []*integration.Tokens, b *bank, refused string) map[string]int {
	got := make(chan string, 20*len(list))
	for _, process := range list {
		for range 20 {
			go func() {
				token, err := process.Token(t.Context(), "wechat:1", refused, b.fetch)
				if err != nil {
					token = err.Error()
				}
				got <- token
			}()
		}
	}
	count := map[string]int{}
	for range cap(got) {
		count[<-got]++
	}
	return count
}

func TestOneTokenForAllWorkersOfAllProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b := &shelf{}, &bank{takes: 300 * time.Millisecond, clock: now{}}
		list := processes(t, s, 3)
		require.Equal(t, map[string]int{"token-1": 60}, all(t, list, b, ""), "there was none")
		require.Equal(t, map[string]int{"token-1": 60}, all(t, list, b, ""), "the one there is")
		require.NotContains(t, s.token.Sealed, "token-1")
		require.Equal(t, map[string]int{"token-2": 60}, all(t, list, b, "token-1"), "the vendor takes it no more")
		require.Equal(t, map[string]int{"token-2": 60}, all(t, list, b, "token-1"), "somebody late")
		<-time.After(2 * time.Hour)
		require.Equal(t, map[string]int{"token-3": 60}, all(t, list, b, ""), "its time was up")
		require.Equal(t, map[string]int{"token-3": 20}, all(t, processes(t, s, 1), b, ""), "a process that starts takes what is there")
		require.EqualValues(t, 3, b.given.Load())
	})
}

func TestAProcessThatDiedWhileFetchingIsSucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b := &shelf{}, &bank{clock: now{}}
		at := time.Now()
		_, err := s.LeaseVendorToken(t.Context(), integration.TokenLease{Owner: "dead", Now: at, Until: at.Add(20 * time.Second)})
		require.NoError(t, err)
		token, err := processes(t, s, 1)[0].Token(t.Context(), "wechat:1", "", b.fetch)
		require.NoError(t, err)
		require.Equal(t, "token-1", token)
		require.InDelta(t, 20, time.Since(at).Seconds(), 0.2)
	})
}

func TestWhoWaitsForATokenWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b := &shelf{}, &bank{takes: 5 * time.Second, clock: now{}}
		process := processes(t, s, 1)[0]
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := process.Token(ctx, "wechat:1", "", b.fetch)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		token, err := process.Token(t.Context(), "wechat:1", "", b.fetch)
		require.NoError(t, err)
		require.Equal(t, "token-1", token, "the fetch went on for the others")
		require.EqualValues(t, 1, b.given.Load())
	})
}

func TestAFetchThatFailsIsToldAndTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := errors.New("invalid appsecret")
		s, b := &shelf{}, &bank{takes: time.Second, err: refused, clock: now{}}
		list := processes(t, s, 1)
		require.Equal(t, map[string]int{refused.Error(): 20}, all(t, list, b, ""))
		require.EqualValues(t, 1, b.given.Load(), "all who waited hear of the one refusal")
		b.err = nil
		require.Equal(t, map[string]int{"token-2": 20}, all(t, list, b, ""), "the lease is free again at once")
		s.err = notify.ErrUnavailable
		_, err := list[0].Token(t.Context(), "wechat:1", "token-2", b.fetch)
		require.ErrorIs(t, err, notify.ErrUnavailable)
	})
}

func TestAVendorThatGivesTheRefusedTokenAgainIsAskedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, asked := &shelf{}, 0
		same := func(context.Context) (notify.AccessToken, error) {
			asked++
			return notify.AccessToken{Value: "same", ExpiresAt: time.Now().Add(time.Hour)}, nil
		}
		token, err := processes(t, s, 1)[0].Token(t.Context(), "wechat:1", "same", same)
		require.NoError(t, err)
		require.Equal(t, "same", token, "whoever asked sees that there is no other")
		require.Equal(t, 1, asked)
	})
}

func TestATokenSealedWithAKeyThatIsGoneIsFetchedAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, b := &shelf{token: integration.SealedToken{Key: "wechat:1", Sealed: "v1.junk", ExpiresAt: time.Now().Add(time.Hour), Revision: 4}}, &bank{clock: now{}}
		token, err := processes(t, s, 1)[0].Token(t.Context(), "wechat:1", "", b.fetch)
		require.NoError(t, err)
		require.Equal(t, "token-1", token)
	})
}

func TestATokenDoesNotPrintItself(t *testing.T) {
	t.Parallel()
	require.NotContains(t, fmt.Sprintf("%v %s %+v", notify.AccessToken{Value: "secret"}, notify.AccessToken{Value: "secret"}, notify.AccessToken{Value: "secret"}), "secret")
}
