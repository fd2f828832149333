package provider

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"sync"
	"time"
)

// conns are the connections of one client: those that wait for a request, by
// host, and the way to new ones.
type conns struct {
	dialer  net.Dialer
	tls     *tls.Config
	timeout time.Duration

	mu   sync.Mutex
	idle map[string][]*conn
	// sweep closes what has waited too long; nil while nothing waits.
	sweep *time.Timer
}

// answerHeaders is the most bytes of headers a vendor may answer with.
const answerHeaders = 32 << 10

var (
	writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 4<<10) }}
	readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, answerHeaders) }}
)

func newConns(o ClientOptions) *conns {
	return &conns{
		dialer: net.Dialer{ControlContext: o.Control, Resolver: o.Resolver}, tls: o.TLS,
		timeout: min(dialTimeout, o.Timeout), idle: map[string][]*conn{},
	}
}

// conn is one connection. It carries one request at a time.
type conn struct {
	key string
	// top is what is spoken over: raw, or TLS above it.
	top   net.Conn
	raw   *watchedConn
	since time.Time
	// spent is true when no further request may go over it.
	spent bool
}

// close drops the connection. TLS gets no farewell: it could wait for a peer that
// no longer listens.
func (c *conn) close() { _ = c.raw.Close() }

// take returns a connection to the host of u on which nothing is under way.
func (p *conns) take(ctx context.Context, u *url.URL) (*conn, error) {
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "443", false: "80"}[u.Scheme == "https"]
	}
	address := net.JoinHostPort(u.Hostname(), port)
	key := u.Scheme + "://" + address
	for {
		c := p.pop(key)
		switch {
		case c == nil:
			return p.dial(ctx, key, address, u)
		case c.raw.quiet():
			return c, nil
		}
		// The vendor has closed it meanwhile. Without this look a request would be
		// lost in doubt whenever a vendor ends a quiet connection before we do.
		c.close()
	}
}

func (p *conns) pop(key string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := p.idle[key]
	if len(waiting) == 0 {
		return nil
	}
	last := len(waiting) - 1
	c := waiting[last]
	waiting[last] = nil
	if last == 0 {
		delete(p.idle, key)
	} else {
		p.idle[key] = waiting[:last]
	}
	return c
}

// keep lets a connection wait for its next request.
func (p *conns) keep(c *conn) {
	// A deadline that passes while it waits would make it look closed.
	if c.spent || c.top.SetDeadline(time.Time{}) != nil {
		c.close()
		return
	}
	c.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle[c.key] = append(p.idle[c.key], c)
	if p.sweep == nil {
		p.sweep = time.AfterFunc(idleTimeout, func() { p.closeIdle(time.Now().Add(-idleTimeout)) })
	}
}

// closeIdle closes the connections that have waited since before a time, all of
// them when it is zero, and looks again while there are others.
func (p *conns) closeIdle(before time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, waiting := range p.idle {
		kept := waiting[:0]
		for _, c := range waiting {
			if before.IsZero() || !c.since.After(before) {
				c.close()
			} else {
				kept = append(kept, c)
			}
		}
		clear(waiting[len(kept):])
		if p.idle[key] = kept; len(kept) == 0 {
			delete(p.idle, key)
		}
	}
	if len(p.idle) > 0 {
		p.sweep.Reset(idleTimeout / 4)
	} else if p.sweep != nil {
		p.sweep.Stop()
		p.sweep = nil
	}
}

func (p *conns) dial(ctx context.Context, key, address string, u *url.URL) (*conn, error) {
	ctx, cancel := context.WithTimeout(withDialed(ctx, address), p.timeout)
	defer cancel()
	raw, err := p.dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	watched := &watchedConn{Conn: raw}
	c := &conn{key: key, top: watched, raw: watched}
	if u.Scheme != "https" {
		return c, nil
	}
	settings := p.tls.Clone()
	if settings == nil {
		settings = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if settings.ServerName == "" {
		settings.ServerName = u.Hostname()
	}
	over := tls.Client(watched, settings)
	if err := over.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	c.top = over
	return c, nil
}
