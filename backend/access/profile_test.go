package access

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestPasswordsPeopleMayChoose(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ password, code string }{
		"twelve characters will do":       {"correct hors", ""},
		"in any script":                   {"正确的马电池订书钉很长的密码", ""},
		"eleven will not":                 {"correct hor", "too_short"},
		"characters count, not bytes":     {"密码密码", "too_short"},
		"the email address":               {"ada.lovelace@example.com", "is_the_email"},
		"in other case":                   {"ADA.Lovelace@Example.com", "is_the_email"},
		"its name again and again":        {"ada.lovelaceada.lovelace", "is_the_email"},
		"one character again and again":   {"aaaaaaaaaaaaaaaa", "too_simple"},
		"four characters again and again": {"abcdabcdabcdabcd", "too_simple"},
		"a book":                          {strings.Repeat("abcdefgh", 200), "too_long"},
	}
	for name, tt := range tests {
		var faults notify.Invalid
		checkPassword(&faults, "password", tt.password, "ada.lovelace@example.com")
		if tt.code == "" {
			require.Empty(t, faults.Fields, name)
			continue
		}
		require.Len(t, faults.Fields, 1, name)
		require.Equal(t, tt.code, faults.Fields[0].Code, name)
	}
}

func twoBrowsers(t *testing.T) (*Members, SignedIn, SignedIn, *hands) {
	t.Helper()
	members, _, clock := signedUp(t)
	c := Credentials{Email: "ada@example.com", Password: "correct horse", IP: "127.0.0.1", UserAgent: "Firefox"}
	one, err := members.SignIn(t.Context(), c)
	require.NoError(t, err)
	two, err := members.SignIn(t.Context(), c)
	require.NoError(t, err)
	return members, one, two, clock
}

func TestChangingThePasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	members, one, two, _ := twoBrowsers(t)
	require.NoError(t, members.ChangePassword(t.Context(), one, NewPassword{Current: "correct horse", New: "battery staple 42"}))
	_, err := members.Who(t.Context(), one.Cookie)
	require.NoError(t, err)
	_, err = members.Who(t.Context(), two.Cookie)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	_, err = members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	_, err = members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "battery staple 42"})
	require.NoError(t, err)
}

func TestChangingThePasswordNeedsTheOldOneAndGuessingItIsLimited(t *testing.T) {
	t.Parallel()
	members, one, _, _ := twoBrowsers(t)
	p := NewPassword{Current: "a guess", New: "battery staple 42", IP: "10.0.0.1"}
	for range pairFailures {
		require.ErrorContains(t, members.ChangePassword(t.Context(), one, p), "current")
	}
	p.Current = "correct horse"
	var limited *LimitedError
	require.ErrorAs(t, members.ChangePassword(t.Context(), one, p), &limited)
	require.ErrorContains(t, members.ChangePassword(t.Context(), one, NewPassword{Current: "correct horse", New: "short", IP: "10.0.0.2"}), "new")
}

func TestSessionsAreListedAndEndedByTheirOwner(t *testing.T) {
	t.Parallel()
	members, one, two, clock := twoBrowsers(t)
	clock.move(time.Minute)
	list, err := members.OwnSessions(t.Context(), one)
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, s := range list {
		require.Equal(t, s.ID == one.Session.ID(), s.Current)
		part, ok := strings.CutPrefix(s.ID, "ses_")
		require.True(t, ok)
		require.Len(t, part, sessionIDSize)
		require.Less(t, len(part), len(one.Session.Hash), "an id is only the beginning of a hash")
	}
	stranger := one
	stranger.Member.ID = "mem_eve"
	require.ErrorIs(t, members.EndOwn(t.Context(), stranger, two.Session.ID()), notify.ErrNotFound, "nobody ends another's session")
	require.NoError(t, members.EndOwn(t.Context(), one, two.Session.ID()))
	require.ErrorIs(t, members.EndOwn(t.Context(), one, two.Session.ID()), notify.ErrNotFound)
	_, err = members.Who(t.Context(), two.Cookie)
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	n, err := members.EndOthers(t.Context(), one)
	require.NoError(t, err)
	require.Zero(t, n)
	clock.move(sessionIdle)
	list, err = members.OwnSessions(t.Context(), one)
	require.NoError(t, err)
	require.Empty(t, list, "what has ended by itself is not shown")
}

func TestMembersSayWhoTheyAre(t *testing.T) {
	t.Parallel()
	members, one, _, _ := twoBrowsers(t)
	saved, err := members.SaveProfile(t.Context(), one.Member.ID, Profile{Name: " Ada L. ", Locale: "zh-CN"})
	require.NoError(t, err)
	require.Equal(t, []any{"Ada L.", "zh-CN", Owner}, []any{saved.Name, saved.Locale, saved.Role})
	for field, p := range map[string]Profile{"name": {Name: " "}, "locale": {Name: "Ada", Locale: "tlh"}} {
		_, err := members.SaveProfile(t.Context(), one.Member.ID, p)
		require.ErrorContains(t, err, field)
	}
}
