package integration

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Trial is what came of trying an integration.
type Trial struct {
	OK      bool           `json:"ok"`
	Outcome notify.Outcome `json:"outcome"`
	Code    string         `json:"code,omitempty"`
	// Detail is safe to show: the vendor's words without our secrets.
	Detail string `json:"detail,omitempty"`
	// Sent is true when a message was sent because the vendor cannot be asked.
	Sent   bool  `json:"sent"`
	TookMS int64 `json:"took_ms"`
}

// Try asks the vendor whether the account works. A vendor that cannot be asked
// gets a test message to the address; without one the caller is told that it is
// needed.
func (c *Catalog) Try(ctx context.Context, id, address string) (Trial, error) {
	index, err := c.live.Get(ctx)
	if err != nil {
		return Trial{}, err
	}
	account, ok := index.byID[id]
	if !ok {
		return index.unbuilt(id)
	}
	start := c.Clock.Now()
	result, sent, err := c.try(ctx, account, address)
	if err != nil {
		return Trial{}, err
	}
	return Trial{
		OK: result.Outcome == notify.OK, Outcome: result.Outcome, Code: result.Code, Detail: result.Detail, Sent: sent,
		TookMS: c.Clock.Now().Sub(start).Round(time.Millisecond).Milliseconds(),
	}, nil
}

func (c *Catalog) try(ctx context.Context, account notify.Account, address string) (notify.Result, bool, error) {
	if prober, ok := account.Sender.(notify.Prober); ok {
		return prober.Probe(ctx), false, nil
	}
	if address == "" {
		return notify.Result{}, false, notify.InvalidField("address", "required",
			"this vendor cannot be asked; give an address for a test message")
	}
	const words = "This is a test message from Clarion. Nothing needs to be done."
	return account.Sender.Send(ctx, notify.Outbound{
		MessageID: notify.NewID(notify.MessageID), Channel: account.Channel, To: address, Priority: notify.Medium,
		Content: notify.Content{Subject: "Clarion: connection test", Title: "Clarion: connection test", Text: words, Body: words},
	}), true, nil
}

// unbuilt tells why an integration has no sender.
func (a *accounts) unbuilt(id string) (Trial, error) {
	for _, i := range a.all {
		if i.ID == id {
			return Trial{Outcome: notify.AuthConfig, Code: "not_usable", Detail: i.PausedReason}, nil
		}
	}
	return Trial{}, fmt.Errorf("integration %s: %w", id, notify.ErrNotFound)
}

// Pause stops using an integration until a person has mended and resumed it.
func (c *Catalog) Pause(ctx context.Context, id, reason string) error {
	defer c.live.Forget()
	if err := c.Store.PauseIntegration(ctx, id, reason, c.Clock.Now()); err != nil {
		return fmt.Errorf("pause integration %s: %w", id, err)
	}
	return nil
}

// Resume lets a paused integration send again, what it held first.
func (c *Catalog) Resume(ctx context.Context, id string) error {
	if err := c.Store.PauseIntegration(ctx, id, "", c.Clock.Now()); err != nil {
		c.live.Forget()
		return fmt.Errorf("resume integration %s: %w", id, err)
	}
	return c.changed(ctx)
}
