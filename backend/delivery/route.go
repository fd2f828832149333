package delivery

import (
	"context"
	"math/rand/v2"

	"clarion/backend/notify"
)

// route picks the account for a chunk: the best order that can be used now, by
// weight and form among equals. The account is nil when there is no way out
// now; the lane then is one whose breaker may soon close, or nil when there is
// none: an account that only rests until its next day is left to the sweeper.
func (d *Deliverer) route(accounts []notify.Account, p notify.Priority) (*notify.Account, *lane) {
	open := d.openNow(accounts, p)
	if len(open) == 0 {
		return nil, d.broken(accounts, p)
	}
	shares, total := make([]float64, len(open)), 0.0
	for i, account := range open {
		shares[i] = d.share(account, p)
		total += shares[i]
	}
	at := rand.Float64() * total
	for i, account := range open {
		if at -= shares[i]; at < 0 {
			return account, d.lanes.of(account, p)
		}
	}
	return open[0], d.lanes.of(open[0], p)
}

// broken is the first lane that waits for nothing but its breaker.
func (d *Deliverer) broken(accounts []notify.Account, p notify.Priority) *lane {
	now := d.Clock.Now()
	for i := range accounts {
		if l := d.lanes.of(&accounts[i], p); !l.form.spent(now, accounts[i].PerDay) {
			return l
		}
	}
	return nil
}

// openNow are the accounts of the best order that can be used now. One whose
// vendor has stopped answering is used only where there is no other.
func (d *Deliverer) openNow(accounts []notify.Account, p notify.Priority) []*notify.Account {
	now := d.Clock.Now()
	usable := func(a *notify.Account, l *lane) bool { return l.usable() && !l.form.spent(now, a.PerDay) }
	open := d.best(accounts, p, func(a *notify.Account, l *lane) bool { return usable(a, l) && !l.pace.stalled(now) })
	if len(open) == 0 {
		open = d.best(accounts, p, usable)
	}
	return open
}

// best are the accounts of the lowest order that are good.
func (d *Deliverer) best(accounts []notify.Account, p notify.Priority, good func(*notify.Account, *lane) bool) (open []*notify.Account) {
	for i := range accounts {
		account := &accounts[i]
		if !good(account, d.lanes.of(account, p)) {
			continue
		}
		if len(open) > 0 && account.Order != open[0].Order {
			break
		}
		open = append(open, account)
	}
	return open
}

// fitting are the accounts that may carry a message, best first.
func (d *Deliverer) fitting(ctx context.Context, m *notify.Message) ([]notify.Account, error) {
	accounts, err := d.Accounts.ForChannel(ctx, m.Channel)
	if err != nil {
		return nil, err
	}
	return fits(accounts, m.Category, m.Address), nil
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
	// Form is the part of its weight that the integration has now, 0 to 1.
	Form   float64 `json:"form"`
	Calls  int     `json:"calls"`
	Parked int     `json:"parked"`
}

// Health reports every lane used so far.
func (d *Deliverer) Health() []Health {
	now := d.Clock.Now()
	d.lanes.mu.Lock()
	defer d.lanes.mu.Unlock()
	list := make([]Health, 0, len(d.lanes.byKey))
	for key, l := range d.lanes.byKey {
		l.mu.Lock()
		list = append(list, Health{key.integration, key.priority, l.breaker.State().String(), l.form.now(now), len(l.calls), len(l.parked)})
		l.mu.Unlock()
	}
	return list
}
