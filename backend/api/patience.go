package api

import (
	"context"
	"sync"
	"time"
)

// patience is the context of one request's work. Its timer is set only when
// somebody begins to wait for its end: most requests are answered from memory
// or by a commit that has a limit of its own, and a timer for each of them
// would cost more than the limit of the rate does.
type patience struct {
	context.Context // ends with the server
	until           time.Time

	mu    sync.Mutex
	over  bool
	armed context.Context
	end   context.CancelFunc
}

func newPatience(parent context.Context, until time.Time) *patience {
	return &patience{Context: parent, until: until}
}

// Deadline is when the work must be done.
func (p *patience) Deadline() (time.Time, bool) { return p.until, true }

// Done is closed at the deadline, or when the request is over.
func (p *patience) Done() <-chan struct{} { return p.arm().Done() }

// Err says why the work must end, if it must.
func (p *patience) Err() error { return p.arm().Err() }

func (p *patience) arm() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.armed == nil {
		p.armed, p.end = context.WithDeadline(p.Context, p.until)
		if p.over {
			p.end()
		}
	}
	return p.armed
}

// cancel ends whatever still works for the request.
func (p *patience) cancel() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.end != nil {
		p.end()
	}
}
