package delivery

import (
	"sync"
	"time"
)

// stallAfter is how long a vendor with calls under way may say nothing at all
// before those who can go another way do.
const stallAfter = 3 * time.Second

// pace tells a vendor that hangs from one that answers, long before the calls
// that hang have timed out.
type pace struct {
	mu    sync.Mutex
	calls int
	// since is when the vendor last answered, or when it was asked first since
	// nothing was under way.
	since time.Time
}

func (p *pace) begin(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls == 0 {
		p.since = now
	}
	p.calls++
}

func (p *pace) end(now time.Time, answered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls--
	if answered {
		p.since = now
	}
}

func (p *pace) stalled(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls > 0 && now.Sub(p.since) > stallAfter
}
