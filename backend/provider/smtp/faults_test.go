package smtp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/smtp"
)

// phases are the moments at which a server can fail, and whether it may have
// the message then.
var phases = map[string]bool{
	"greeting": false, "EHLO": false, "STARTTLS": false, "AUTH": false, "MAIL": false, "RCPT": false, "DATA": false, "content": false, "end": true,
}

func TestOnlyAFaultAfterTheFinalDotLeavesDoubt(t *testing.T) {
	t.Parallel()
	faults := map[string]struct {
		act  act
		code string
	}{
		"is dropped":     {drops, ""},
		"is reset":       {resets, ""},
		"hangs":          {hangs, provider.CodeTimeout},
		"drips":          {drips, provider.CodeTimeout},
		"never ends":     {babbles, provider.CodeTooLong},
		"is no SMTP":     {says("HTTP/1.1 400 Bad Request"), ""},
		"is an odd code": {says("199 what"), ""},
	}
	for moment, sent := range phases {
		for name, f := range faults {
			if moment == "content" && name != "is dropped" && name != "is reset" && name != "hangs" {
				continue // nobody listens to the server then
			}
			t.Run(moment+" "+name, func(t *testing.T) {
				t.Parallel()
				s := newServer(t, map[string]act{moment: f.act})
				m := message()
				if moment == "content" {
					m.Content.HTML = strings.Repeat(bulk, 60) // more than the connection holds
				}
				r := s.sender(t, provider.Values{}).Send(s.impatient(t.Context()), m)
				clean(t, r)
				want := notify.Temporary
				if sent {
					want = notify.Ambiguous
				}
				require.Equal(t, want, r.Outcome, "%+v", r)
				if f.code != "" && !(moment == "STARTTLS" && f.code == provider.CodeTooLong) {
					require.Equal(t, f.code, r.Code)
				}
				_, messages, _ := s.seen()
				require.LessOrEqual(t, len(messages), 1, "a message is handed over once")
			})
		}
	}
}

func TestAYesThatComesAsTheTimeEndsIsAYes(t *testing.T) {
	t.Parallel()
	s := newServer(t, map[string]act{"end": func(s *server, c net.Conn) bool {
		_, _ = io.WriteString(c, "250 2.0") // the line never ends
		return hangs(s, c)
	}})
	r := s.sender(t, provider.Values{}).Send(s.impatient(t.Context()), message())
	require.Equal(t, notify.OK, r.Outcome, "the server took it; sending it again would double it: %+v", r)
}

// limited is a context whose time is up when it is told so.
type limited struct {
	context.Context
	up chan struct{}
}

func (l limited) Done() <-chan struct{} { return l.up }

func (l limited) Err() error {
	select {
	case <-l.up:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// impatient is a context whose time is up a moment after the server has begun
// to hang or to drip, however long it took to get there.
func (s *server) impatient(ctx context.Context) context.Context {
	l := limited{ctx, make(chan struct{})}
	begun := sync.OnceFunc(func() { time.AfterFunc(100*time.Millisecond, func() { close(l.up) }) })
	s.set(func() { s.fault = begun })
	return l
}

func TestEveryReplyIsClassed(t *testing.T) {
	t.Parallel()
	cases := []struct {
		moment, reply string
		want          notify.Outcome
		code          string
	}{
		{"greeting", "554 No SMTP service here", notify.AuthConfig, "554"},
		{"greeting", "421 4.3.2 Too busy", notify.Temporary, "421 4.3.2"},
		{"EHLO", "502 5.5.1 What", notify.Temporary, "starttls_not_offered"},
		{"STARTTLS", "454 4.7.0 TLS not available", notify.Temporary, "454 4.7.0"},
		{"AUTH", "535 5.7.8 Bad credentials", notify.AuthConfig, "535 5.7.8"},
		{"AUTH", "454 4.7.0 Try later", notify.Temporary, "454 4.7.0"},
		{"AUTH", "534 5.7.9 Mechanism too weak", notify.AuthConfig, "534 5.7.9"},
		{"MAIL", "530 5.7.0 Authentication required", notify.AuthConfig, "530 5.7.0"},
		{"MAIL", "550 5.7.26 Unauthenticated sender", notify.AuthConfig, "550 5.7.26"},
		{"MAIL", "553 5.1.8 Sender unknown", notify.AuthConfig, "553 5.1.8"},
		{"MAIL", "552 5.3.4 Too large", notify.ContentRejected, "552 5.3.4"},
		{"MAIL", "452 4.3.1 No space", notify.Temporary, "452 4.3.1"},
		{"MAIL", "454 Throttling failure: Maximum sending rate exceeded.", notify.RateLimited, "454"},
		{"RCPT", "550 5.1.1 No such user", notify.InvalidRecipient, "550 5.1.1"},
		{"RCPT", "550 5.1.2 No such domain", notify.InvalidRecipient, "550 5.1.2"},
		{"RCPT", "553 5.1.3 Bad syntax", notify.InvalidRecipient, "553 5.1.3"},
		{"RCPT", "551 5.1.6 Moved", notify.InvalidRecipient, "551 5.1.6"},
		{"RCPT", "556 5.1.10 Domain takes no mail", notify.InvalidRecipient, "556 5.1.10"},
		{"RCPT", "550 5.2.1 Disabled", notify.InvalidRecipient, "550 5.2.1"},
		{"RCPT", "550 No such user here", notify.InvalidRecipient, "550"},
		{"RCPT", "452 4.2.2 Mailbox full", notify.Temporary, "452 4.2.2"},
		{"RCPT", "552 5.2.2 Mailbox full", notify.Temporary, "552 5.2.2"},
		{"RCPT", "451 4.7.1 Greylisted", notify.Temporary, "451 4.7.1"},
		{"RCPT", "450 4.7.28 Unusual rate", notify.RateLimited, "450 4.7.28"},
		{"RCPT", "554 5.7.1 Relay access denied", notify.AuthConfig, "554 5.7.1"},
		{"RCPT", "550 5.7.1 Blocked by the recipient", notify.RecipientBlocked, "550 5.7.1"},
		{"RCPT", "553 5.6.7 Needs SMTPUTF8", notify.InvalidRecipient, "553 5.6.7"},
		{"DATA", "554 5.5.1 No valid recipients", notify.ContentRejected, "554 5.5.1"},
		{"DATA", "421 4.4.2 Timeout", notify.Temporary, "421 4.4.2"},
		{"end", "550 5.7.1 Spam", notify.ContentRejected, "550 5.7.1"},
		{"end", "552 5.3.4 Too large", notify.ContentRejected, "552 5.3.4"},
		{"end", "552 5.2.3 Too long for the mailbox", notify.ContentRejected, "552 5.2.3"},
		{"end", "554 Rejected", notify.ContentRejected, "554"},
		{"end", "550 5.7.26 DMARC", notify.AuthConfig, "550 5.7.26"},
		{"end", "451 4.3.0 Try later", notify.Temporary, "451 4.3.0"},
		{"end", "421 4.3.2 Closing", notify.Temporary, "421 4.3.2"},
		{"end", "354 Still more", notify.Ambiguous, "354"},
		{"end", "550-5.1.1 Two\r\n550 5.1.1 lines", notify.InvalidRecipient, "550 5.1.1"},
	}
	for _, c := range cases {
		t.Run(c.moment+" "+c.reply, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, map[string]act{c.moment: says(c.reply)})
			r := s.sender(t, nil).Send(t.Context(), message())
			clean(t, r)
			require.Equal(t, c.want, r.Outcome, "%+v", r)
			require.Equal(t, c.code, r.Code)
		})
	}
}

func TestNothingIsSentWithoutEncryption(t *testing.T) {
	t.Parallel()
	refused := func(t *testing.T, s *server, changes provider.Values, code string) {
		t.Helper()
		r := s.sender(t, changes).Send(t.Context(), message())
		clean(t, r)
		require.Equal(t, notify.Temporary, r.Outcome)
		require.Equal(t, code, r.Code)
		commands, messages, _ := s.seen()
		require.Empty(t, messages)
		require.NotContains(t, commands, "AUTH")
		require.NotContains(t, commands, "MAIL")
	}
	t.Run("when STARTTLS is stripped from what the server offers", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, nil)
		s.set(func() { s.offers = []string{"AUTH PLAIN LOGIN"} })
		refused(t, s, nil, "starttls_not_offered")
	})
	t.Run("when the certificate is not trusted", func(t *testing.T) {
		t.Parallel()
		refused(t, newServer(t, nil), provider.Values{"ca_pem": ""}, provider.CodeTLS)
	})
	t.Run("when the certificate is for another name", func(t *testing.T) {
		t.Parallel()
		refused(t, newServer(t, nil), provider.Values{"host": "localhost"}, provider.CodeTLS)
	})
	t.Run("when a server that should speak TLS does not", func(t *testing.T) {
		t.Parallel()
		refused(t, newServer(t, nil), provider.Values{"security": "tls"}, provider.CodeTLS)
	})
	t.Run("when words are slipped in before TLS begins", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, map[string]act{"STARTTLS": says("220 go\r\n250-evil\r\n250 AUTH PLAIN")})
		r := s.sender(t, nil).Send(t.Context(), message())
		clean(t, r)
		require.Contains(t, []notify.Outcome{notify.OK, notify.Temporary}, r.Outcome)
		require.Len(t, s.inClear, 2, "EHLO and STARTTLS are all that is said in clear: %v", s.inClear)
	})
}

func TestWhatWasNeverSentIsTemporary(t *testing.T) {
	t.Parallel()
	send := func(t *testing.T, s *server, d provider.Deps) notify.Result {
		d.HTTP = provider.NewHTTPClient(provider.ClientOptions{})
		made, err := smtp.Manifest().New(s.settings(nil), d)
		require.NoError(t, err)
		r := made.Send(t.Context(), message())
		clean(t, r)
		require.Equal(t, notify.Temporary, r.Outcome)
		_, messages, conns := s.seen()
		require.Empty(t, messages)
		require.Zero(t, conns)
		return r
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, nil)
		s.listener.Close()
		require.Equal(t, provider.CodeNoListener, send(t, s, provider.Deps{}).Code)
	})
	t.Run("the address is not allowed", func(t *testing.T) {
		t.Parallel()
		guard, err := provider.NewGuard(nil)
		require.NoError(t, err)
		require.Equal(t, provider.CodeForbidden, send(t, newServer(t, nil), provider.Deps{Dial: guard.DialContext}).Code)
	})
	t.Run("the name does not resolve", func(t *testing.T) {
		t.Parallel()
		dial := func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "mail.test", IsNotFound: true}
		}
		require.Equal(t, provider.CodeDNS, send(t, newServer(t, nil), provider.Deps{Dial: dial}).Code)
	})
	t.Run("something else is wrong", func(t *testing.T) {
		t.Parallel()
		dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no route") }
		require.Equal(t, provider.CodeConnect, send(t, newServer(t, nil), provider.Deps{Dial: dial}).Code)
	})
}

func TestTheCallersContextIsObeyed(t *testing.T) {
	t.Parallel()
	t.Run("cancelled before", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := s.sender(t, nil).Send(ctx, message())
		require.Equal(t, []any{notify.Temporary, provider.CodeCancelled}, []any{r.Outcome, r.Code})
		_, _, conns := s.seen()
		require.Zero(t, conns)
	})
	for moment, want := range map[string]notify.Outcome{"RCPT": notify.Temporary, "end": notify.Ambiguous} {
		t.Run("cancelled at "+moment, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newServer(t, map[string]act{moment: func(s *server, c net.Conn) bool { cancel(); return hangs(s, c) }})
			r := s.sender(t, nil).Send(ctx, message())
			require.Equal(t, []any{want, provider.CodeCancelled}, []any{r.Outcome, r.Code})
		})
	}
}

func TestWhatTheServerRepeatsShowsNoSecret(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"pass+word/of=SMTP-0123", "AGNsYXJpb24AcGFzcyt3b3JkL29mPVNNVFAtMDEyMw==", "cGFzcyt3b3JkL29mPVNNVFAtMDEyMw=="} {
		for moment := range phases {
			if moment == "content" {
				continue
			}
			s := newServer(t, map[string]act{moment: says("550 5.0.0 cannot take " + text)})
			r := s.sender(t, nil).Send(t.Context(), message())
			clean(t, r)
			require.NotEqual(t, notify.OK, r.Outcome)
			require.NotContains(t, r.Detail, text)
		}
	}
}
