package store

import (
	"context"
	"fmt"
	"time"
)

// Beat records that the worker is alive.
func (db *DB) Beat(ctx context.Context, worker string, now time.Time) error {
	_, err := db.w.ExecContext(ctx, `INSERT INTO workers (id, started_at, seen_at) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at`, worker, micros(now), micros(now))
	if err != nil {
		return fmt.Errorf("record the beat of %s: %w", worker, classify(err))
	}
	return nil
}

// Forget removes the worker.
func (db *DB) Forget(ctx context.Context, worker string) error {
	_, err := db.w.ExecContext(ctx, "DELETE FROM workers WHERE id = ?", worker)
	if err != nil {
		return fmt.Errorf("forget %s: %w", worker, classify(err))
	}
	return nil
}

// Bury removes the workers that have been silent since and returns how many.
func (db *DB) Bury(ctx context.Context, silentSince time.Time) (int, error) {
	n, err := touched(db.w.ExecContext(ctx, "DELETE FROM workers WHERE seen_at < ?", micros(silentSince)))
	return n, during(err, "remove silent workers")
}
