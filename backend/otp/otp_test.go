package otp_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/otp"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// memory is a Store and a Line that keep what they are given.
type memory struct {
	mu      sync.Mutex
	codes   map[string]*otp.OTP
	used    map[string]bool
	letters []otp.Letter
	at      time.Time
	sendErr error
}

func (m *memory) Now() time.Time { return m.at }

func (m *memory) AddOTP(_ context.Context, o otp.OTP, since time.Time, limit int) error {
	n := 0
	for _, other := range m.codes {
		if other.Person == o.Person && other.CreatedAt.After(since) {
			n++
		}
	}
	if n >= limit {
		return notify.ErrTooMany
	}
	m.codes[o.ID] = &o
	return nil
}

func (m *memory) TryOTP(_ context.Context, source, id string, now time.Time) (otp.OTP, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o := m.codes[id]
	if o == nil || o.Source != source {
		return otp.OTP{}, false, notify.ErrNotFound
	}
	if o.TriesLeft == 0 || m.used[id] || !now.Before(o.ExpiresAt) {
		return *o, false, nil
	}
	o.TriesLeft--
	return *o, true, nil
}

func (m *memory) UseOTP(_ context.Context, id string, _ time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	first := !m.used[id]
	m.used[id] = true
	return first, nil
}

func (m *memory) Send(_ context.Context, l otp.Letter) error {
	m.letters = append(m.letters, l)
	return m.sendErr
}

var codes = otp.NewCodes([]byte("a key of the test"))

func newDesk() (*otp.Desk, *memory) {
	m := &memory{codes: map[string]*otp.OTP{}, used: map[string]bool{}, at: noon}
	return &otp.Desk{Store: m, Line: m, Codes: codes, Clock: m}, m
}

func issue(t *testing.T, d *otp.Desk) (otp.OTP, string) {
	t.Helper()
	o, err := d.Issue(t.Context(), otp.Request{To: "ada", Source: "shop"})
	require.NoError(t, err)
	return o, codes.Code(o.ID, o.Length)
}

func TestACodeWorksOnceWithinItsTimeAndTries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(t *testing.T, d *otp.Desk, m *memory, id, code string)
		try    func(code string) string
		want   otp.Verdict
	}{
		"the right code":           {nil, nil, otp.Verdict{Verified: true}},
		"a wrong code takes a try": {nil, func(code string) string { return "x" + code[1:] }, otp.Verdict{AttemptsLeft: otp.Tries - 1}},
		"a second time": {func(t *testing.T, d *otp.Desk, _ *memory, id, code string) {
			_, err := d.Verify(t.Context(), "shop", id, code)
			require.NoError(t, err)
		}, nil, otp.Verdict{}},
		"after its time": {func(_ *testing.T, _ *otp.Desk, m *memory, _, _ string) { m.at = noon.Add(otp.DefaultTTL) }, nil, otp.Verdict{}},
		"after too many tries": {func(t *testing.T, d *otp.Desk, _ *memory, id, _ string) {
			for range otp.Tries {
				_, err := d.Verify(t.Context(), "shop", id, "nothing")
				require.NoError(t, err)
			}
		}, nil, otp.Verdict{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := newDesk()
			o, code := issue(t, d)
			if c.before != nil {
				c.before(t, d, m, o.ID, code)
			}
			if c.try != nil {
				code = c.try(code)
			}
			got, err := d.Verify(t.Context(), "shop", o.ID, code)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestAnotherSourceKnowsNothingOfACode(t *testing.T) {
	t.Parallel()
	d, _ := newDesk()
	o, code := issue(t, d)
	_, err := d.Verify(t.Context(), "other", o.ID, code)
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestTwentyWhoTryTheRightCodeOneIsVerified(t *testing.T) {
	t.Parallel()
	d, m := newDesk()
	o, code := issue(t, d)
	m.codes[o.ID].TriesLeft = 20
	var won, tries sync.Map
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			got, err := d.Verify(context.Background(), "shop", o.ID, code)
			tries.Store(i, err)
			if got.Verified {
				won.Store(i, true)
			}
		})
	}
	all.Wait()
	n := 0
	won.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 1, n)
}

func TestALetterHoldsThePlaceOfTheCodeAndNeverTheCode(t *testing.T) {
	t.Parallel()
	d, m := newDesk()
	o, code := issue(t, d)
	letter := m.letters[0]
	require.Equal(t, []notify.Channel{notify.SMS}, letter.Channels)
	require.Equal(t, o.ExpiresAt, letter.ExpiresAt)
	require.NotContains(t, letter.Content.Text, code)
	require.Equal(t, "•••••• is your verification code. It is valid for 5 minutes. Do not share it with anyone.", letter.Content.WithoutCodes().Text)
	require.True(t, strings.HasPrefix(letter.Content.WithCodes(codes).Text, code+" is your"))
	_, err := d.Issue(t.Context(), otp.Request{Inline: &notify.Recipient{ID: "wei", Locale: "zh-CN"}, Source: "shop"})
	require.NoError(t, err)
	require.Contains(t, m.letters[1].Content.Text, "您的验证码是")
	_, err = d.Issue(t.Context(), otp.Request{To: "ada", Source: "shop", Template: "code", Length: 8, TTL: 90 * time.Second})
	require.NoError(t, err)
	require.Nil(t, m.letters[2].Content, "the template has the words")
	require.Equal(t, 2, m.letters[2].Data["minutes"])
}

func TestRequestsAreCheckedWithTheirPaths(t *testing.T) {
	t.Parallel()
	for path, r := range map[string]otp.Request{
		"length":      {Length: 3},
		"ttl_seconds": {TTL: time.Second},
		"channels[0]": {Channels: []notify.Channel{notify.InApp}},
		"channels[1]": {Channels: []notify.Channel{notify.SMS, notify.SMS}},
	} {
		d, m := newDesk()
		_, err := d.Issue(t.Context(), r)
		var invalid *notify.Invalid
		require.ErrorAs(t, err, &invalid, path)
		require.Equal(t, path, invalid.Fields[0].Path)
		require.Empty(t, m.letters)
	}
}

func TestAPersonGetsFewCodesInAWhile(t *testing.T) {
	t.Parallel()
	d, m := newDesk()
	phone := func(id string) otp.Request {
		return otp.Request{Source: "shop", Inline: &notify.Recipient{ID: id, Addresses: []notify.Address{{Channel: notify.SMS, Address: "+447700900123"}}}}
	}
	for i := range 5 {
		_, err := d.Issue(t.Context(), phone(string(rune('a'+i))))
		require.NoError(t, err)
	}
	_, err := d.Issue(t.Context(), phone("z"))
	require.ErrorIs(t, err, notify.ErrTooMany, "one phone is one person, under however many ids")
	m.at = noon.Add(11 * time.Minute)
	_, err = d.Issue(t.Context(), phone("z"))
	require.NoError(t, err)
}

func TestALineThatIsDownIsSaid(t *testing.T) {
	t.Parallel()
	d, m := newDesk()
	m.sendErr = errors.New("down")
	_, err := d.Issue(t.Context(), otp.Request{To: "ada"})
	require.ErrorIs(t, err, m.sendErr)
}

func TestCodesAreSpreadEvenlyAndKeepTheirZeros(t *testing.T) {
	t.Parallel()
	first := map[byte]int{}
	for range 5000 {
		code := codes.Code(notify.NewID(notify.OTPID), 6)
		require.Len(t, code, 6)
		first[code[0]]++
	}
	for digit := byte('0'); digit <= '9'; digit++ {
		require.InDelta(t, 500, first[digit], 120)
	}
	require.NotEqual(t, codes.Code("otp_a", 10), otp.NewCodes([]byte("another key")).Code("otp_a", 10))
}
