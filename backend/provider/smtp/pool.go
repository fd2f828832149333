package smtp

import (
	"context"
	"sync"
	"time"
)

const (
	// mostConns is how many connections one account has at once: mail servers
	// turn away who opens more.
	mostConns = 8
	// idleTime is shorter than the patience of mail servers.
	idleTime = 20 * time.Second
	// mostUses is how many messages one connection carries.
	mostUses = 100
)

// pool keeps connections between messages.
type pool struct {
	server server
	places chan struct{}

	mu     sync.Mutex
	idle   []resting
	closed bool
	reaper *time.Timer
}

type resting struct {
	conn  *conn
	since time.Time
}

func newPool(s server) *pool { return &pool{server: s, places: make(chan struct{}, mostConns)} }

// enter waits for a place; leave gives it back.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return stop(greeting, ctx.Err())
	}
}

func (p *pool) leave() { <-p.places }

// take is a connection that rests, the one used last, or a new one.
func (p *pool) take(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1].conn
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		c.raw.left = mostSaid
		return c, nil
	}
	p.mu.Unlock()
	return p.server.connect(ctx)
}

// keep puts a connection to rest for the next message.
func (p *pool) keep(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || c.used >= mostUses {
		c.goodbye()
		return
	}
	p.idle = append(p.idle, resting{c, time.Now()})
	if p.reaper == nil {
		p.reaper = time.AfterFunc(idleTime, p.reap)
	}
}

// reap closes what has rested for too long and comes again while some rest.
func (p *pool) reap() {
	p.mu.Lock()
	defer p.mu.Unlock()
	limit := time.Now().Add(-idleTime)
	n := 0
	for n < len(p.idle) && p.idle[n].since.Before(limit) {
		p.idle[n].conn.goodbye()
		n++
	}
	p.idle = append([]resting(nil), p.idle[n:]...)
	p.reaper = nil
	if len(p.idle) > 0 {
		p.reaper = time.AfterFunc(time.Until(p.idle[0].since.Add(idleTime))+time.Millisecond, p.reap)
	}
}

// close lets all connections go; those under way are closed when they end.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, r := range p.idle {
		r.conn.goodbye()
	}
	p.idle = nil
	if p.reaper != nil {
		p.reaper.Stop()
	}
}

// goodbye says QUIT without waiting for the answer: nobody has time for it.
func (c *conn) goodbye() {
	_ = c.raw.SetDeadline(time.Now().Add(100 * time.Millisecond))
	if c.client != nil && c.client.Text != nil {
		_, _ = c.client.Text.Cmd("QUIT")
	}
	c.close()
}
