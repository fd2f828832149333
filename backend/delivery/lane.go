package delivery

import (
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"clarion/backend/notify"
)

const (
	// defaultCalls is the bulkhead of an integration that sets none: so many
	// calls are on the wire at once in this process.
	defaultCalls = 64
	// laneChunks is how many chunks of one integration may hold a worker at
	// once; further ones are parked. One hanging vendor must leave the others
	// enough workers.
	laneChunks = 4
	// maxParked bounds the waiting room; what does not fit is left to the
	// sweeper.
	maxParked = 1024

	// breakerRow is how many calls in a row must fail for the breaker to open,
	// and breakerForm how low the share of good calls must sink where some pass.
	breakerRow  = 10
	breakerForm = 0.2
	// breakerPause is how long it stays open, breakerTrials how many calls then
	// ask at once whether the vendor is back.
	breakerPause  = 5 * time.Second
	breakerTrials = 3
)

// chunk is work that waits for its lane.
type chunk struct {
	priority notify.Priority
	channel  notify.Channel
	ids      []string
}

// lane is what one integration may use of this process for one priority: a
// bulkhead of its own, so that bulk never stands in the way of a one-time code,
// and the breaker that all its lanes share.
type lane struct {
	size  int
	calls chan struct{}
	*vendorState

	mu     sync.Mutex
	inside int
	parked []chunk
	// rationed says that the rate is used up and a timer will wake the lane.
	rationed bool
	// timers counts the chunks that wait for the breaker.
	timers int
}

// enter takes a place, or parks the chunk and returns false.
func (l *lane) enter(c chunk) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inside < laneChunks && !l.rationed {
		l.inside++
		return true
	}
	if len(l.parked) < maxParked {
		l.parked = append(l.parked, c)
	}
	return false
}

// leave gives the place back and returns the chunk that waited longest. The last
// one to leave returns all that wait: nobody else would, when the chunks that
// were put back before went another way. So does whoever leaves while the vendor
// does not answer: they need not wait for it. While the rate is used up all stay.
func (l *lane) leave(now time.Time) []chunk {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inside--
	n := min(1, len(l.parked))
	switch {
	case !l.usable() || l.pace.stalled(now):
		n = len(l.parked)
	case l.rationed:
		n = 0
	case l.inside == 0:
		n = len(l.parked)
	}
	next := l.parked[:n:n]
	l.parked = l.parked[n:]
	return next
}

// laneKey names a lane.
type laneKey struct {
	integration string
	priority    notify.Priority
}

// waitFor calls back once the breaker may have closed. It refuses when so many
// wait already that the sweeper had better do it: a long outage must not heap
// up copies of the same work.
func (l *lane) waitFor(pause time.Duration, back func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.timers >= maxParked {
		return
	}
	l.timers++
	time.AfterFunc(pause, func() {
		l.mu.Lock()
		l.timers--
		l.mu.Unlock()
		back()
	})
}

// vendorState is what all lanes of one integration share.
type vendorState struct {
	breaker *gobreaker.TwoStepCircuitBreaker[any]
	// form shifts weight, faults opens the breaker: slow answers tell against
	// the one and not the other.
	form   form
	faults form
	pace   pace
	doubt  doubt
}

// lanes holds the lanes and the state of every integration used so far.
type lanes struct {
	now   func() time.Time
	mu    sync.Mutex
	byKey map[laneKey]*lane
	state map[string]*vendorState
}

func (l *lanes) of(account *notify.Account, p notify.Priority) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := account.Concurrency
	if size <= 0 {
		size = defaultCalls
	}
	key := laneKey{account.ID, p}
	if found := l.byKey[key]; found != nil && found.size == size {
		return found
	}
	if l.byKey == nil {
		l.byKey = map[laneKey]*lane{}
		l.state = map[string]*vendorState{}
	}
	if l.state[account.ID] == nil {
		l.state[account.ID] = newVendorState(account.ID, l.now)
	}
	made := &lane{size: size, calls: make(chan struct{}, size), vendorState: l.state[account.ID]}
	l.byKey[key] = made
	return made
}

// newVendorState makes a breaker that opens when calls fail in a row, or nearly
// all of the last twenty. Calls count when they end, however long they took: a
// vendor that hangs must open it too, and its calls began in another window. A
// vendor that fails half the time is served by retries, not cut off.
func newVendorState(name string, now func() time.Time) *vendorState {
	v := &vendorState{form: form{score: 1}, faults: form{score: 1}}
	v.breaker = gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name: name, MaxRequests: breakerTrials, Timeout: breakerPause,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.ConsecutiveFailures >= breakerRow || v.faults.now(now()) <= breakerForm
		},
	})
	return v
}

// usable reports whether the vendor can be called: not while its breaker is
// open, and only by a few while they ask whether it is back.
func (v *vendorState) usable() bool {
	switch v.breaker.State() {
	case gobreaker.StateOpen:
		return false
	case gobreaker.StateHalfOpen:
		return v.breaker.Counts().Requests < breakerTrials
	}
	return true
}
