package app

import (
	"context"

	"clarion/analytics/reports"
	"clarion/backend/report"
)

// reports is the desk that answers from ClickHouse where there is one, and from
// the database of the line where not.
func (h *house) reports() *reports.Desk {
	c := reports.Config{SQL: h.db, Postgres: h.db.Postgres(), Clock: h.clock, Log: h.log}
	if h.warehouse != nil {
		c.ClickHouse = h.warehouse
	}
	return reports.New(c)
}

// count keeps the roll-ups that reports without ClickHouse read.
func (h *house) count(ctx context.Context) {
	(&report.Roller{Books: h.db, Log: h.log}).Run(ctx)
}
