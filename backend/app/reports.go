package app

import (
	"context"
	"time"

	"clarion/analytics"
	"clarion/analytics/reports"
	"clarion/backend/report"
)

// reports is the desk that answers from ClickHouse where there is one, and from
// the database of the line where not.
func (h *house) reports() *reports.Desk {
	c := reports.Config{SQL: h.db, Postgres: h.db.Postgres(), Removed: h.db.RemovedUntil, Clock: h.clock, Log: h.log}
	if h.warehouse != nil {
		c.ClickHouse = columnar{h.warehouse, h}
	}
	return reports.New(c)
}

// columnar is ClickHouse, with what the line's database knows of how far behind it
// is.
type columnar struct {
	*analytics.Warehouse
	h *house
}

// Fresh is up to when the copy has everything: now, or when the first row was
// written that it has not got.
func (c columnar) Fresh(ctx context.Context) (time.Time, error) {
	_, since, err := c.h.db.CopyLag(ctx, analytics.CopyName)
	if since.IsZero() {
		since = c.h.clock.Now()
	}
	return since.UTC(), err
}

// count keeps the roll-ups that reports without ClickHouse read.
func (h *house) count(ctx context.Context) {
	(&report.Roller{Books: h.db, Log: h.log}).Run(ctx)
}
