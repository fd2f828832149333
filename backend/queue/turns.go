package queue

import (
	"runtime"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// giveWay is the longest one step gives way to urgent work. It bounds what
	// a flood of urgent messages takes from the others: they get slower and
	// never stop.
	giveWay = 20 * time.Millisecond
	// arrival is about what an announced event needs to be committed and queued.
	arrival = 4 * time.Millisecond
	// calling is about what a processor has to do with one call; afterwards it
	// waits for the vendor and the next may start.
	calling = 2 * time.Millisecond
	// linger joins the steps of one urgent message, which cross the queue
	// between them.
	linger = time.Millisecond
)

// Turns lets urgent work go first in this process. What keeps processors busy,
// here and in the database next door, asks before each step; otherwise a backlog
// makes every goroutine and every statement of an urgent message wait in a line.
type Turns struct {
	// bulk holds one place for each step that bulk may take at once: half of the
	// processors are left to the others.
	bulk chan struct{}
	// starts holds one place for each bulk call that is about to be made.
	starts chan struct{}
	mu     sync.Mutex
	urgent int
	calm   chan struct{}
}

func newTurns() *Turns {
	n := runtime.GOMAXPROCS(0)
	return &Turns{bulk: make(chan struct{}, max(1, n/2)), starts: make(chan struct{}, 2*n)}
}

// Expect says that work of priority p is on its way to the queue until end is
// called, and tells the other processes so: they have made room when it comes.
func (q *Queue) Expect(p notify.Priority) (end func()) {
	if p == notify.High && q.announcer != nil {
		q.announcer.tell(p)
	}
	return q.turns.Begin(p)
}

// heard is Begin for work of another process, which does not say when it ends.
func (t *Turns) heard(p notify.Priority) {
	if p == notify.High {
		end := t.Begin(p)
		time.AfterFunc(arrival, end)
	}
}

// Begin says that work of priority p is under way until end is called.
func (t *Turns) Begin(p notify.Priority) (end func()) {
	if p != notify.High {
		return func() {}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.urgent == 0 {
		t.calm = make(chan struct{})
	}
	t.urgent++
	return func() { time.AfterFunc(linger, t.end) }
}

func (t *Turns) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.urgent--; t.urgent == 0 {
		close(t.calm)
	}
}

// Yield gives way to urgent work, for a while.
func (t *Turns) Yield(p notify.Priority) {
	if p == notify.High {
		return
	}
	t.mu.Lock()
	calm := t.calm
	busy := t.urgent > 0
	t.mu.Unlock()
	if !busy {
		return
	}
	timer := time.NewTimer(giveWay)
	defer timer.Stop()
	select {
	case <-calm:
	case <-timer.C:
	}
}

// Take gives way to urgent work before a step that keeps a processor busy; bulk
// waits for a place besides. The caller calls end after the step.
func (t *Turns) Take(p notify.Priority) (end func()) {
	if p != notify.Low {
		t.Yield(p)
		return func() {}
	}
	t.bulk <- struct{}{}
	t.Yield(p)
	return func() { <-t.bulk }
}

// Call gives way to urgent work before a call to a vendor, and lets bulk start
// few calls at a time, however many may be on the wire: a goroutine that becomes
// ready waits for all that became ready before it. The caller calls end when the
// vendor has answered.
func (t *Turns) Call(p notify.Priority) (end func()) {
	if p != notify.Low {
		t.Yield(p)
		return func() {}
	}
	t.starts <- struct{}{}
	t.Yield(p)
	next := sync.OnceFunc(func() { <-t.starts })
	timer := time.AfterFunc(calling, next)
	return func() {
		timer.Stop()
		next()
	}
}
