package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	templates "clarion/backend/template"
)

type layoutRow struct {
	bun.BaseModel `bun:"table:layouts,alias:l"`

	Key        string `bun:",pk"`
	Version    int    `bun:",pk"`
	Definition string
	CreatedAt  int64
}

func (r layoutRow) word() (templates.Layout, error) {
	var l templates.Layout
	if err := readDocument(r.Definition, &l); err != nil {
		return l, during(err, "layout %s version %d", r.Key, r.Version)
	}
	l.Key, l.Version = r.Key, r.Version
	return l, nil
}

// Layout returns one version of a layout; version zero is the newest.
func (db *DB) Layout(ctx context.Context, key string, version int) (templates.Layout, error) {
	var row layoutRow
	query := db.latest().NewSelect().Model(&row).Where("l.key = ?", key).Order("l.version DESC").Limit(1)
	if version != 0 {
		query.Where("l.version = ?", version)
	}
	if err := query.Scan(ctx); err != nil {
		return templates.Layout{}, during(err, "find layout %s version %d", key, version)
	}
	return row.word()
}

// SaveLayout stores l as its next version. A layout has no row of its own that
// could make writers take turns, so PostgreSQL is given a word to lock.
func (db *DB) SaveLayout(ctx context.Context, l templates.Layout, now time.Time) (templates.Layout, error) {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if db.postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "layout "+l.Key); err != nil {
				return err
			}
		}
		var err error
		if l.Version, err = nextVersion(ctx, tx, "layouts", l.Key); err != nil {
			return err
		}
		row := layoutRow{Key: l.Key, Version: l.Version, CreatedAt: micros(now)}
		if row.Definition, err = document(l); err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return l, during(err, "save layout %s", l.Key)
}

// Layouts returns the newest version of every layout, ordered by key.
func (db *DB) Layouts(ctx context.Context) ([]templates.Layout, error) {
	var rows []layoutRow
	err := db.latest().NewSelect().Model(&rows).
		Where("l.version = (SELECT max(version) FROM layouts WHERE key = l.key)").Order("l.key").Scan(ctx)
	if err != nil {
		return nil, during(err, "load layouts")
	}
	return listed(rows, layoutRow.word)
}
