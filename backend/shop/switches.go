package shop

import (
	"context"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// The faults a service can have until somebody changes it.
const (
	// Off is none: the service works.
	Off Fault = "off"
	// Slow does what it is asked, after a while.
	Slow Fault = "slow"
)

// StandingFaults is the closed list of what a service's switch can be set to.
var StandingFaults = []Fault{Off, Refuse, TimeOut, Slow}

// Switch is how a service behaves for all orders, until somebody changes it. What
// was chosen for a step of an order counts more. Taking something back works
// whatever the switch says.
type Switch struct {
	Service   Service   `json:"service"`
	Fault     Fault     `json:"fault"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	ChangedBy string    `json:"changed_by"`
}

// SwitchStore keeps the switches that were ever changed.
type SwitchStore interface {
	ShopSwitches(ctx context.Context) ([]Switch, error)
	SetShopSwitch(ctx context.Context, s Switch) error
}

// Switches returns one for each service.
func (s *Shop) Switches(ctx context.Context) ([]Switch, error) {
	kept, err := s.Store.ShopSwitches(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the switches of the shop: %w", err)
	}
	all := make([]Switch, len(Services))
	for i, service := range Services {
		all[i] = Switch{Service: service, Fault: Off}
		place := slices.IndexFunc(kept, func(k Switch) bool { return k.Service == service })
		if place >= 0 {
			all[i] = kept[place]
		}
	}
	return all, nil
}

// SetSwitch changes how a service behaves, and returns how it did before.
func (s *Shop) SetSwitch(ctx context.Context, to Switch) (before, after Switch, err error) {
	all, err := s.Switches(ctx)
	if err != nil {
		return before, after, err
	}
	place := slices.Index(Services, to.Service)
	if place < 0 {
		return before, after, fmt.Errorf("the shop has no service %q: %w", to.Service, notify.ErrNotFound)
	}
	if !slices.Contains(StandingFaults, to.Fault) {
		return before, after, notify.InvalidField("fault", "not_an_option", "must be off, refuse, timeout or slow")
	}
	to.ChangedAt = s.Clock.Now()
	if err := s.Store.SetShopSwitch(ctx, to); err != nil {
		return before, after, fmt.Errorf("set the switch of the %s service: %w", to.Service, err)
	}
	return all[place], to, nil
}

// faultOf is how a service behaves when it is asked.
func (s *Shop) faultOf(ctx context.Context, a Ask) (Fault, error) {
	if own := a.Order.Faults[a.Step]; own != "" {
		return own, nil
	}
	all, err := s.Switches(ctx)
	if err != nil {
		return "", err
	}
	return all[slices.Index(Services, serviceOf(a.Step))].Fault, nil
}
