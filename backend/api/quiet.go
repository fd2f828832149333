package api

import (
	"net"
	"sync"
	"time"
)

// quietGrace is how long a connection that has said nothing may still speak
// once the server stops: its first request may be on the way.
const quietGrace = 250 * time.Millisecond

// quiet knows the connections that were opened and have not said a word, as
// browsers and pools open them ahead of need. The HTTP server counts such a
// connection as busy, and would wait for its first request through a stop.
type quiet struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

// watch returns the listener with its new connections under watch.
func (q *quiet) watch(l net.Listener) net.Listener { return &quietListener{l, q} }

// hush closes, after the grace, what still has not spoken.
func (q *quiet) hush() {
	time.AfterFunc(quietGrace, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		for conn := range q.conns {
			_ = conn.Close()
		}
	})
}

func (q *quiet) add(conn net.Conn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.conns == nil {
		q.conns = map[net.Conn]bool{}
	}
	q.conns[conn] = true
}

func (q *quiet) remove(conn net.Conn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.conns, conn)
}

type quietListener struct {
	net.Listener
	quiet *quiet
}

// Accept returns a connection that is quiet until its first byte.
func (l *quietListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.quiet.add(conn)
	return &quietConn{Conn: conn, quiet: l.quiet}, nil
}

// quietConn leaves the watch with the first read that ends, well or not. One
// goroutine reads, so spoke needs no lock.
type quietConn struct {
	net.Conn
	quiet *quiet
	spoke bool
}

// Read reads as ever.
func (c *quietConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.spoke {
		c.spoke = true
		c.quiet.remove(c.Conn)
	}
	return n, err
}

// Close also ends the watch: a connection may be closed before anybody reads.
func (c *quietConn) Close() error {
	c.quiet.remove(c.Conn)
	return c.Conn.Close()
}
