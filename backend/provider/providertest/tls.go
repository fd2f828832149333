package providertest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// tlsPatience is the time a call over TLS may take; those that hang last that long.
const tlsPatience = 2 * time.Second

// hugeBody is how much an endless answer has, if somebody reads it.
const hugeBody = 1 << 30

// overTLS are the faults that every provider is shown over a TLS connection that
// was used before, which is where careless clients send again. Status is that of
// an answer that says nothing else; zero means that no whole answer comes.
var overTLS = []struct {
	name   string
	status int
	act    func(v *vendor) act
}{
	{"the connection is dropped", 0, func(*vendor) act { return hangUp }},
	{"503 with a page", 503, func(*vendor) act { return reply(Answer{503, http.Header{"Content-Type": {"text/html"}}, page}) }},
	{"no answer comes", 0, func(v *vendor) act { return func(net.Conn, Request) bool { v.hang(); return false } }},
	{"the answer drips, a byte at a time", 0, func(v *vendor) act { return v.drip }},
	{"200 with broken JSON", 200, func(*vendor) act {
		return reply(Answer{200, http.Header{"Content-Type": {"application/json"}}, `{"ok":tru`})
	}},
	{"a redirect to another address", 307, func(*vendor) act { return reply(Answer{Status: 307}.With("Location", "https://127.0.0.1:1/inside")) }},
	{"an answer of 1 GB", 0, func(*vendor) act { return flood }},
}

// SeenOverTLS is the table of the docs: what the suite proves of every provider.
func SeenOverTLS() string {
	var b strings.Builder
	b.WriteString("| over a TLS connection in use | outcome | requests seen |\n|---|---|---|\n")
	for _, f := range overTLS {
		fmt.Fprintf(&b, "| %s | `ambiguous` | 1 |\n", f.name)
	}
	return b.String()
}

func flood(conn net.Conn, _ Request) bool {
	if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"); err != nil {
		return false
	}
	chunk := make([]byte, 64<<10)
	for written := 0; written < hugeBody; written += len(chunk) {
		if _, err := conn.Write(chunk); err != nil {
			return false
		}
	}
	return false
}

// secure is a vendor behind TLS, and the settings of a client that trusts it.
func secure(t *testing.T) (*vendor, *tls.Config) {
	t.Helper()
	issuer := httptest.NewUnstartedServer(nil)
	issuer.Config.ErrorLog = silent
	issuer.StartTLS()
	t.Cleanup(issuer.Close)
	v := &vendor{gone: make(chan struct{}), arrived: make(chan struct{}, 1024), tls: &tls.Config{
		Certificates: issuer.TLS.Certificates, MinVersion: tls.VersionTLS12,
	}}
	v.raw = v.talk
	v.open(t)
	trusted := issuer.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return v, &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
}

// keptAlive proves for each fault that the call after a good one, over the same
// connection, is one request.
func (c Case) keptAlive(t *testing.T) {
	for _, f := range overTLS {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			v, trust := secure(t)
			good, bad := reply(c.Yes), f.act(v)
			v.act = func(conn net.Conn, r Request) bool {
				if len(v.seen()) == 1 {
					return good(conn, r)
				}
				return bad(conn, r)
			}
			s := c.Open(t, "https"+v.url()[len("http"):], provider.ClientOptions{Timeout: tlsPatience, TLS: trust})
			require.Equal(t, notify.OK, s.Send(t.Context(), c.Message).Outcome)
			r := s.Send(t.Context(), c.Message)
			c.check(t, r)
			want := notify.Ambiguous
			if f.status > 0 {
				want = c.bare(f.status)
			}
			require.Equal(t, want, r.Outcome, "%+v", r)
			require.Len(t, v.seen(), 2, "one call is one request")
			v.mu.Lock()
			defer v.mu.Unlock()
			require.Len(t, v.conns, 1, "over the connection that was there")
		})
	}
}
