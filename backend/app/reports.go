package app

import (
	"clarion/analytics/reports"
)

// reports is the desk that answers reports from the database of the line.
func (h *house) reports() *reports.Desk {
	return reports.New(reports.Config{SQL: h.db, Postgres: h.db.Postgres(), Clock: h.clock, Log: h.log})
}
