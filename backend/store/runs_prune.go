package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// prunedAtOnce bounds a statement that removes what has ended: nobody waits long
// for its locks.
const prunedAtOnce = 500

// PruneRuns removes runs and digests that ended before a time, and throttles whose
// window did, a few at a time. What they decided and sent stays.
func (db *DB) PruneRuns(ctx context.Context, before time.Time) (int, error) {
	at, all := micros(before), 0
	for _, text := range []string{
		"DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE status IN ('done', 'cancelled') AND parked_at < ? ORDER BY parked_at LIMIT ?)",
		"DELETE FROM throttles WHERE scope IN (SELECT scope FROM throttles WHERE ends_at < ? ORDER BY ends_at LIMIT ?)",
	} {
		for ctx.Err() == nil {
			n, err := touched(db.w.NewRaw(text, at, prunedAtOnce).Exec(ctx))
			all += n
			if err != nil {
				return all, during(err, "remove runs that ended before %s", before)
			}
			if n < prunedAtOnce {
				break
			}
		}
	}
	for ctx.Err() == nil {
		n, err := db.pruneDigests(ctx, at)
		all += n
		if err != nil || n == 0 {
			return all, during(err, "remove digests that ended before %s", before)
		}
	}
	return all, ctx.Err()
}

// pruneDigests removes some digests with their items. One whose carrier still waits
// to act stays.
func (db *DB) pruneDigests(ctx context.Context, before int64) (int, error) {
	n := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		err := tx.NewRaw(`SELECT d.id FROM digests AS d WHERE d.closed_at > 0 AND d.closed_at < ? AND NOT EXISTS (SELECT 1 FROM runs AS r
			WHERE (r.id = d.carrier OR r.id = d.id) AND r.status = ? AND r.digest_id = d.id) ORDER BY d.closed_at LIMIT ?`,
			before, notify.RunParked, prunedAtOnce/10).Scan(ctx, &ids)
		if err != nil || len(ids) == 0 {
			return err
		}
		n = len(ids)
		for _, table := range []string{"digest_items WHERE digest_id", "digests WHERE id"} {
			if _, err := tx.NewRaw("DELETE FROM "+table+" IN (?)", bun.List(ids)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
