package suppression

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	// lookEvery is how often endpoints are looked at.
	lookEvery = time.Hour
	// failingFor is how long an endpoint must have taken nothing, and failingSpan
	// how old the oldest message it failed must at least be. A message is tried
	// for three days before it dies.
	failingFor  = 5 * 24 * time.Hour
	failingSpan = 4 * 24 * time.Hour
	// failingLeast is how many messages it must have failed.
	failingLeast = 10
)

// Failing says when an endpoint is given up: it took nothing since a time, failed
// at least so many messages, the first made before Before and the last dead after
// After. An entry that a person lifts comes back only when the endpoint fails
// anew.
type Failing struct {
	Channel              notify.Channel
	Since, Before, After time.Time
	Least                int
	Detail               string
	// Reason is kept with the entry, and Until is when it ends by itself: zero for
	// one that does not.
	Reason notify.SuppressionReason
	Until  time.Time
	// Sent leaves out what no vendor ever took: that says nothing of the address.
	Sent bool
}

// Teller is told of the entries that were made.
type Teller interface {
	Suppressed(ctx context.Context, list []notify.Suppression)
}

// EndpointStore is what Endpoints needs of the database.
type EndpointStore interface {
	// SuppressFailing suppresses the addresses that are failing and returns the
	// entries that are new.
	SuppressFailing(ctx context.Context, f Failing, now time.Time) ([]notify.Suppression, error)
}

// Endpoints stops writing to webhooks that have taken nothing for days.
type Endpoints struct {
	Store  EndpointStore
	Teller Teller
	Clock  notify.Clock
	Log    *slog.Logger
}

// Run looks every hour until ctx is done.
func (e *Endpoints) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := e.Look(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error("cannot look for endpoints that fail", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Look suppresses the endpoints that have failed for days.
func (e *Endpoints) Look(ctx context.Context) error {
	now := e.Clock.Now()
	list, err := e.Store.SuppressFailing(ctx, Failing{
		Reason: notify.Bounce, Channel: notify.Webhook, Since: now.Add(-failingFor), Before: now.Add(-failingSpan), After: now.Add(-2 * lookEvery), Least: failingLeast,
		Detail: "The endpoint has taken nothing for days. Lift this when it works again.",
	}, now)
	if err != nil {
		return fmt.Errorf("suppress endpoints that fail: %w", err)
	}
	e.Teller.Suppressed(ctx, list)
	return nil
}
