package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"clarion/backend/fresh"
	"clarion/backend/notify"
)

// staleAfter is how long another process may go on with old settings.
const staleAfter = time.Second

// Sealer keeps settings secret at rest.
type Sealer interface {
	Seal(plain []byte, about string) (string, error)
	Open(sealed, about string) ([]byte, error)
}

// Vendors knows the providers.
type Vendors interface { //nolint:interfacebloat // the port of one feature: what it asks of the providers
	// Build makes a sender from settings; a setting that is wrong is a
	// *notify.Invalid.
	Build(i notify.Integration) (notify.Sender, error)
	// Channel returns the channel a provider serves.
	Channel(provider string) (notify.Channel, bool)
	// Takes says which addresses a provider can serve; nil means all.
	Takes(provider string) func(address string) bool
	// Secrets names the settings of a provider that are secret.
	Secrets(provider string) map[string]bool
	// Make makes the settings of a provider that are keys of one's own.
	Make(provider string) (map[string]string, error)
	// Providers are the manifests, from which the pages draw the forms.
	Providers() any
}

// Waker makes the messages that wait for a way out due at once.
type Waker interface {
	EndLeases(ctx context.Context, now time.Time) error
}

// Deps is what a Catalog works with.
type Deps struct {
	Store   Store
	Waker   Waker
	Pulses  Pulses
	Sealer  Sealer
	Vendors Vendors
	Clock   notify.Clock
	// BuiltIn are accounts that are always there, such as the inbox.
	BuiltIn []notify.Account
}

// Catalog keeps the integrations and the senders made from them.
type Catalog struct {
	Deps
	live *fresh.Value[*accounts]

	mu    sync.Mutex
	built map[string]built
}

type accounts struct {
	byChannel map[notify.Channel][]notify.Account
	// ways are the enabled ones, those that Clarion paused among them.
	ways map[notify.Channel][]notify.Account
	byID map[string]notify.Account
	all  []notify.Integration
}

// built is a sender, the sealed settings it was made from, which they are, and
// those that are no secret.
type built struct {
	sealed string
	sender notify.Sender
	given  map[string]string
	plain  map[string]string
}

// isSet stands in lists where a setting has a value: no value leaves.
const isSet = "set"

// NewCatalog makes a Catalog.
func NewCatalog(d Deps) *Catalog {
	c := &Catalog{Deps: d, built: map[string]built{}}
	c.live = fresh.New(staleAfter, time.Now, c.load)
	return c
}

func (c *Catalog) load(ctx context.Context) (*accounts, error) {
	rows, err := c.Store.Integrations(ctx)
	if err != nil {
		return nil, fmt.Errorf("load integrations: %w", err)
	}
	c.forget(rows)
	index := &accounts{byChannel: map[notify.Channel][]notify.Account{}, ways: map[notify.Channel][]notify.Account{}, byID: map[string]notify.Account{}}
	for _, account := range c.BuiltIn {
		index.add(account)
	}
	for _, row := range rows {
		index.all = append(index.all, row.Integration)
		made, err := c.build(row)
		if err != nil {
			// One account that cannot be opened must not stop the others; it is
			// shown as paused with the reason.
			last := &index.all[len(index.all)-1]
			last.PausedReason = err.Error()
			continue
		}
		index.all[len(index.all)-1].Settings = made.given
		index.add(notify.Account{Integration: row.Integration, Sender: made.sender, Takes: c.Vendors.Takes(row.Provider)})
	}
	for _, list := range index.byChannel {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Order < list[j].Order })
	}
	return index, nil
}

func (a *accounts) add(account notify.Account) {
	a.byID[account.ID] = account
	if !account.Enabled {
		return
	}
	a.ways[account.Channel] = append(a.ways[account.Channel], account)
	if account.PausedReason == "" {
		a.byChannel[account.Channel] = append(a.byChannel[account.Channel], account)
	}
}

// build makes the sender of a row, anew only when its settings changed: a sender
// holds open connections.
func (c *Catalog) build(row Row) (built, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.built[row.ID]; ok && found.sealed == row.Sealed {
		return found, nil
	}
	settings, err := c.open(row)
	if err != nil {
		return built{}, err
	}
	account := row.Integration
	account.Settings = settings
	sender, err := c.Vendors.Build(account)
	if err != nil {
		return built{}, fmt.Errorf("make sender of integration %s: %w", row.ID, err)
	}
	made := built{sealed: row.Sealed, sender: sender, given: map[string]string{}, plain: map[string]string{}}
	secret := c.Vendors.Secrets(row.Provider)
	for name, value := range settings {
		if value == "" {
			continue
		}
		made.given[name] = isSet
		if !secret[name] {
			made.plain[name] = value
		}
	}
	c.retire(row.ID)
	c.built[row.ID] = made
	return made, nil
}

func (c *Catalog) open(row Row) (map[string]string, error) {
	plain, err := c.Sealer.Open(row.Sealed, row.ID)
	if err != nil {
		return nil, fmt.Errorf("settings of integration %s: %w", row.ID, err)
	}
	var settings map[string]string
	if err := json.Unmarshal(plain, &settings); err != nil {
		return nil, fmt.Errorf("settings of integration %s are not a document", row.ID)
	}
	return settings, nil
}

// changed makes what was stored count at once: for this process, and for the
// messages that wait for it.
func (c *Catalog) changed(ctx context.Context) error {
	c.live.Forget()
	if err := c.Waker.EndLeases(ctx, c.Clock.Now()); err != nil {
		return fmt.Errorf("wake the messages that wait for an integration: %w", err)
	}
	return nil
}

// ForChannel returns the enabled accounts of a channel, best first.
func (c *Catalog) ForChannel(ctx context.Context, channel notify.Channel) ([]notify.Account, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	return index.byChannel[channel], nil
}

// HasWay reports whether a message of the category to the address has an
// account to go out by, now or once what Clarion paused is mended.
func (c *Catalog) HasWay(ctx context.Context, channel notify.Channel, category, address string) (bool, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(index.ways[channel], func(a notify.Account) bool { return a.Fits(category, address) }), nil
}

// HasRoute reports whether a channel has an account to go out by.
func (c *Catalog) HasRoute(ctx context.Context, channel notify.Channel) (bool, error) {
	list, err := c.ForChannel(ctx, channel)
	return len(list) > 0, err
}

// HasSandbox reports whether a channel has an account that sends into the box.
func (c *Catalog) HasSandbox(ctx context.Context, channel notify.Channel) (bool, error) {
	list, err := c.ForChannel(ctx, channel)
	return slices.ContainsFunc(list, func(a notify.Account) bool { return a.Sandbox }), err
}

// Account returns one account, enabled or not.
func (c *Catalog) Account(ctx context.Context, id string) (notify.Account, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return notify.Account{}, err
	}
	account, ok := index.byID[id]
	if !ok {
		return account, fmt.Errorf("integration %s: %w", id, notify.ErrNotFound)
	}
	return account, nil
}

// List returns every configured integration. Its settings are the names of those
// that have a value, never the values.
func (c *Catalog) List(ctx context.Context) ([]notify.Integration, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return nil, err
	}
	return index.all, nil
}

// Plain returns the settings of an integration that are no secret.
func (c *Catalog) Plain(ctx context.Context, id string) (map[string]string, error) {
	if _, err := c.live.Get(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.built[id].plain, nil
}

// Providers are the vendors' manifests, ready to be written as JSON.
func (c *Catalog) Providers() any { return c.Vendors.Providers() }

// Delete removes an integration; its messages keep its name.
func (c *Catalog) Delete(ctx context.Context, id string) error {
	defer c.live.Forget()
	return c.Store.DeleteIntegration(ctx, id)
}
