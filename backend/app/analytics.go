package app

import (
	"context"
	"time"

	"clarion/analytics"
	"clarion/backend/config"
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
// away: nothing that is sent depends on it.
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
	return nil
}
