package providertest

import (
	"context"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// silent keeps the expected handshake complaints of a test server to itself.
var silent = log.New(io.Discard, "", 0)

// faults play what happens after the vendor has read the request: it may have
// taken the message, so nothing but ambiguous is honest.
func (c Case) faults(t *testing.T) {
	head := "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"ok\""
	cases := map[string]struct {
		act  func(v *vendor) act
		code string
	}{
		"the connection is dropped": {func(*vendor) act { return hangUp }, provider.CodeLost},
		"the connection is reset":   {func(*vendor) act { return reset }, provider.CodeLost},
		"no answer comes": {func(v *vendor) act {
			return func(net.Conn, Request) bool { v.hang(); return false }
		}, provider.CodeTimeout},
		"the answer stops in its first line": {func(*vendor) act { return after("HTTP/1.1 20", reset) }, provider.CodeLost},
		"the answer stops in its body":       {func(*vendor) act { return after(head, hangUp) }, provider.CodeLost},
		"the answer is reset in its body":    {func(*vendor) act { return after(head, reset) }, provider.CodeLost},
		"the answer hangs in its body": {func(v *vendor) act {
			return after(head, func(net.Conn, Request) bool { v.hang(); return false })
		}, provider.CodeTimeout},
		"the answer is not HTTP":    {func(*vendor) act { return after("220 mail ready\r\n", hangUp) }, provider.CodeLost},
		"the answer drips for ever": {func(v *vendor) act { return v.drip }, provider.CodeTimeout},
		"the answer claims gigabytes": {func(*vendor) act {
			return after("HTTP/1.1 202 Accepted\r\nContent-Length: 9000000000\r\n\r\n{", hangUp)
		}, provider.CodeTooLong},
	}
	for name, f := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, nil)
			v.act = f.act(v)
			began := time.Now()
			r := c.send(t, v)
			require.Equal(t, notify.Ambiguous, r.Outcome, "%+v", r)
			require.Equal(t, f.code, r.Code)
			require.Empty(t, r.ProviderMessageID)
			require.Len(t, v.seen(), 1)
			require.Less(t, time.Since(began), 10*patience)
		})
	}
	t.Run("the answer never ends", func(t *testing.T) { t.Parallel(); c.endless(t) })
	t.Run("a reused connection is dropped", func(t *testing.T) { t.Parallel(); c.reused(t) })
}

func after(text string, then act) act {
	return func(conn net.Conn, r Request) bool {
		if _, err := io.WriteString(conn, text); err != nil {
			return false
		}
		return then(conn, r)
	}
}

func (v *vendor) drip(conn net.Conn, _ Request) bool {
	if _, err := io.WriteString(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 100000\r\n\r\n"); err != nil {
		return false
	}
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case <-v.gone:
			tick.Stop()
			return false
		case <-tick.C:
			if _, err := io.WriteString(conn, " "); err != nil {
				tick.Stop()
				return false
			}
		}
	}
}

// endless proves that reading stops at the limit and not at the timeout.
func (c Case) endless(t *testing.T) {
	var written atomic.Int64
	v := newVendor(t, func(conn net.Conn, _ Request) bool {
		chunk := make([]byte, 64<<10)
		io.WriteString(conn, "HTTP/1.1 202 Accepted\r\nConnection: close\r\n\r\n")
		for {
			n, err := conn.Write(chunk)
			written.Add(int64(n))
			if err != nil {
				return false
			}
		}
	})
	r := c.Open(t, v.url(), provider.ClientOptions{Timeout: 30 * time.Second}).Send(t.Context(), c.Message)
	c.check(t, r)
	require.Equal(t, notify.Ambiguous, r.Outcome)
	require.Equal(t, provider.CodeTooLong, r.Code)
	require.Len(t, v.seen(), 1)
	// What was written and not read fits the socket buffers.
	require.Less(t, written.Load(), int64(provider.AnswerLimit+16<<20))
}

// reused drops a kept connection after the second request: net/http would be
// allowed to send an idempotent request again here.
func (c Case) reused(t *testing.T) {
	var served atomic.Int64
	v := newVendor(t, func(conn net.Conn, _ Request) bool {
		if served.Add(1) > 1 {
			return false
		}
		return c.Yes.write(conn) == nil
	})
	s := c.Open(t, v.url(), provider.ClientOptions{})
	require.Equal(t, notify.OK, s.Send(t.Context(), c.Message).Outcome)
	require.Equal(t, notify.Ambiguous, s.Send(t.Context(), c.Message).Outcome)
	require.Len(t, v.seen(), 2)
}

// neverSent plays what happens before the first byte of the request.
func (c Case) neverSent(t *testing.T) {
	message := func(t *testing.T, base string, o provider.ClientOptions) notify.Result {
		r := c.Open(t, base, o).Send(t.Context(), c.Message)
		c.check(t, r)
		require.Equal(t, notify.Temporary, r.Outcome, "%+v", r)
		return r
	}
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, hangUp)
		v.listener.Close()
		require.Equal(t, provider.CodeNoListener, message(t, v.url(), provider.ClientOptions{}).Code)
	})
	t.Run("the certificate is not trusted", func(t *testing.T) {
		t.Parallel()
		secure := httptest.NewUnstartedServer(nil)
		secure.Config.ErrorLog = silent
		secure.StartTLS()
		t.Cleanup(secure.Close)
		require.Equal(t, provider.CodeTLS, message(t, secure.URL, provider.ClientOptions{Timeout: time.Minute}).Code)
	})
	t.Run("the peer does not speak TLS", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, hangUp)
		message(t, "https"+v.url()[len("http"):], provider.ClientOptions{})
		require.Empty(t, v.seen())
	})
	t.Run("the address is not allowed", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, reply(c.Yes))
		guard, err := provider.NewGuard(nil)
		require.NoError(t, err)
		r := c.Open(t, v.url(), provider.ClientOptions{Control: guard.Control}).Send(t.Context(), c.Message)
		c.check(t, r)
		require.Contains(t, []notify.Outcome{notify.Temporary, notify.InvalidRecipient, notify.AuthConfig}, r.Outcome, "%+v", r)
		require.Empty(t, v.seen())
	})
	t.Run("the time is up while it is connecting", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, reply(c.Yes))
		message(t, v.url(), provider.ClientOptions{Control: never})
		require.Empty(t, v.seen())
	})
	t.Run("the time is up during the TLS handshake", func(t *testing.T) {
		t.Parallel()
		v := mute(t)
		message(t, "https"+v.url()[len("http"):], provider.ClientOptions{})
	})
	for name, way := range map[string]struct {
		scheme  string
		control func(ctx context.Context, network, address string, c syscall.RawConn) error
	}{"cancelled while it is connecting": {"http", never}, "cancelled during the TLS handshake": {"https", nil}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			v := mute(t)
			go func() { <-v.arrived; cancel() }()
			control := way.control
			if control != nil {
				control = func(ctx context.Context, network, address string, c syscall.RawConn) error {
					v.arrived <- struct{}{}
					return way.control(ctx, network, address, c)
				}
			}
			r := c.Open(t, way.scheme+v.url()[len("http"):], provider.ClientOptions{Control: control, Timeout: time.Minute}).Send(ctx, c.Message)
			c.check(t, r)
			require.Equal(t, notify.Temporary, r.Outcome, "%+v", r)
			require.Equal(t, provider.CodeCancelled, r.Code)
		})
	}
}

// never is a connection that is never made.
func never(ctx context.Context, _, _ string, _ syscall.RawConn) error {
	<-ctx.Done()
	return ctx.Err()
}

// mute is a vendor that takes connections and says nothing.
func mute(t *testing.T) *vendor {
	v := &vendor{gone: make(chan struct{}), arrived: make(chan struct{}, 1024)}
	v.raw = func(net.Conn) { v.arrived <- struct{}{}; v.hang() }
	v.open(t)
	return v
}

func (c Case) context(t *testing.T) {
	t.Run("cancelled before the call", func(t *testing.T) {
		t.Parallel()
		v := newVendor(t, reply(c.Yes))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := c.Open(t, v.url(), provider.ClientOptions{}).Send(ctx, c.Message)
		c.check(t, r)
		require.Equal(t, notify.Temporary, r.Outcome)
		require.Equal(t, provider.CodeCancelled, r.Code)
		require.Empty(t, v.seen())
	})
	waiting := func(t *testing.T) (*vendor, notify.Sender) {
		v := newVendor(t, nil)
		v.act = func(net.Conn, Request) bool { v.hang(); return false }
		return v, c.Open(t, v.url(), provider.ClientOptions{Timeout: time.Minute})
	}
	t.Run("cancelled while waiting for the answer", func(t *testing.T) {
		t.Parallel()
		v, s := waiting(t)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-v.arrived; cancel() }()
		r := s.Send(ctx, c.Message)
		c.check(t, r)
		require.Equal(t, notify.Ambiguous, r.Outcome)
		require.Equal(t, provider.CodeCancelled, r.Code)
		require.Len(t, v.seen(), 1)
	})
	t.Run("its deadline passes while waiting for the answer", func(t *testing.T) {
		t.Parallel()
		v, s := waiting(t)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		r := s.Send(ctx, c.Message)
		c.check(t, r)
		require.Equal(t, notify.Ambiguous, r.Outcome)
		require.Equal(t, provider.CodeTimeout, r.Code)
		require.Len(t, v.seen(), 1)
	})
}
