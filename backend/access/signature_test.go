package access

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// The vectors were made with openssl, as docs/guides/signed-requests.md shows:
// printf '%s' "$text" | openssl dgst -sha256 -hmac "$secret".
func TestASignatureIsWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		signed Signed
		want   string
	}{
		"a body": {
			Signed{Secret: "ck_example_secret", Timestamp: "1700000000", Nonce: "3f1c9a52-nonce", Method: "POST", Target: "/v1/events", Body: []byte(`{"type":"order.shipped","to":["ada"]}`)},
			"v1=34bb0b4ff364875e03f91edd034c27b866413d703fb6784243886ee4dff9290b",
		},
		"a query and no body": {
			Signed{Secret: "ck_example_secret", Timestamp: "1700000000", Nonce: "3f1c9a52-nonce", Method: "GET", Target: "/v1/messages?limit=5&q=a%20b"},
			"v1=5e2bf09769ba2b41603fe9284e06f8eb4abd94c790271e19f0079e6d69190d9f",
		},
	} {
		require.Equal(t, test.want, test.signed.Sign(), name)
	}
}

func signedNow(clock *hands) Signed {
	s := Signed{
		Key: "key_1", Secret: "ck_s", Timestamp: strconv.FormatInt(clock.Now().Unix(), 10), Nonce: "nonce-0001",
		Method: "POST", Target: "/v1/events?x=1", Body: []byte(`{"a":1}`),
	}
	s.Signature = s.Sign()
	return s
}

func TestASignedRequestIsAcceptedOnceAndOnlyAsItWasSigned(t *testing.T) {
	t.Parallel()
	stamp := func(d time.Duration) func(s *Signed, clock *hands) {
		return func(s *Signed, clock *hands) {
			s.Timestamp = strconv.FormatInt(clock.Now().Add(d).Unix(), 10)
			s.Signature = s.Sign()
		}
	}
	for name, test := range map[string]struct {
		change func(s *Signed, clock *hands)
		code   string
	}{
		"as it was signed":            {func(*Signed, *hands) {}, ""},
		"300 seconds old":             {stamp(-300 * time.Second), ""},
		"300 seconds ahead":           {stamp(300 * time.Second), ""},
		"301 seconds old":             {stamp(-301 * time.Second), "timestamp_out_of_range"},
		"301 seconds ahead":           {stamp(301 * time.Second), "timestamp_out_of_range"},
		"a time that is no number":    {func(s *Signed, _ *hands) { s.Timestamp = "now" }, "timestamp_out_of_range"},
		"no headers":                  {func(s *Signed, _ *hands) { s.Timestamp, s.Nonce, s.Signature = "", "", "" }, "signature_required"},
		"no signature":                {func(s *Signed, _ *hands) { s.Signature = "" }, "signature_required"},
		"another body":                {func(s *Signed, _ *hands) { s.Body = []byte(`{"a":2}`) }, "signature_mismatch"},
		"another path":                {func(s *Signed, _ *hands) { s.Target = "/v1/cancel?x=1" }, "signature_mismatch"},
		"another query":               {func(s *Signed, _ *hands) { s.Target = "/v1/events?x=2" }, "signature_mismatch"},
		"another method":              {func(s *Signed, _ *hands) { s.Method = "PUT" }, "signature_mismatch"},
		"another secret":              {func(s *Signed, _ *hands) { s.Secret = "ck_other" }, "signature_mismatch"},
		"another nonce":               {func(s *Signed, _ *hands) { s.Nonce = "nonce-0002" }, "signature_mismatch"},
		"an unknown version of it":    {func(s *Signed, _ *hands) { s.Signature = "v2=" + s.Signature[3:] }, "signature_mismatch"},
		"a signature in capitals":     {func(s *Signed, _ *hands) { s.Signature = "v1=" + fmt.Sprintf("%X", s.Signature[3:]) }, "signature_mismatch"},
		"a nonce that is too short":   {func(s *Signed, _ *hands) { s.Nonce = "short"; s.Signature = s.Sign() }, "invalid_nonce"},
		"a nonce with a line break":   {func(s *Signed, _ *hands) { s.Nonce = "nonce\n0001"; s.Signature = s.Sign() }, "invalid_nonce"},
		"a nonce that is much longer": {func(s *Signed, _ *hands) { s.Nonce = fmt.Sprintf("%0200d", 1); s.Signature = s.Sign() }, "invalid_nonce"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock, m := newHands(), newMemory()
			v := &Signatures{Store: m, Clock: clock}
			s := signedNow(clock)
			test.change(&s, clock)
			err := v.Verify(t.Context(), s)
			if test.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Equal(t, test.code, codeOf(t, err))
			require.Empty(t, m.nonces, "what is refused uses no nonce up")
		})
	}
}

func codeOf(t *testing.T, err error) string {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	return invalid.Fields[0].Code
}

func TestAReplayedRequestIsRefusedHoweverManyTry(t *testing.T) {
	t.Parallel()
	clock := newHands()
	v := &Signatures{Store: newMemory(), Clock: clock}
	s := signedNow(clock)
	var accepted atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if v.Verify(t.Context(), s) == nil {
				accepted.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, accepted.Load())
	require.Equal(t, "nonce_reused", codeOf(t, v.Verify(t.Context(), s)))
	other := s
	other.Key = "key_2"
	require.NoError(t, v.Verify(t.Context(), other), "another key's nonce is another nonce")
}

func TestANonceIsForgottenOnlyWhenItsTimestampIs(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	v := &Signatures{Store: m, Clock: clock}
	s := signedNow(clock)
	s.Timestamp = strconv.FormatInt(clock.Now().Add(signatureSlack).Unix(), 10)
	s.Signature = s.Sign()
	require.NoError(t, v.Verify(t.Context(), s))
	clock.move(2 * signatureSlack)
	n, err := v.Prune(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, "nonce_reused", codeOf(t, v.Verify(t.Context(), s)), "its timestamp is still believed")
	clock.move(2 * time.Minute)
	n, err = v.Prune(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "timestamp_out_of_range", codeOf(t, v.Verify(t.Context(), s)))
}

func TestADatabaseThatIsAwayIsNotAWrongSignature(t *testing.T) {
	t.Parallel()
	clock, m := newHands(), newMemory()
	m.down = errors.Join(notify.ErrUnavailable)
	err := (&Signatures{Store: m, Clock: clock}).Verify(t.Context(), signedNow(clock))
	require.ErrorIs(t, err, notify.ErrUnavailable)
	require.NotErrorIs(t, err, notify.ErrUnauthenticated)
}
