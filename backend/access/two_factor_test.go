package access

import (
	"encoding/base32"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestCodesAreThoseOfTheRFC(t *testing.T) {
	t.Parallel()
	// RFC 6238, appendix B: the last six digits of the SHA-1 column.
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, err := matchingStep(secret, code, time.Unix(at, 0))
		require.NoError(t, err)
		require.Equal(t, at/30, step)
		step, err = matchingStep(secret, code, time.Unix(at+30, 0))
		require.NoError(t, err)
		require.Equal(t, at/30, step, "a phone may be half a minute late")
		step, err = matchingStep(secret, code, time.Unix(at+60, 0))
		require.NoError(t, err)
		require.Zero(t, step, "and no later")
	}
}

// enrolled is Ada with a second step; code makes the code of now.
func enrolled(t *testing.T) (members *Members, m *memory, clock *hands, code func() string, recovery []string) {
	t.Helper()
	members, m, clock = signedUp(t)
	in, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.NoError(t, err)
	e, err := members.EnrolTwoFactor(t.Context(), in, "correct horse", "")
	require.NoError(t, err)
	require.Contains(t, e.OtpauthURL, "secret="+e.Secret)
	require.NotContains(t, fmt.Sprintf("%+v", m.proofs[in.Member.ID].Sealed), e.Secret, "it is sealed at rest")
	code = func() string {
		made, err := totp.GenerateCode(e.Secret, clock.Now())
		require.NoError(t, err)
		return made
	}
	_, err = members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse"})
	require.NoError(t, err, "what is not confirmed counts for nothing")
	_, err = members.ConfirmTwoFactor(t.Context(), in, "000000x")
	require.ErrorContains(t, err, "code")
	recovery, err = members.ConfirmTwoFactor(t.Context(), in, code())
	require.NoError(t, err)
	require.Len(t, recovery, recoveryCodes)
	clock.move(codePeriod)
	return members, m, clock, code, recovery
}

func TestTheSecondStep(t *testing.T) {
	t.Parallel()
	members, m, clock, code, recovery := enrolled(t)
	with := func(password, code string) error {
		_, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: password, Code: code, IP: fmt.Sprint(clock.Now().UnixNano(), code, password)})
		return err
	}
	require.ErrorIs(t, with("correct horse", ""), ErrCodeNeeded)
	require.ErrorIs(t, with("wrong", ""), notify.ErrUnauthenticated, "only who knows the password hears of the code")
	require.ErrorIs(t, with("wrong", code()), notify.ErrUnauthenticated)
	require.ErrorIs(t, with("correct horse", "12345"), notify.ErrUnauthenticated)
	require.NoError(t, with("correct horse", code()))
	require.ErrorIs(t, with("correct horse", code()), notify.ErrUnauthenticated, "a code works once")
	clock.move(codePeriod)
	require.NoError(t, with("correct horse", code()[:3]+" "+code()[3:]), "people write a space")

	require.NoError(t, with("correct horse", strings.ToUpper(recovery[0])))
	require.ErrorIs(t, with("correct horse", recovery[0]), notify.ErrUnauthenticated, "a recovery code works once")
	require.NotContains(t, fmt.Sprintf("%+v", m.proofs), recovery[1], "only hashes are kept")
	ada := SignedIn{Member: m.members["ada@example.com"]}
	left, err := members.TwoFactorOf(t.Context(), ada)
	require.NoError(t, err)
	require.Equal(t, recoveryCodes-1, left.CodesLeft)

	require.ErrorContains(t, members.DropTwoFactor(t.Context(), ada, "wrong", "9"), "current")
	require.NoError(t, members.DropTwoFactor(t.Context(), ada, "correct horse", "9"))
	require.NoError(t, with("correct horse", ""))
}

func TestOfTwentyWhoUseOneCodeOneComesIn(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"the phone's", "a recovery code"} {
		members, _, _, code, recovery := enrolled(t)
		given := code()
		if what != "the phone's" {
			given = recovery[3]
		}
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				_, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse", Code: given, IP: fmt.Sprint(i)})
				if err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load(), what)
	}
}

func TestGuessingCodesIsLimitedFromWhereverItComes(t *testing.T) {
	t.Parallel()
	members, _, clock, code, _ := enrolled(t)
	guess := func(code string, i int) error {
		_, err := members.SignIn(t.Context(), Credentials{Email: "ada@example.com", Password: "correct horse", Code: code, IP: fmt.Sprint(i)})
		return err
	}
	for i := range codeFailures {
		require.ErrorIs(t, guess("000000", i), notify.ErrUnauthenticated)
	}
	var limited *LimitedError
	require.ErrorAs(t, guess(code(), 100), &limited)
	clock.move(loginWindow)
	require.NoError(t, guess(code(), 101))
}

func TestASecondStepThatWasLostIsTakenBySomebodyElse(t *testing.T) {
	t.Parallel()
	members, m, _, code, _ := enrolled(t)
	ada := m.members["ada@example.com"]
	in, err := members.SignIn(t.Context(), Credentials{Email: ada.Email, Password: "correct horse", Code: code()})
	require.NoError(t, err)
	_, err = members.ResetTwoFactor(t.Context(), Manager{ID: ada.ID, Role: Owner}, ada.ID)
	require.ErrorIs(t, err, notify.ErrForbidden, "nobody does it to themselves: that takes the password")
	_, err = members.Who(t.Context(), in.Cookie)
	require.NoError(t, err)
	changed, err := members.ResetTwoFactor(t.Context(), Manager{ID: "mem_2", Role: Owner}, ada.ID)
	require.NoError(t, err)
	require.False(t, changed.TwoFactor)
	_, err = members.Who(t.Context(), in.Cookie)
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "whoever held the phone is signed out")
	_, err = members.SignIn(t.Context(), Credentials{Email: ada.Email, Password: "correct horse"})
	require.NoError(t, err)
	_, err = members.ResetTwoFactor(t.Context(), Manager{ID: "mem_2", Role: Owner}, ada.ID)
	require.ErrorIs(t, err, notify.ErrConflict)
}
