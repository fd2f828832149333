package delivery

import (
	"context"
	"math/rand/v2"
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

	breakerWindow   = 10 * time.Second
	breakerMinCalls = 30
	breakerRatio    = 0.8
	breakerPause    = 5 * time.Second
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
	size    int
	calls   chan struct{}
	breaker *gobreaker.TwoStepCircuitBreaker[any]

	mu     sync.Mutex
	inside int
	parked []chunk
	// timers counts the chunks that wait for the breaker.
	timers int
}

// enter takes a place, or parks the chunk and returns false.
func (l *lane) enter(c chunk) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inside < laneChunks {
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
// were put back before went another way.
func (l *lane) leave() []chunk {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inside--
	n := min(1, len(l.parked))
	if l.inside == 0 {
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

// lanes holds the lanes and breakers of every integration used so far.
type lanes struct {
	mu       sync.Mutex
	byKey    map[laneKey]*lane
	breakers map[string]*gobreaker.TwoStepCircuitBreaker[any]
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
		l.breakers = map[string]*gobreaker.TwoStepCircuitBreaker[any]{}
	}
	if l.breakers[account.ID] == nil {
		l.breakers[account.ID] = newBreaker(account.ID)
	}
	made := &lane{size: size, calls: make(chan struct{}, size), breaker: l.breakers[account.ID]}
	l.byKey[key] = made
	return made
}

// newBreaker opens when most of a fair number of calls failed within a short
// time. A vendor that fails half the time is served by retries, not cut off.
func newBreaker(name string) *gobreaker.TwoStepCircuitBreaker[any] {
	return gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Name: name, MaxRequests: 8, Interval: breakerWindow, Timeout: breakerPause,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			return c.Requests >= breakerMinCalls && float64(c.TotalFailures) >= breakerRatio*float64(c.Requests)
		},
	})
}

// route picks the account for a chunk: the best order whose breaker is not
// open, by weight among equals. The account is nil when there is no way out
// now; the lane then is that of the first account whose breaker is open, or nil
// when the channel has no account at all.
func (d *Deliverer) route(ctx context.Context, p notify.Priority, channel notify.Channel) (*notify.Account, *lane, error) {
	accounts, err := d.Accounts.ForChannel(ctx, channel)
	if err != nil {
		return nil, nil, err
	}
	open, total := d.openNow(accounts, p)
	if len(open) == 0 && len(accounts) > 0 {
		return nil, d.lanes.of(&accounts[0], p), nil
	}
	if len(open) == 0 {
		return nil, nil, nil
	}
	at := rand.N(total)
	for _, account := range open {
		if at -= max(account.Weight, 1); at < 0 {
			return account, d.lanes.of(account, p), nil
		}
	}
	return open[0], d.lanes.of(open[0], p), nil
}

// openNow are the accounts of the best order whose breaker is not open, and the
// sum of their weights.
func (d *Deliverer) openNow(accounts []notify.Account, p notify.Priority) (open []*notify.Account, total int) {
	for i := range accounts {
		account := &accounts[i]
		if d.lanes.of(account, p).breaker.State() == gobreaker.StateOpen {
			continue
		}
		if len(open) > 0 && account.Order != open[0].Order {
			break
		}
		open = append(open, account)
		total += max(account.Weight, 1)
	}
	return open, total
}

// named returns the account a failover asked for, or the first one when it is
// gone meanwhile.
func (d *Deliverer) named(ctx context.Context, m *notify.Message, first *notify.Account) (*notify.Account, *lane) {
	accounts, err := d.Accounts.ForChannel(ctx, m.Channel)
	if err == nil {
		for i := range accounts {
			if accounts[i].ID == m.Integration {
				return &accounts[i], d.lanes.of(&accounts[i], m.Priority)
			}
		}
	}
	return first, d.lanes.of(first, m.Priority)
}

// Health is how an integration fares in this process.
type Health struct {
	Integration string          `json:"integration"`
	Priority    notify.Priority `json:"priority"`
	Breaker     string          `json:"breaker"`
	Calls       int             `json:"calls"`
	Parked      int             `json:"parked"`
}

// Health reports every lane used so far.
func (d *Deliverer) Health() []Health {
	d.lanes.mu.Lock()
	defer d.lanes.mu.Unlock()
	list := make([]Health, 0, len(d.lanes.byKey))
	for key, l := range d.lanes.byKey {
		l.mu.Lock()
		list = append(list, Health{key.integration, key.priority, l.breaker.State().String(), len(l.calls), len(l.parked)})
		l.mu.Unlock()
	}
	return list
}
