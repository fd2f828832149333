package smtp_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/smtp"
)

// bulk is more than the buffers of a connection hold.
var bulk = strings.Repeat("<p>Some words in a paragraph</p>\n", 3000)

func TestAnAcceptedMessageIsWholeAndSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	sender := s.sender(t, provider.Values{"list_unsubscribe": "https://example.com/u?m={message_id}", "bounce_address": "bounces@example.com"})
	for range 2 {
		r := sender.Send(t.Context(), message())
		require.Equal(t, notify.Result{Outcome: notify.OK, ProviderMessageID: messageID + "@example.com"}, r)
	}
	commands, messages, conns := s.seen()
	require.Equal(t, 1, conns, "the connection is used again")
	require.Equal(t, []string{"EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA"}, commands)
	m, err := mail.ReadMessage(strings.NewReader(messages[0]))
	require.NoError(t, err)
	for header, want := range map[string]string{
		"From": "Clarion <hello@example.com>", "To": "Ada Lovelace <ada@example.org>", "Subject": "Shipped <now>",
		"Message-Id": "<" + messageID + "@example.com>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0",
		"List-Unsubscribe": "<https://example.com/u?m=" + messageID + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Date": "Sun, 01 Mar 2026 12:00:00 +0000", "Bcc": "", "X-Mailer": "", "User-Agent": "",
	} {
		require.Equal(t, want, m.Header.Get(header), header)
	}
	other, err := mail.ReadMessage(strings.NewReader(messages[1]))
	require.NoError(t, err)
	require.Equal(t, m.Header.Get("Message-Id"), other.Header.Get("Message-Id"), "a second try has the same Message-ID")
	require.Contains(t, m.Header.Get("Content-Type"), "multipart/alternative")
}

func TestNoLineIsLongerThanMailAllows(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	m := message()
	m.RecipientName, m.Content.Subject = strings.Repeat("n", 3000), strings.Repeat("長い件名", 500)
	m.Content.Text, m.Content.HTML = strings.Repeat("x", 9000), strings.Repeat("<b>", 3000)
	require.Equal(t, notify.OK, s.sender(t, nil).Send(t.Context(), m).Outcome)
	_, messages, _ := s.seen()
	for line := range strings.SplitSeq(messages[0], "\n") {
		require.LessOrEqual(t, len(line), 78+1, "%q", line)
		require.True(t, line == "" || strings.HasSuffix(line, "\r"), "lines end with CR LF: %q", line)
	}
}

func TestTLSFromTheStartAndNoTLSOnLoopback(t *testing.T) {
	t.Parallel()
	implicit := newServer(t, nil)
	implicit.set(func() { implicit.implicit = true })
	require.Equal(t, notify.OK, implicit.sender(t, provider.Values{"security": "tls"}).Send(t.Context(), message()).Outcome)
	plain := newServer(t, nil)
	plain.set(func() { plain.offers = nil })
	r := plain.sender(t, provider.Values{"security": "none", "username": "", "password": ""}).Send(t.Context(), message())
	require.Equal(t, notify.OK, r.Outcome, "%+v", r)
}

func TestEveryWayToSignInIsUnderstood(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	s.set(func() { s.offers = []string{"STARTTLS", "AUTH XOAUTH2"} })
	r := s.sender(t, nil).Send(t.Context(), message())
	require.Equal(t, []any{notify.AuthConfig, "auth_not_offered"}, []any{r.Outcome, r.Code})
}

func TestAConnectionThatWasClosedWhileItRestedCostsNoDoubt(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]act{"silently": drops, "with a reset": resets, "with a goodbye": func(s *server, c net.Conn) bool {
		says("421 4.4.2 idle for too long")(s, c)
		return false
	}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, nil)
			var mu sync.Mutex
			mails := 0
			at := map[string]act{"MAIL": func(s *server, c net.Conn) bool {
				mu.Lock()
				mails++
				second := mails == 2
				mu.Unlock()
				if second {
					return leave(s, c)
				}
				return says("250 ok")(s, c)
			}}
			s.set(func() { s.at = at })
			sender := s.sender(t, nil)
			for range 3 {
				require.Equal(t, notify.OK, sender.Send(t.Context(), message()).Outcome)
			}
			_, messages, conns := s.seen()
			require.Len(t, messages, 3)
			require.Equal(t, 2, conns)
		})
	}
}

func TestARefusedMessageLeavesTheConnectionUsable(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	first := true
	at := map[string]act{"RCPT": func(s *server, c net.Conn) bool {
		if first {
			first = false
			return says("550 5.1.1 no such user")(s, c)
		}
		return says("250 ok")(s, c)
	}}
	s.set(func() { s.at = at })
	sender := s.sender(t, nil)
	require.Equal(t, notify.InvalidRecipient, sender.Send(t.Context(), message()).Outcome)
	require.Equal(t, notify.OK, sender.Send(t.Context(), message()).Outcome)
	commands, _, conns := s.seen()
	require.Equal(t, 1, conns)
	require.Contains(t, commands, "RSET")
}

func TestTwentyMessagesAtOnceArriveOnceEachOverFewConnections(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	sender := s.sender(t, nil)
	ids := map[string]bool{}
	results := make(chan notify.Result, 20)
	for range 20 {
		m := message()
		m.MessageID = notify.NewID(notify.MessageID)
		ids[m.MessageID] = true
		go func() { results <- sender.Send(t.Context(), m) }()
	}
	for range 20 {
		require.Equal(t, notify.OK, (<-results).Outcome)
	}
	_, messages, conns := s.seen()
	require.Len(t, messages, 20)
	require.LessOrEqual(t, conns, 8)
	for _, text := range messages {
		m, err := mail.ReadMessage(strings.NewReader(text))
		require.NoError(t, err)
		id, _, _ := strings.Cut(strings.Trim(m.Header.Get("Message-Id"), "<>"), "@")
		require.True(t, ids[id])
		delete(ids, id)
	}
	require.NoError(t, sender.(io.Closer).Close())
	require.Eventually(t, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.open == 0
	}, time.Minute, 5*time.Millisecond, "no connection outlives the account")
}

func TestWhatTheServerCannotTakeIsNotOffered(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	s.set(func() { s.offers = []string{"STARTTLS", "AUTH PLAIN", "SIZE 100000"} })
	m := message()
	m.Content.HTML = bulk + bulk
	r := s.sender(t, nil).Send(t.Context(), m)
	require.Equal(t, []any{notify.ContentRejected, "too_large"}, []any{r.Outcome, r.Code})
	m = message()
	m.To = "アダ@example.org"
	r = s.sender(t, nil).Send(t.Context(), m)
	require.Equal(t, []any{notify.InvalidRecipient, "smtputf8_not_offered"}, []any{r.Outcome, r.Code})
	s.set(func() { s.offers = append(s.offers, "SMTPUTF8") })
	require.Equal(t, notify.OK, s.sender(t, nil).Send(t.Context(), m).Outcome)
	m.To, m.Content.Text = "ada@example.org", "a\rb"
	r = s.sender(t, nil).Send(t.Context(), m)
	require.Equal(t, []any{notify.ContentRejected, "bare_carriage_return"}, []any{r.Outcome, r.Code})
}

func TestASignedMessageVerifiesUntilAByteOfItChanges(t *testing.T) {
	t.Parallel()
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	public, curve, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&secret.PublicKey)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		key    any
		record string
	}{
		"RSA":     {secret, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(spki)},
		"Ed25519": {curve, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			der, err := x509.MarshalPKCS8PrivateKey(c.key)
			require.NoError(t, err)
			s := newServer(t, nil)
			text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
			sender := s.sender(t, provider.Values{
				"dkim_domain": "example.com", "dkim_selector": "s1", "dkim_key_pem": text, "list_unsubscribe": "mailto:u@example.com",
			})
			m := message()
			m.Content.Subject = "Déjà vu — 你好"
			require.Equal(t, notify.OK, sender.Send(t.Context(), m).Outcome)
			_, messages, _ := s.seen()
			verified := func(text string) error {
				options := &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
					if name != "s1._domainkey.example.com" {
						return nil, fmt.Errorf("asked for %s", name)
					}
					return []string{c.record}, nil
				}}
				all, err := dkim.VerifyWithOptions(bytes.NewReader([]byte(text)), options)
				require.NoError(t, err)
				require.Len(t, all, 1)
				if all[0].Err == nil {
					for _, header := range []string{"From", "Subject", "To", "List-Unsubscribe"} {
						require.Contains(t, strings.ToLower(strings.Join(all[0].HeaderKeys, " ")), strings.ToLower(header), "is signed")
					}
				}
				return all[0].Err
			}
			require.NoError(t, verified(messages[0]))
			require.Error(t, verified(strings.Replace(messages[0], "Hello Ada", "Hello Eve", 1)))
		})
	}
}

func TestSettingsThatCannotWorkAreRefusedWithTheirPath(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	cases := map[string]struct {
		path    string
		changes provider.Values
	}{
		"no server":                       {"settings.host", provider.Values{"host": ""}},
		"a server with a port":            {"settings.host", provider.Values{"host": "smtp.example.com:25"}},
		"a port that is none":             {"settings.port", provider.Values{"port": "smtp"}},
		"no sender":                       {"settings.from", provider.Values{"from": ""}},
		"a sender that is none":           {"settings.from", provider.Values{"from": "Clarion <a@example.com>"}},
		"a name with a line break":        {"settings.from_name", provider.Values{"from_name": "a\r\nBcc: b@example.com"}},
		"a bounce address that is none":   {"settings.bounce_address", provider.Values{"bounce_address": "bounces"}},
		"no encryption to elsewhere":      {"settings.security", provider.Values{"host": "smtp.example.com", "security": "none", "username": "", "password": ""}},
		"a password without encryption":   {"settings.username", provider.Values{"security": "none"}},
		"another encryption":              {"settings.security", provider.Values{"security": "maybe"}},
		"a user name without a password":  {"settings.password", provider.Values{"password": ""}},
		"half of DKIM":                    {"settings.dkim_key_pem", provider.Values{"dkim_domain": "example.com"}},
		"a DKIM key that is none":         {"settings.dkim_key_pem", provider.Values{"dkim_domain": "example.com", "dkim_selector": "s", "dkim_key_pem": "hello hello"}},
		"a DKIM selector with a tag":      {"settings.dkim_selector", provider.Values{"dkim_domain": "example.com", "dkim_selector": "s; d=evil.test", "dkim_key_pem": "x"}},
		"an authority that is none":       {"settings.ca_pem", provider.Values{"ca_pem": "hello"}},
		"an unsubscription by a bad road": {"settings.list_unsubscribe", provider.Values{"list_unsubscribe": "javascript:alert(1)"}},
		"an unknown setting":              {"settings.colour", provider.Values{"colour": "red"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := smtp.Manifest()
			_, err := m.New(m.With(s.settings(c.changes)), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
			var invalid *notify.Invalid
			require.ErrorAs(t, err, &invalid)
			paths := []string{}
			for _, f := range invalid.Fields {
				paths = append(paths, f.Path)
			}
			require.Contains(t, paths, c.path)
			require.NotContains(t, err.Error(), "pass+word")
		})
	}
}

func TestAMailServerCanBeAsked(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		at   map[string]act
		want notify.Outcome
	}{
		"a good account":  {nil, notify.OK},
		"a bad password":  {map[string]act{"AUTH": says("535 5.7.8 no")}, notify.AuthConfig},
		"a silent server": {map[string]act{"greeting": drops}, notify.Temporary},
		"another service": {map[string]act{"greeting": says("HTTP/1.1 400 Bad Request")}, notify.Temporary},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, c.at)
			r := s.sender(t, nil).(notify.Prober).Probe(t.Context())
			clean(t, r)
			require.Equal(t, c.want, r.Outcome)
			commands, _, _ := s.seen()
			require.NotContains(t, commands, "MAIL", "nobody is written to")
		})
	}
}
