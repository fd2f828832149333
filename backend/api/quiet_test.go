package api

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// listenerPatience knows the last time until which a connection may be silent.
type listenerPatience struct {
	net.Listener

	mu   sync.Mutex
	last time.Time
}

// Accept returns a connection whose deadlines are noted.
func (l *listenerPatience) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &patientConn{conn, l}, err
}

func (l *listenerPatience) until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

type patientConn struct {
	net.Conn
	of *listenerPatience
}

// SetReadDeadline notes it.
func (c *patientConn) SetReadDeadline(until time.Time) error {
	c.of.mu.Lock()
	c.of.last = until
	c.of.mu.Unlock()
	return c.Conn.SetReadDeadline(until)
}

func TestAConnectionThatNeverSpokeDoesNotHoldUpAStop(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for range 3 {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.url, "http://"))
		require.NoError(t, err)
		defer conn.Close()
	}
	// The server has taken the three when it answers the fourth.
	require.Equal(t, 200, h.do(ask{method: "GET", path: "/healthz"}).status)
	// Without it an idle connection is kept for two minutes.
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	require.NoError(t, h.server.Shutdown(ctx))
	require.NoError(t, ctx.Err(), "it waited for them")
}

// offered are connections that come in.
type offered struct {
	net.Listener
	conns chan net.Conn
}

// Accept returns the next.
func (o offered) Accept() (net.Conn, error) { return <-o.conns, nil }

func TestOnlyWhatIsStillQuietAfterItsGraceIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var q quiet
		in := offered{conns: make(chan net.Conn, 1)}
		watched := q.watch(in)
		connect := func() (near, far net.Conn) {
			near, far = net.Pipe()
			in.conns <- far
			far, err := watched.Accept()
			require.NoError(t, err)
			go func() { // the server
				for said := make([]byte, 1); ; {
					if _, err := far.Read(said); err != nil {
						_ = far.Close()
						return
					}
				}
			}()
			return near, far
		}
		speak := func(near net.Conn) error {
			_, err := near.Write([]byte("x"))
			return err
		}
		spoke, _ := connect()
		require.NoError(t, speak(spoke))
		late, _ := connect()
		silent, _ := connect()
		start := time.Now()
		q.hush()
		require.NoError(t, speak(late), "its first request was on the way")
		_, err := silent.Read(make([]byte, 1))
		require.Error(t, err)
		require.Equal(t, quietGrace, time.Since(start))
		synctest.Wait()
		require.NoError(t, speak(spoke))
		require.NoError(t, speak(late))
		require.Empty(t, q.conns)
		_, _ = spoke.Close(), late.Close()
	})
}
