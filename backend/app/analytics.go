package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"clarion/analytics"
	"clarion/backend/api"
	"clarion/backend/config"
	"clarion/backend/killpoint"
)

// schemaTime bounds the schema's change at the start: a ClickHouse that hangs
// must not keep the process from sending.
const schemaTime = 20 * time.Second

func openWarehouse(c config.Config) (*analytics.Warehouse, error) {
	return analytics.Open(analytics.Config{
		URL: c.ClickHouseURL, Cluster: c.Analytics.Cluster, KeepEvents: c.Analytics.KeepEvents,
		KeepMinutes: c.Analytics.KeepMinutes, KeepHours: c.Analytics.KeepHours,
	})
}

// openAnalytics opens the copy for reports, where one is configured. It may be
// away: nothing that is sent depends on it, and the exporter tries again.
func (h *house) openAnalytics(ctx context.Context) error {
	if h.config.ClickHouseURL == "" {
		return nil
	}
	var err error
	if h.warehouse, err = openWarehouse(h.config); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, schemaTime)
	defer cancel()
	if err := h.warehouse.Migrate(ctx); err != nil {
		h.log.Warn("bring ClickHouse to this release's schema; going on without", "error", err)
	}
	key, err := h.hashKey()
	if err != nil {
		return err
	}
	h.exporter = &analytics.Exporter{
		Stream: h.db, Books: h.db, Sink: h.warehouse, Prepare: h.warehouse.Migrate, Observer: h.metrics, HashKey: key,
		Clock: h.clock, Log: h.log, Name: h.worker, Inserted: func() { killpoint.Reach(killpoint.AfterInsert) },
	}
	return nil
}

// hashKey is nil where people stand in the copy under their own ids.
func (h *house) hashKey() ([]byte, error) {
	if !h.config.Analytics.HashRecipients {
		return nil, nil
	}
	return h.sealer.Derive("recipients in analytics")
}

// streamSigns are what /readyz and /metrics say of the copy.
func (h *house) streamSigns() ([]api.Check, []prometheus.Collector) {
	if h.warehouse == nil {
		return nil, nil
	}
	lag := func(ctx context.Context) (int64, time.Time, error) { return h.db.CopyLag(ctx, analytics.CopyName) }
	return []api.Check{{Name: "analytics", Ping: h.warehouse.Ping, Spare: true, Lag: lag}},
		[]prometheus.Collector{h.metrics.copied, h.metrics.copySeconds, h.metrics.copyFailed, lagCollector{h.db, h}}
}
