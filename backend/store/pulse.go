package store

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

var _ integration.Pulses = (*DB)(nil)

// Calls counts the newest calls that ended. An attempt's id begins with the
// time it was made, so the newest lie together: SQLite's primary key and a range
// index of PostgreSQL find them, which cost next to nothing with every call.
func (db *DB) Calls(ctx context.Context, since time.Time, most int) ([]integration.Calls, int, error) {
	var list []integration.Calls
	seen := 0
	err := db.latest().NewRaw(`SELECT integration, outcome, count(*) AS count FROM (
			SELECT integration, outcome FROM attempts WHERE id >= ? ORDER BY id DESC LIMIT ?
		) AS newest WHERE outcome <> '' GROUP BY integration, outcome`,
		fmt.Sprintf("%s%012x", notify.AttemptID, since.UnixMilli()), most).Scan(ctx, &list)
	for _, calls := range list {
		seen += calls.Count
	}
	return list, seen, during(err, "count calls by integration")
}

// Tell keeps what a worker says of itself, beside its beat.
func (db *DB) Tell(ctx context.Context, worker, report string) error {
	_, err := db.w.ExecContext(ctx, "UPDATE workers SET report = ? WHERE id = ?", report, worker)
	return during(err, "keep the report of %s", worker)
}

// Reports returns what the workers seen since say.
func (db *DB) Reports(ctx context.Context, since time.Time) ([]integration.Report, error) {
	var list []integration.Report
	err := db.latest().NewRaw("SELECT id AS worker, report AS text FROM workers WHERE seen_at >= ? ORDER BY id", micros(since)).
		Scan(ctx, &list)
	return list, during(err, "load the reports of the workers")
}
