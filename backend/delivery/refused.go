package delivery

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"clarion/backend/notify"
)

const (
	// askAgain is how long a vendor's word about an account is believed.
	askAgain = 30 * time.Second
	// askTimeout bounds the question.
	askTimeout = 5 * time.Second
	// refusalsInARow is how many messages in a row a vendor that cannot be asked
	// must refuse for our account's sake before it is believed.
	refusalsInARow = 3
	// heldFor is when a message that was held for a refused account may go out
	// again: once all processes know of the pause.
	heldFor = 5 * time.Second
)

// Pauser stops using an integration until a person has mended it.
type Pauser interface {
	Pause(ctx context.Context, integration, reason string) error
}

// doubt is what is known of an account that was refused.
type doubt struct {
	mu sync.Mutex
	// row counts refusals since the last message that was taken.
	row atomic.Int32
	// refused is the vendor's last word on the account and at when it was asked.
	refused bool
	at      time.Time
}

// accountRefused tells whether a vendor refuses the account itself and not only
// this message. The vendor is asked where it can be; where it cannot, or does not
// tell, several refusals in a row speak. An account that is refused is paused, with the
// reason, and its messages are held.
func (d *Deliverer) accountRefused(ctx context.Context, a *attempted) bool {
	doubt := &d.lanes.of(a.account, a.message.Priority).doubt
	row := doubt.row.Add(1)
	doubt.mu.Lock() // one of many workers asks, the others wait for the answer
	defer doubt.mu.Unlock()
	now := d.Clock.Now()
	prober, can := a.account.Sender.(notify.Prober)
	if can && !doubt.at.IsZero() && now.Sub(doubt.at) < askAgain {
		return doubt.refused
	}
	refused, told := row >= refusalsInARow, false
	if can {
		refused, told = ask(ctx, prober, refused)
	}
	doubt.refused = refused
	if told || !can {
		doubt.at = now
	}
	if refused {
		d.pause(ctx, a.account, a.result)
	}
	return refused
}

// ask asks the vendor about the account. One that does not tell, because it does
// not answer or because the key may send and not ask, leaves it at what was
// believed.
func ask(ctx context.Context, prober notify.Prober, believed bool) (refused, told bool) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	switch prober.Probe(ctx).Outcome {
	case notify.OK:
		return false, true
	case notify.AuthConfig:
		return true, true
	}
	return believed, false
}

// taken forgets refusals: the account works.
func (d *Deliverer) taken(a *attempted) {
	doubt := &d.lanes.of(a.account, a.message.Priority).doubt
	if doubt.row.Load() > 0 {
		doubt.row.Store(0)
	}
}

func (d *Deliverer) pause(ctx context.Context, account *notify.Account, r notify.Result) {
	reason := "The vendor refuses the account (" + r.Code + "): " + r.Detail
	d.Log.Error("integration paused; its messages are held", "integration", account.ID, "code", r.Code, "detail", r.Detail)
	if err := d.Pauser.Pause(ctx, account.ID, reason); err != nil {
		d.Log.Error("pause integration", "integration", account.ID, "error", err)
	}
}

// held puts a message back until the account is mended. That is no failure of
// the message, so it costs no attempt.
func held(a *attempted, now time.Time) Finish {
	f := start(a)
	f.Attempts--
	f.retryAt(a, "deferred", now.Add(heldFor), detail{
		"integration": f.Integration, "reason": "integration_paused", "code": a.result.Code, "detail": a.result.Detail,
	})
	return f
}
