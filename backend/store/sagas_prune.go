package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// sagasAtOnce is how many sagas one transaction removes: each has a story.
const sagasAtOnce = prunedAtOnce / 10

// PruneSagas removes sagas that ended before a time with their steps, signals and
// stories, a few at a time. One that a person has still to retry has not ended.
func (db *DB) PruneSagas(ctx context.Context, before time.Time) (int, error) {
	all := 0
	for ctx.Err() == nil {
		n, err := db.pruneSagas(ctx, micros(before))
		all += n
		if err != nil || n < sagasAtOnce {
			return all, during(err, "remove sagas that ended before %s", before)
		}
	}
	return all, ctx.Err()
}

// pruneSagas removes some. The heads go first: the database keeps the story of
// every saga that is there.
func (db *DB) pruneSagas(ctx context.Context, before int64) (int, error) {
	n := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		err := tx.NewRaw(`DELETE FROM sagas WHERE id IN (SELECT id FROM sagas WHERE state IN ('completed', 'compensated') AND ended_at < ?
			ORDER BY ended_at LIMIT ?) RETURNING id`, before, sagasAtOnce).Scan(ctx, &ids)
		if err != nil || len(ids) == 0 {
			return err
		}
		n = len(ids)
		for _, table := range []string{"saga_steps", "saga_signals", "saga_transitions"} {
			if _, err := tx.NewRaw("DELETE FROM "+table+" WHERE saga_id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
