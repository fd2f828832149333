package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
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

// Layout returns one version of a layout; version zero is the live one.
func (db *DB) Layout(ctx context.Context, key string, version int) (templates.Layout, error) {
	var row layoutRow
	query := db.latest().NewSelect().Model(&row).Where("l.key = ?", key)
	if version != 0 {
		query.Where("l.version = ?", version)
	} else {
		query.Where("l.version = (SELECT live_version FROM layout_heads AS h WHERE h.key = l.key)")
	}
	if err := query.Scan(ctx); err != nil {
		return templates.Layout{}, during(err, "find layout %s version %d", key, version)
	}
	return row.word()
}

// SaveLayout stores l as its next version and makes it live.
func (db *DB) SaveLayout(ctx context.Context, l templates.Layout, by string, now time.Time) (templates.Layout, error) {
	e := layoutEdition(l, by, now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := e.head(ctx, tx)
		if err == nil {
			l.Version, err = e.push(ctx, tx)
		}
		return err
	})
	return l, during(err, "save layout %s", l.Key)
}

// KeepLayout stores l as the draft of its key.
func (db *DB) KeepLayout(ctx context.Context, d templates.LayoutDraft, now time.Time) (templates.Layout, error) {
	l := d.Layout
	e := layoutEdition(l, d.By, now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := e.head(ctx, tx)
		if err == nil {
			l.Version, err = e.keep(ctx, tx, d.Revision)
		}
		return err
	})
	return l, during(err, "save a draft of layout %s", l.Key)
}

func layoutEdition(l templates.Layout, by string, now time.Time) edition {
	return edition{kind: approval.Layout, key: l.Key, by: by, now: now, definition: func(version int, _ time.Time) (string, error) {
		l.Version = version
		return document(l)
	}}
}

// Layouts returns the live version of every layout, or its draft where none was
// live yet, ordered by key.
func (db *DB) Layouts(ctx context.Context) ([]templates.Layout, error) {
	var rows []layoutRow
	err := db.latest().NewSelect().Model(&rows).Join("JOIN layout_heads AS h ON h.key = l.key").
		Where("l.version = h.live_version OR h.live_version = 0 AND l.state IN " + openStates).Order("l.key").Scan(ctx)
	if err != nil {
		return nil, during(err, "load layouts")
	}
	return listed(rows, layoutRow.word)
}
