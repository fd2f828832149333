package store

import (
	"context"
	"fmt"
	"time"
)

// forgetAfter is when a worker that went without a goodbye leaves the list; by
// then its last lease has ended.
const forgetAfter = 24 * time.Hour

// Beat records that the worker is alive.
func (db *DB) Beat(ctx context.Context, worker string, now time.Time) error {
	_, err := db.w.ExecContext(ctx, `INSERT INTO workers (id, started_at, seen_at) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at`, worker, micros(now), micros(now))
	if err != nil {
		return fmt.Errorf("record the beat of %s: %w", worker, classify(err))
	}
	return nil
}

// Forget removes the worker, and those silent for a day.
func (db *DB) Forget(ctx context.Context, worker string, now time.Time) error {
	_, err := db.w.ExecContext(ctx, "DELETE FROM workers WHERE id = ? OR seen_at < ?", worker, micros(now.Add(-forgetAfter)))
	if err != nil {
		return fmt.Errorf("forget %s: %w", worker, classify(err))
	}
	return nil
}
