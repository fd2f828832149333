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
	// leadWay is the longest one step of bulk gives way to a long audience that is
	// being saved, which takes seconds and needs the processors for that.
	leadWay = 100 * time.Millisecond
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
	urgent gate
	// lead holds the place of the one long audience that goes first, leading is
	// shut to bulk while there is one.
	lead    chan struct{}
	leading gate
}

func newTurns() *Turns {
	n := runtime.GOMAXPROCS(0)
	return &Turns{bulk: make(chan struct{}, max(1, n/2)), starts: make(chan struct{}, 2*n), lead: make(chan struct{}, 1)}
}

// gate is shut while somebody is inside.
type gate struct {
	mu     sync.Mutex
	inside int
	open   chan struct{}
}

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside == 0 {
		g.open = make(chan struct{})
	}
	g.inside++
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside--; g.inside == 0 {
		close(g.open)
	}
}

// wait waits until the gate is open, for a while at most.
func (g *gate) wait(most time.Duration) {
	g.mu.Lock()
	open, shut := g.open, g.inside > 0
	g.mu.Unlock()
	if !shut {
		return
	}
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-open:
	case <-timer.C:
	}
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
	t.urgent.enter()
	return func() { time.AfterFunc(linger, t.urgent.leave) }
}

// Yield gives way to urgent work, for a while.
func (t *Turns) Yield(p notify.Priority) {
	if p != notify.High {
		t.urgent.wait(giveWay)
	}
}

// Lead lets one long audience of bulk go first until end is called: its messages
// are saved before those that are saved already go out, which are slower
// meanwhile and never stop. It is false when another goes first.
func (t *Turns) Lead(p notify.Priority) (end func(), ok bool) {
	if p != notify.Low {
		return func() {}, true
	}
	select {
	case t.lead <- struct{}{}:
	default:
		return nil, false
	}
	t.leading.enter()
	return func() {
		t.leading.leave()
		<-t.lead
	}, true
}

// Take gives way to urgent work before a step that keeps a processor busy; bulk
// waits for a place besides. The caller calls end after the step.
func (t *Turns) Take(p notify.Priority) (end func()) {
	if p != notify.Low {
		t.Yield(p)
		return func() {}
	}
	t.bulk <- struct{}{}
	t.leading.wait(leadWay)
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
	t.leading.wait(leadWay)
	t.Yield(p)
	next := sync.OnceFunc(func() { <-t.starts })
	timer := time.AfterFunc(calling, next)
	return func() {
		timer.Stop()
		next()
	}
}
