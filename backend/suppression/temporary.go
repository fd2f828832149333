package suppression

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	// endEvery is how often entries that have ended are let go, and softEvery how
	// often soft bounces are looked at.
	endEvery  = 20 * time.Second
	softEvery = 5 * time.Minute
)

// SoftBounces says when an address rests: after so many messages that bounced
// softly within a span and nothing that went well, for a while. A Count of zero
// means never.
type SoftBounces struct {
	Count      int
	Span, Rest time.Duration
}

// EndStore is what Temporary needs of the database.
type EndStore interface {
	EndpointStore
	// EndSuppressions lets the entries go that have ended and returns how many.
	EndSuppressions(ctx context.Context, now time.Time) (int, error)
}

// Temporary suppresses addresses that bounce softly for a while, and ends what
// was only for a while.
type Temporary struct {
	Store EndStore
	// Rule is asked each time: it can be changed while the process runs.
	Rule  func(ctx context.Context) (SoftBounces, error)
	Clock notify.Clock
	Log   *slog.Logger

	looked time.Time
}

// softly are the channels whose vendors tell of bounces that may pass.
var softly = []notify.Channel{notify.Email, notify.SMS}

// Run works until ctx is done.
func (t *Temporary) Run(ctx context.Context) {
	ticker := time.NewTicker(endEvery)
	defer ticker.Stop()
	for {
		if err := t.Look(ctx); err != nil && ctx.Err() == nil {
			t.Log.Error("cannot look after temporary suppressions", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Look ends what has ended and, from time to time, looks for soft bounces.
func (t *Temporary) Look(ctx context.Context) error {
	now := t.Clock.Now()
	n, err := t.Store.EndSuppressions(ctx, now)
	if err != nil {
		return fmt.Errorf("end suppressions: %w", err)
	}
	if n > 0 {
		t.Log.Info("suppressions have ended", "addresses", n)
	}
	if now.Sub(t.looked) < softEvery {
		return nil
	}
	rule, err := t.Rule(ctx)
	if err != nil {
		return fmt.Errorf("find the rule of soft bounces: %w", err)
	}
	if t.looked = now; rule.Count <= 0 {
		return nil
	}
	var faults []error
	for _, channel := range softly {
		list, err := t.Store.SuppressFailing(ctx, Failing{
			Channel: channel, Since: now.Add(-rule.Span), Before: now, After: now.Add(-2 * softEvery), Least: rule.Count,
			Detail: fmt.Sprintf("%d messages bounced softly within %s.", rule.Count, rule.Span),
			Reason: notify.SoftBounce, Until: now.Add(rule.Rest), Sent: true,
		}, now)
		faults = append(faults, err)
		if len(list) > 0 {
			t.Log.Warn("addresses that bounce softly rest for a while", "channel", channel, "addresses", len(list))
		}
	}
	return errors.Join(faults...)
}
