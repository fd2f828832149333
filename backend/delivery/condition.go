package delivery

import (
	"time"

	"clarion/backend/notify"
)

// Condition is how an integration fares in this process, where it is not in the
// best of forms.
type Condition struct {
	// Breaker is open or half-open; empty when it is closed.
	Breaker string `json:"breaker,omitempty"`
	// Form is the part of its weight that the integration has now, 0 to 1.
	Form float64 `json:"form"`
	// Hangs says that calls are under way and nothing has been answered for long.
	Hangs bool `json:"hangs,omitempty"`
	// RestsUntil is when there are calls of a day again, if the limit is still
	// Limit.
	RestsUntil time.Time `json:"rests_until,omitzero"`
	Limit      int       `json:"limit,omitempty"`
}

// formGrain is how finely a form is told: a vendor that recovers must not make
// every process write at each beat.
const formGrain = 0.05

// Conditions are those of the integrations used so far that are not at their
// best.
func (d *Deliverer) Conditions() map[string]Condition {
	now := d.Clock.Now()
	list := map[string]Condition{}
	d.lanes.mu.Lock()
	defer d.lanes.mu.Unlock()
	for id, state := range d.lanes.state {
		c := Condition{Form: told(d.formOf(id, state, now)), Hangs: state.pace.stalled(now)}
		if breaker := state.breaker.State().String(); breaker != "closed" {
			c.Breaker = breaker
		}
		if until, limit := state.form.resting(); now.Before(until) {
			c.RestsUntil, c.Limit = until, limit
		}
		if c != (Condition{Form: 1}) {
			list[id] = c
		}
	}
	return list
}

// formOf is the part of its weight that an integration has now: what its calls
// leave of it, and its receipts.
func (d *Deliverer) formOf(id string, state *vendorState, now time.Time) float64 {
	return max(state.form.now(now)*d.late.of(id), formFloor)
}

func told(form float64) float64 {
	return float64(int(form/formGrain+0.5)) / (1 / formGrain)
}

// share is an account's part of the traffic among its equals: its weight, less
// what its vendor failed lately.
func (d *Deliverer) share(account *notify.Account, p notify.Priority) float64 {
	return float64(max(account.Weight, 1)) * d.formOf(account.ID, d.lanes.of(account, p).vendorState, d.Clock.Now())
}
