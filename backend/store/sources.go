package store

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

type sourceRow struct {
	bun.BaseModel `bun:"table:sources,alias:s"`

	Key       string `bun:",pk"`
	Name      string
	CreatedAt int64
}

// Sources returns all, ordered by key.
func (db *DB) Sources(ctx context.Context) ([]access.Source, error) {
	var rows []sourceRow
	if err := db.latest().NewSelect().Model(&rows).Order("s.key").Scan(ctx); err != nil {
		return nil, during(err, "load sources")
	}
	return listed(rows, func(r sourceRow) (access.Source, error) {
		return access.Source{Key: r.Key, Name: r.Name, CreatedAt: fromMicros(r.CreatedAt)}, nil
	})
}

// PutSource adds or renames one; created_at stays.
func (db *DB) PutSource(ctx context.Context, s access.Source, now time.Time) error {
	row := sourceRow{Key: s.Key, Name: s.Name, CreatedAt: micros(now)}
	_, err := db.w.NewInsert().Model(&row).On("CONFLICT (key) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
	return during(err, "store source %s", s.Key)
}

// errKeysInUse keeps a source that still has keys somebody may use.
var errKeysInUse = errors.New("the source has API keys that are not revoked")

// DeleteSource removes a source nobody can call as any more.
func (db *DB) DeleteSource(ctx context.Context, key string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.NewDelete().Model((*sourceRow)(nil)).Where("key = ?", key).Exec(ctx)
		if err := mustTouch(result, err, "remove the source"); err != nil {
			return err
		}
		// The row is locked by its deletion, so a key added meanwhile is seen
		// here or waits until the source is gone.
		used, err := tx.NewSelect().Model((*keyRow)(nil)).Where("k.source = ?", key).Where("k.revoked_at = 0").Exists(ctx)
		if err != nil {
			return err
		}
		if used {
			return errors.Join(notify.ErrConflict, errKeysInUse)
		}
		return nil
	})
	return during(err, "delete source %s", key)
}
