package queue

import (
	"context"
	"sync"
	"time"
)

// usesKept is how many things a generation holds.
const usesKept = 20_000

// localUses counts in this process. What is used goes into the young generation;
// when that is full the old one is forgotten and the young one is old. So memory
// and the cost of a use are bounded, and what is used all the time is never
// forgotten, however many others there are.
type localUses struct {
	now func() time.Time

	mu sync.Mutex
	// By name, when the thing will be as good as new.
	young, old map[string]time.Time
}

func newLocalUses(now func() time.Time) *localUses {
	return &localUses{now: now, young: map[string]time.Time{}}
}

func (l *localUses) use(_ context.Context, name string, p pace) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	until := l.of(name)
	if until.Before(now) {
		until = now
	}
	wait := until.Add(p.every).Sub(now) - time.Duration(p.most)*p.every
	if wait <= 0 {
		until = until.Add(p.every)
	}
	l.put(name, until)
	return max(0, wait), nil
}

// back takes one use back.
func (l *localUses) back(name string, every time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.put(name, l.of(name).Add(-every))
}

func (l *localUses) of(name string) time.Time {
	if until, ok := l.young[name]; ok {
		return until
	}
	return l.old[name]
}

func (l *localUses) put(name string, until time.Time) {
	if _, known := l.young[name]; !known && len(l.young) >= usesKept {
		l.young, l.old = map[string]time.Time{}, l.young
	}
	l.young[name] = until
}
