package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"clarion/backend/provider"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// server is how the mail server is reached.
type server struct {
	dial dialer
	// box is the base URL of the sandbox, which tells where its mail server
	// listens; empty for a real one.
	box    string
	client *http.Client

	tls                *tls.Config
	security           string
	host, port         string
	name               string // what we call ourselves
	username, password string
}

// phase is how far a conversation came.
type phase string

// The phases in their order.
const (
	greeting phase = "greeting"
	securing phase = "STARTTLS"
	signing  phase = "AUTH"
	mailing  phase = "MAIL"
	naming   phase = "RCPT"
	asking   phase = "DATA"
	writing  phase = "content"
	ending   phase = "end of content"
)

// stopped is why a conversation ended, and where.
type stopped struct {
	at  phase
	err error
}

func (s *stopped) Error() string { return string(s.at) + ": " + s.err.Error() }
func (s *stopped) Unwrap() error { return s.err }

func stop(at phase, err error) error {
	if err == nil {
		return nil
	}
	return &stopped{at, err}
}

var (
	errNoStartTLS = errors.New("the server does not offer STARTTLS")
	errNoAuth     = errors.New("the server offers no way to sign in that we know")
)

// mostSaid bounds what a server says on one connection between two messages.
const mostSaid = 256 << 10

// wire is a connection that gives up a server which never stops talking.
type wire struct {
	net.Conn
	left int
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left <= 0 {
		return 0, provider.ErrAnswerTooLong
	}
	n, err := w.Conn.Read(p[:min(len(p), w.left)])
	w.left -= n
	return n, err
}

// conn is one connection, signed in.
type conn struct {
	raw    *wire
	client *smtp.Client
	// used counts the messages it carried.
	used int
}

func (c *conn) close() { _ = c.raw.Close() }

// connect dials, encrypts and signs in.
func (s *server) connect(ctx context.Context) (*conn, error) {
	address, settings, err := s.where(ctx)
	if err != nil {
		return nil, stop(greeting, err)
	}
	raw, err := s.dial(ctx, "tcp", address)
	if err != nil {
		return nil, stop(greeting, err)
	}
	c := &conn{raw: &wire{raw, mostSaid}}
	release := c.watch(ctx)
	defer release()
	if err := s.welcome(ctx, c, settings); err != nil {
		c.close()
		return nil, errorOf(ctx, err)
	}
	return c, nil
}

// errorOf prefers the context's word: a connection it cut only says "timeout".
func errorOf(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	var s *stopped
	if errors.As(err, &s) {
		return &stopped{s.at, errors.Join(ctx.Err(), s.err)}
	}
	return errors.Join(ctx.Err(), err)
}

func (s *server) welcome(ctx context.Context, c *conn, settings *tls.Config) error {
	var line net.Conn = c.raw
	if s.security == implicitTLS {
		over := tls.Client(c.raw, settings)
		if err := over.HandshakeContext(ctx); err != nil {
			return stop(securing, &handshake{err})
		}
		line = over
	}
	client, err := smtp.NewClient(line, s.host)
	if err != nil {
		return stop(greeting, err)
	}
	c.client = client
	if err := client.Hello(s.name); err != nil {
		return stop(greeting, err)
	}
	if s.security == startTLS {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return stop(securing, errNoStartTLS)
		}
		if err := client.StartTLS(settings); err != nil {
			return stop(securing, &handshake{err})
		}
	}
	if s.username == "" {
		return nil
	}
	way, err := s.signIn(client)
	if err != nil {
		return stop(signing, err)
	}
	return stop(signing, client.Auth(way))
}

// handshake is an error of TLS, whatever its kind.
type handshake struct{ err error }

func (h *handshake) Error() string { return "TLS: " + h.err.Error() }
func (h *handshake) Unwrap() error { return h.err }

// signIn picks the first way the server offers. PLAIN refuses by itself to work
// without TLS.
func (s *server) signIn(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	ways := " " + strings.ToUpper(offered) + " "
	switch {
	case strings.Contains(ways, " PLAIN "):
		return smtp.PlainAuth("", s.username, s.password, s.host, false), nil
	case strings.Contains(ways, " LOGIN "):
		return smtp.LoginAuth(s.username, s.password, s.host, false), nil
	case strings.Contains(ways, " SCRAM-SHA-256 "):
		return smtp.ScramSHA256Auth(s.username, s.password), nil
	case strings.Contains(ways, " CRAM-MD5 "):
		return smtp.CRAMMD5Auth(s.username, s.password), nil
	}
	return nil, errNoAuth
}
