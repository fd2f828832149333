package access

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/seal"
)

func memberDeps(t *testing.T, m *memory, clock *hands) MemberDeps {
	t.Helper()
	sealer, err := seal.New([]byte("the master key of a test"))
	require.NoError(t, err)
	return MemberDeps{Store: m, Sessions: m, Invitations: m, Doors: m, Second: m, Sealer: sealer, Clock: clock}
}

func signedUp(t *testing.T) (*Members, *memory, *hands) {
	t.Helper()
	m, clock := newMemory(), newHands()
	members, err := NewMembers(memberDeps(t, m, clock))
	require.NoError(t, err)
	_, _, err = members.AddFirst(t.Context(), FirstMember{Email: "Ada@Example.com", Name: "Ada", Password: "correct horse"})
	require.NoError(t, err)
	return members, m, clock
}

func TestSigningIn(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		email, password string
		want            error
	}{
		"the right password opens a session":   {"ada@example.com", "correct horse", nil},
		"the case of the address is no matter": {" ADA@example.com ", "correct horse", nil},
		"a wrong password is refused":          {"ada@example.com", "wrong", notify.ErrUnauthenticated},
		"an unknown address is refused alike":  {"eve@example.com", "correct horse", notify.ErrUnauthenticated},
		"an empty password is refused":         {"ada@example.com", "", notify.ErrUnauthenticated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members, m, _ := signedUp(t)
			in, err := members.SignIn(t.Context(), Credentials{Email: tt.email, Password: tt.password, IP: "127.0.0.1"})
			require.ErrorIs(t, err, tt.want)
			if tt.want != nil {
				require.Equal(t, "sign in: unauthenticated", err.Error(), "every refusal reads the same")
				return
			}
			require.NotContains(t, fmt.Sprintf("%+v", m.sessions), in.Cookie, "the store holds only a hash")
			who, err := members.Who(t.Context(), in.Cookie)
			require.NoError(t, err)
			require.Equal(t, in.Member.ID, who.Member.ID)
			require.NoError(t, members.SignOut(t.Context(), in.Cookie))
			_, err = members.Who(t.Context(), in.Cookie)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
		})
	}
}

func TestAnUnknownAddressCostsTheSameWork(t *testing.T) {
	t.Parallel()
	members, _, _ := signedUp(t)
	var against []string
	compare := members.passwords.compare
	members.passwords.compare = func(password, hash string) (bool, error) {
		against = append(against, hash)
		return compare(password, hash)
	}
	for _, email := range []string{"ada@example.com", "eve@example.com"} {
		_, err := members.SignIn(t.Context(), Credentials{Email: email, Password: "wrong", IP: "127.0.0.1"})
		require.ErrorIs(t, err, notify.ErrUnauthenticated)
	}
	require.Len(t, against, 2, "a missing member must not answer at once")
	require.NotEqual(t, against[0], against[1])
	for _, hash := range against {
		cost, salt, key, err := argon2id.DecodeHash(hash)
		require.NoError(t, err)
		require.Equal(t, passwordCost, cost)
		require.Equal(t, []int{int(cost.SaltLength), int(cost.KeyLength)}, []int{len(salt), len(key)})
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		live func(t *testing.T, m *Members, cookie string, clock *hands)
		want error
	}{
		"a session in use goes on": {func(t *testing.T, m *Members, cookie string, clock *hands) {
			for range 3 {
				clock.move(sessionIdle - time.Minute)
				_, err := m.Who(t.Context(), cookie)
				require.NoError(t, err)
			}
		}, nil},
		"an idle session ends": {func(_ *testing.T, _ *Members, _ string, clock *hands) { clock.move(sessionIdle) }, notify.ErrUnauthenticated},
		"a session that is only peeked at is idle": {func(t *testing.T, m *Members, cookie string, clock *hands) {
			for range 2 {
				clock.move(sessionIdle / 2)
				_, _ = m.Peek(t.Context(), cookie)
			}
		}, notify.ErrUnauthenticated},
		"a busy session ends after a week": {func(t *testing.T, m *Members, cookie string, clock *hands) {
			for range 13 {
				clock.move(sessionAbsolute / 14)
				_, err := m.Who(t.Context(), cookie)
				require.NoError(t, err)
			}
			clock.move(sessionAbsolute / 14)
		}, notify.ErrUnauthenticated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members, _, clock := signedUp(t)
			in, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
			require.NoError(t, err)
			tt.live(t, members, in.Cookie, clock)
			_, err = members.Who(t.Context(), in.Cookie)
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestGuessingIsLimited(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tries   int
		email   func(i int) string
		ip      func(i int) string
		passing int
	}{
		"one account from one address": {20, func(int) string { return "a" }, func(int) string { return "1" }, pairFailures},
		"one account from everywhere":  {80, func(int) string { return "a" }, func(i int) string { return fmt.Sprint(i) }, accountFailures},
		"many accounts from one place": {150, func(i int) string { return fmt.Sprint(i) }, func(int) string { return "1" }, addressFailures},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			members, m, clock := signedUp(t)
			passed := 0
			for i := range tt.tries {
				err := members.try(t.Context(), signInDoors(tt.email(i), tt.ip(i)))
				var limited *LimitedError
				if err == nil {
					passed++
				} else {
					require.True(t, errors.As(err, &limited))
					require.Positive(t, limited.RetryAfter)
				}
			}
			require.Equal(t, tt.passing, passed)
			for name := range m.doors {
				require.Regexp(t, "^[0-9a-f]{64}$", name, "what people typed is not kept")
			}
			clock.move(loginWindow)
			require.NoError(t, members.try(t.Context(), signInDoors(tt.email(0), tt.ip(0))), "the door opens again")
		})
	}
}

func TestGoodSignInsAreNotCounted(t *testing.T) {
	t.Parallel()
	members, _, _ := signedUp(t)
	doors := signInDoors("a", "1")
	for range 10 * addressFailures {
		require.NoError(t, members.try(t.Context(), doors))
		require.NoError(t, members.forgive(t.Context(), doors, pairDoor("a", "1")))
	}
}

func TestTwentyStartsMakeOneFirstMember(t *testing.T) {
	t.Parallel()
	m := newMemory()
	members, err := NewMembers(memberDeps(t, m, newHands()))
	require.NoError(t, err)
	var all sync.WaitGroup
	told := make(chan string, 20)
	for range 20 {
		all.Go(func() {
			_, password, err := members.AddFirst(t.Context(), FirstMember{Email: "o@example.com"})
			if err == nil && password != "" {
				told <- password
			}
		})
	}
	all.Wait()
	close(told)
	var passwords []string
	for password := range told {
		passwords = append(passwords, password)
	}
	require.Len(t, passwords, 1)
	require.GreaterOrEqual(t, len(passwords[0]), 20)
	_, err = members.SignIn(t.Context(), Credentials{Email: "o@example.com", Password: passwords[0]})
	require.NoError(t, err)
}
