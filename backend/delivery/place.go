package delivery

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// placeRow is how many calls to one endpoint must fail in a row before it is
	// left in peace, placePause for how long at first; each further failure
	// doubles that, up to placePauseMax.
	placeRow      = 5
	placePause    = 15 * time.Second
	placePauseMax = 5 * time.Minute
	// placeCalls is how many calls may be under way to one endpoint: one that
	// hangs must leave the others their places in the lane.
	placeCalls = 8
	// placesMost is how many endpoints are remembered; beyond, those that nothing
	// speaks against are forgotten.
	placesMost = 10_000
)

// Endpoints is told of endpoints that said they are gone, and are written to no
// more.
type Endpoints interface {
	GivenUp(ctx context.Context, channel notify.Channel, address, messageID string)
}

// place is what this process knows of one endpoint of a channel whose addresses
// belong to many owners.
type place struct {
	row   int       // failures since the last success
	until time.Time // nobody calls before
	calls int       // under way
	next  time.Time // when the next call that has to wait may come back
}

// places remembers endpoints by integration and key.
type places struct {
	mu    sync.Mutex
	byKey map[string]*place
}

func (p *places) of(key string) *place {
	found := p.byKey[key]
	if found == nil {
		if p.byKey == nil {
			p.byKey = map[string]*place{}
		}
		if len(p.byKey) >= placesMost {
			p.forget()
		}
		found = &place{}
		p.byKey[key] = found
	}
	return found
}

// forget lets go of endpoints that work and are not being called.
func (p *places) forget() {
	for key, each := range p.byKey {
		if each.calls == 0 && each.row < placeRow {
			delete(p.byKey, key)
		}
	}
}

// enter asks to call an endpoint. While it rests the answer is a result, as if it
// had failed once more; when it has enough calls under way, the time to wait.
func (p *places) enter(key string, now time.Time) (rests *notify.Result, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.of(key)
	trying := at.row >= placeRow && at.calls > 0 // one call asks whether it is back
	switch {
	case trying || now.Before(at.until):
		return &notify.Result{Outcome: notify.Temporary, Code: "endpoint_rests", Detail: fmt.Sprintf(
			"The endpoint failed %d times in a row and was not called again so soon.", at.row)}, 0
	case at.calls >= placeCalls:
		return nil, time.Second + rand.N(time.Second)
	}
	at.calls++
	return nil, 0
}

// leave notes how a call ended.
func (p *places) leave(key string, now time.Time, o notify.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.of(key)
	at.calls = max(at.calls-1, 0)
	if breakerFault(o) == nil {
		at.row, at.until = 0, time.Time{}
		return
	}
	if at.row++; at.row >= placeRow {
		at.until = now.Add(min(placePause<<min(at.row-placeRow, 10), placePauseMax))
	}
}

// giveUp takes an entered call back: it was not made.
func (p *places) giveUp(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(key).calls--
}

// line is how long a call that exceeds the endpoint's rate has to wait: each one
// behind the one before, so that they do not all come back together.
func (p *places) line(key string, perSecond int, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, gap := p.of(key), time.Second/time.Duration(perSecond)
	at.next = at.next.Add(gap)
	if soonest := now.Add(gap); at.next.Before(soonest) {
		at.next = soonest
	}
	return at.next.Sub(now)
}

// placeOf is the endpoint that a message goes to, when its sender has such.
func placeOf(account *notify.Account, m *notify.Message) (key string, perSecond int) {
	placer, ok := account.Sender.(notify.Placer)
	if !ok {
		return "", 0
	}
	at := placer.Place(m.Address)
	if at.Key == "" {
		return "", 0
	}
	return account.ID + " " + at.Key, at.PerSecond
}

// visit calls an endpoint of one of many owners, within its own limits. What
// happens there opens its own breaker and not that of the integration, which
// serves the others too.
func (d *Deliverer) visit(ctx context.Context, account *notify.Account, key string, perSecond int, m notify.Message) attempted {
	a := attempted{message: m, account: account}
	rests, wait := d.places.enter(key, d.Clock.Now())
	switch {
	case rests != nil:
		a.result, a.ended = *rests, d.Clock.Now()
		return a
	case wait > 0:
		a.deferred, a.wait, a.why = true, wait, "endpoint_busy"
		return a
	}
	if wait := d.tooFast(ctx, key, perSecond); wait > 0 {
		d.places.giveUp(key)
		a.deferred, a.wait, a.why = true, wait, "endpoint_rate"
		return a
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	start := time.Now()
	a.result = account.Sender.Send(ctx, d.outbound(ctx, m))
	d.places.leave(key, d.Clock.Now(), a.result.Outcome)
	d.Observer.Attempted(m.Channel, account.ID, a.result.Outcome, time.Since(start))
	a.ended = d.Clock.Now()
	return a
}

// tooFast asks the bucket that all processes share, and says how long to wait.
func (d *Deliverer) tooFast(ctx context.Context, key string, perSecond int) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	granted, _, err := d.Limiter.Lease(ctx, key, perSecond, 1)
	if err != nil {
		d.Log.Warn("lease an endpoint's rate; calling without", "error", err)
		return 0
	}
	if granted > 0 {
		return 0
	}
	return d.places.line(key, perSecond, d.Clock.Now())
}
