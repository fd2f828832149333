package sandbox_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// mailer is a connection to the box's mail server, over TLS when it should be.
func (b *box) mailer(secure bool) *smtp.Client {
	b.t.Helper()
	var at struct{ Address, Certificate string }
	got := b.must(ask{method: http.MethodGet, path: "/smtp/listener"})
	require.NoError(b.t, json.Unmarshal([]byte(got.body), &at))
	conn, err := net.DialTimeout("tcp", at.Address, patience)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { conn.Close() })
	require.NoError(b.t, conn.SetDeadline(time.Now().Add(patience)))
	c, err := smtp.NewClient(conn, "localhost")
	require.NoError(b.t, err)
	if secure {
		roots := x509.NewCertPool()
		require.True(b.t, roots.AppendCertsFromPEM([]byte(at.Certificate)))
		require.NoError(b.t, c.StartTLS(&tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}))
	}
	return c
}

const letterText = "From: Shop <shop@example.com>\r\nTo: Ada <ada@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n" +
	"Message-ID: <msg_1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b1\r\n\r\n" +
	"--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=2Eon its way=\r\n, Ada\r\n" +
	"--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+b24gaXRzIHdheTwvcD4=\r\n--b1--\r\n"

func handOver(c *smtp.Client, to, text string) error {
	if err := c.Mail("shop@example.com"); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return w.Close()
}

func codeOf(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 250
	}
	var reply *textproto.Error
	require.ErrorAs(t, err, &reply)
	return reply.Code
}

func TestTheMailServerTakesAGoodMessageAndTheLedgerShowsIt(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{Credentials: sandbox.Keys()})
	c := b.mailer(true)
	require.Equal(t, 530, codeOf(t, c.Mail("shop@example.com")), "who has not signed in may not send")
	require.Equal(t, 535, codeOf(t, c.Auth(smtp.PlainAuth("", "sandbox", "wrong", "localhost"))))
	c = b.mailer(true)
	account := b.Account("smtp")
	require.NoError(t, c.Auth(smtp.PlainAuth("", account["username"], account["password"], "localhost")))
	require.NoError(t, handOver(c, "ada@example.com", letterText))
	require.NoError(t, handOver(c, "bob@example.com", letterText), "a connection carries more than one")
	require.Len(t, b.messages(), 2)
	got := b.messages()[1]
	require.Equal(t, sandbox.Message{
		ID: got.ID, Provider: "smtp", Channel: notify.Email, To: "ada@example.com", Subject: "Grüße", MessageID: "msg_1",
		Text: ".on its way, Ada", HTML: "<p>on its way</p>", ReceivedAt: got.ReceivedAt,
		Headers: map[string]string{"From": "Shop <shop@example.com>", "To": "Ada <ada@example.com>", "Message-Id": "<msg_1@example.com>", "Return-Path": "<shop@example.com>"},
	}, got)
	entry := b.requests()[1]
	require.Equal(t, []any{"smtp", "SMTP", "/smtp/", "msg_1", 250, sandbox.None}, []any{entry.Provider, entry.Method, entry.Path, entry.MessageID, entry.AnsweredStatus, entry.Fault})
	require.Equal(t, 404, b.must(ask{path: "/smtp/send"}).status, "no mail comes by HTTP")
}

func TestTheMailServerAnswersLikeOne(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		to, text string
		want     int
	}{
		"an unknown recipient":      {"unknown@sandbox.test", letterText, 550},
		"a disabled recipient":      {"disabled+1@sandbox.test", letterText, 550},
		"a full mailbox":            {"full@sandbox.test", letterText, 452},
		"greylisting":               {"greylisted@sandbox.test", letterText, 451},
		"a recipient who blocks":    {"blocked@sandbox.test", letterText, 550},
		"no relaying":               {"norelay@sandbox.test", letterText, 554},
		"no headers":                {"ada@example.com", "hello\r\n", 554},
		"a line too long":           {"ada@example.com", strings.Replace(letterText, "Shop", strings.Repeat("x", 1000), 1), 554},
		"a multipart without parts": {"ada@example.com", "From: a@example.com\r\nContent-Type: multipart/mixed\r\n\r\nx\r\n", 554},
		"a message as it should be": {"ada@example.com", letterText, 250},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, sandbox.Config{})
			require.Equal(t, c.want, codeOf(t, handOver(b.mailer(false), c.to, c.text)))
			require.Len(t, b.messages(), map[bool]int{true: 1, false: 0}[c.want == 250])
		})
	}
}

func TestTheMailServerRefusesASmuggledMessage(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"a bare line feed": "a\n.\nMAIL FROM:<x@example.com>\r\n", "a bare carriage return": "a\r.\rb\r\n"} {
		b := open(t, sandbox.Config{})
		c := b.mailer(false)
		require.NoError(t, c.Mail("shop@example.com"))
		require.NoError(t, c.Rcpt("ada@example.com"))
		_, err := c.Text.Cmd("DATA")
		require.NoError(t, err)
		_, _, err = c.Text.ReadResponse(354)
		require.NoError(t, err)
		_, err = io.WriteString(c.Text.W, "From: a@example.com\r\n\r\n"+text+".\r\n")
		require.NoError(t, err)
		require.NoError(t, c.Text.W.Flush())
		_, _, err = c.Text.ReadResponse(250)
		require.Equal(t, 554, codeOf(t, err), name)
		require.Empty(t, b.messages(), name)
	}
}

func TestTheMailServersFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault    sandbox.Fault
		code     int // zero: no answer that could be read
		accepted bool
	}{
		"temporary":            {sandbox.Fault{Fault: sandbox.Status, Status: 451}, 451, false},
		"permanent":            {sandbox.Fault{Fault: sandbox.Status, Status: 550}, 550, false},
		"never a gateway":      {sandbox.Fault{Fault: sandbox.Status, Status: 502}, 502, false},
		"rate limit":           {sandbox.Fault{Fault: sandbox.RateLimit}, 450, false},
		"bounce":               {sandbox.Fault{Fault: sandbox.Bounce}, 550, false},
		"hang":                 {sandbox.Fault{Fault: sandbox.Hang}, 0, false},
		"reset":                {sandbox.Fault{Fault: sandbox.Reset}, 0, false},
		"timeout after accept": {sandbox.Fault{Fault: sandbox.TimeoutAfterAccept}, 0, true},
		"garbled":              {sandbox.Fault{Fault: sandbox.BadJSON}, 0, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, sandbox.Config{})
			c.fault.Provider = "smtp"
			require.NoError(t, b.SetFault(c.fault))
			conn := b.mailer(false)
			answered := make(chan error, 1)
			go func() { answered <- handOver(conn, "ada@example.com", letterText) }()
			if c.fault.Fault == sandbox.Hang || c.fault.Fault == sandbox.TimeoutAfterAccept {
				require.Eventually(t, func() bool { return len(b.requests()) == 1 }, patience, time.Millisecond)
				require.Empty(t, answered)
				require.NoError(t, conn.Close())
			}
			err := <-answered
			require.Error(t, err)
			if c.code != 0 {
				require.Equal(t, c.code, codeOf(t, err))
			}
			require.Len(t, b.messages(), map[bool]int{true: 1, false: 0}[c.accepted])
			require.Equal(t, c.fault.Fault, b.requests()[0].Fault)
		})
	}
	b := open(t, sandbox.Config{})
	require.Error(t, b.SetFault(sandbox.Fault{Provider: "smtp", Fault: sandbox.Undelivered}), "it reports nothing later")
}

func TestClosingTheBoxLetsGoOfAHangingMailer(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.NoError(t, b.SetFault(sandbox.Fault{Provider: "smtp", Fault: sandbox.Hang}))
	c := b.mailer(false)
	answered := make(chan error, 1)
	go func() { answered <- handOver(c, "ada@example.com", letterText) }()
	require.Eventually(t, func() bool { return len(b.requests()) == 1 }, patience, time.Millisecond)
	require.NoError(t, b.Close())
	require.Error(t, <-answered)
}
