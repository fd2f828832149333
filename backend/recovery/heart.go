package recovery

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Heart beats for a worker, so that others can tell it from a dead one.
type Heart struct {
	Deps
	Worker string
	// Report is what the worker says of itself; Teller keeps it for others to
	// read whenever it changes. Both may be nil.
	Report func() string
	Teller Teller

	told string
}

// Teller keeps a worker's report beside its beat.
type Teller interface {
	Tell(ctx context.Context, worker, report string) error
}

// Start records the first beat; work may be claimed only after it.
func (h *Heart) Start(ctx context.Context) error {
	if err := h.Store.Beat(ctx, h.Worker, h.Clock.Now()); err != nil {
		return fmt.Errorf("record the first heartbeat: %w", err)
	}
	return nil
}

// Run beats until ctx is done, then takes the worker off the list: by then it
// holds no claims.
func (h *Heart) Run(ctx context.Context) {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := h.Store.Forget(last, h.Worker); err != nil {
				h.Log.Warn("leave the list of workers", "error", err)
			}
			return
		case <-ticker.C:
			if err := h.Store.Beat(ctx, h.Worker, h.Clock.Now()); err != nil && !errors.Is(err, context.Canceled) {
				h.Log.Warn("heartbeat", "error", err)
			}
			h.tell(ctx)
		}
	}
}

// tell passes the report on when it changed; a failure is tried again with the
// next beat.
func (h *Heart) tell(ctx context.Context) {
	if h.Report == nil || h.Teller == nil {
		return
	}
	report := h.Report()
	if report == h.told {
		return
	}
	if err := h.Teller.Tell(ctx, h.Worker, report); err != nil {
		if !errors.Is(err, context.Canceled) {
			h.Log.Warn("tell the worker's report", "error", err)
		}
		return
	}
	h.told = report
}
