package access

import (
	"fmt"
	"sync"
	"time"
)

const (
	// A door closes after this many failures within loginWindow: soon for one
	// account from one address, later for an account from anywhere (or a
	// stranger could lock its owner out), later still for an address.
	pairFailures    = 5
	accountFailures = 50
	addressFailures = 100
	loginWindow     = 15 * time.Minute
	// maxDoors bounds the memory a flood of made-up accounts can take.
	maxDoors = 50_000
)

// LimitedError says that a caller must wait.
type LimitedError struct {
	RetryAfter time.Duration
}

// Error tells how long.
func (e *LimitedError) Error() string {
	return fmt.Sprintf("too many attempts; try again in %s", e.RetryAfter)
}

// loginLimit counts failed sign-ins in this process.
type loginLimit struct {
	mu    sync.Mutex
	doors map[string]*door
}

type door struct {
	failures int
	since    time.Time
}

func newLoginLimit() *loginLimit { return &loginLimit{doors: map[string]*door{}} }

func doorsOf(email, ip string) map[string]int {
	return map[string]int{"b " + ip + " " + email: pairFailures, "a " + email: accountFailures, "i " + ip: addressFailures}
}

// enter counts an attempt as failed until succeed takes it back, so that a
// burst of parallel guesses is counted too.
func (l *loginLimit) enter(email, ip string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	doors := doorsOf(email, ip)
	for name, limit := range doors {
		d := l.doors[name]
		if d == nil || now.Sub(d.since) >= loginWindow {
			continue
		}
		if d.failures >= limit {
			return &LimitedError{RetryAfter: loginWindow - now.Sub(d.since)}
		}
	}
	l.makeRoom(now)
	for name := range doors {
		d := l.doors[name]
		if d == nil || now.Sub(d.since) >= loginWindow {
			d = &door{since: now}
			l.doors[name] = d
		}
		d.failures++
	}
	return nil
}

func (l *loginLimit) makeRoom(now time.Time) {
	if len(l.doors) < maxDoors {
		return
	}
	for name, d := range l.doors {
		if now.Sub(d.since) >= loginWindow {
			delete(l.doors, name)
		}
	}
	if len(l.doors) >= maxDoors {
		clear(l.doors)
	}
}

func (l *loginLimit) succeed(email, ip string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.doors, "b "+ip+" "+email)
	for _, name := range []string{"a " + email, "i " + ip} {
		if d := l.doors[name]; d != nil && d.failures > 0 {
			d.failures--
		}
	}
}
