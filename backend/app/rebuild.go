package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/analytics"
	"clarion/backend/config"
	"clarion/backend/notify"
	"clarion/backend/seal"
	"clarion/backend/store"
)

// RebuildAnalytics fills ClickHouse anew from the database and returns when
// reports read the fresh tables. Processes that run meanwhile need not stop.
func RebuildAnalytics(ctx context.Context, c config.Config, log *slog.Logger, say func(format string, args ...any)) error {
	if c.ClickHouseURL == "" {
		return errors.New("CLICKHOUSE_URL: not set, so there is nothing to rebuild")
	}
	h := &house{config: c, clock: notify.SystemClock{}, log: log, metrics: newMetrics()}
	key, err := masterKey(c)
	if err != nil {
		return err
	}
	if h.sealer, err = seal.New(key); err != nil {
		return err
	}
	if h.db, err = store.Open(ctx, store.Config{URL: c.DatabaseURL}); err != nil {
		return err
	}
	if err := errors.Join(h.db.Migrate(ctx), h.rebuild(ctx, say)); err != nil {
		return errors.Join(err, h.close())
	}
	say("reports read the fresh tables\n")
	return h.close()
}

func (h *house) rebuild(ctx context.Context, say func(format string, args ...any)) error {
	until, err := h.db.RemovedUntil(ctx)
	if err != nil {
		return err
	}
	if !until.IsZero() {
		return fmt.Errorf("messages made up to %s were removed from the database after their time: tables filled anew would not have them, "+
			"so ClickHouse keeps those that it has", until.Format(time.RFC3339))
	}
	h.worker = notify.NewID(notify.WorkerID)
	if err := h.openAnalytics(ctx); err != nil {
		return err
	}
	r := &analytics.Rebuilder{Exporter: h.exporter, Phases: h.db, Warehouse: h.warehouse, Say: say}
	return r.Run(ctx)
}
