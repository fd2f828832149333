package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	templates "clarion/backend/template"
)

// shelfOf is where the parts of a kind are kept.
func shelfOf(kind templates.PartKind) shelf { return shelves[approval.Kind(kind)] }

func (db *DB) selectParts(kind templates.PartKind) *bun.SelectQuery {
	s := shelfOf(kind)
	return db.latest().NewSelect().TableExpr("? AS v", s.versions).ColumnExpr("v.key, v.version, v.definition").
		Join("LEFT JOIN ? AS h ON h.key = v.key", s.heads)
}

func partOf(kind templates.PartKind) func(versionRow) (templates.Part, error) {
	return func(r versionRow) (templates.Part, error) {
		var p templates.Part
		if err := readDocument(r.Definition, &p); err != nil {
			return p, during(err, "%s %s version %d", kind, r.Key, r.Version)
		}
		p.Kind, p.Key, p.Version = kind, r.Key, r.Version
		return p, nil
	}
}

// Part returns one version of a part; version zero is the live one.
func (db *DB) Part(ctx context.Context, r templates.PartRef) (templates.Part, error) {
	query := db.selectParts(r.Kind).Where("v.key = ?", r.Key)
	if r.Version != 0 {
		query.Where("v.version = ?", r.Version)
	} else {
		query.Where("v.version = h.live_version")
	}
	var row versionRow
	if err := query.Scan(ctx, &row); err != nil {
		return templates.Part{}, during(err, "find %s %s version %d", r.Kind, r.Key, r.Version)
	}
	return partOf(r.Kind)(row)
}

// SavePart stores p as its next version and makes it live.
func (db *DB) SavePart(ctx context.Context, p templates.Part, by string, now time.Time) (templates.Part, error) {
	e := partEdition(p, by, now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := e.head(ctx, tx)
		if err == nil {
			p.Version, err = e.push(ctx, tx)
		}
		return err
	})
	return p, during(err, "save %s %s", p.Kind, p.Key)
}

// KeepPart stores p as the draft of its key.
func (db *DB) KeepPart(ctx context.Context, d templates.PartDraft, now time.Time) (templates.Part, error) {
	p := d.Part
	e := partEdition(p, d.By, now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		err := e.head(ctx, tx)
		if err == nil {
			p.Version, err = e.keep(ctx, tx, d.Revision)
		}
		return err
	})
	return p, during(err, "save a draft of %s %s", p.Kind, p.Key)
}

func partEdition(p templates.Part, by string, now time.Time) edition {
	return edition{kind: approval.Kind(p.Kind), key: p.Key, by: by, now: now, definition: func(version int, _ time.Time) (string, error) {
		p.Version = version
		return document(p)
	}}
}

// Parts returns the live version of every part of a kind, or its draft where none
// was live yet, ordered by key.
func (db *DB) Parts(ctx context.Context, kind templates.PartKind) ([]templates.Part, error) {
	return db.listParts(ctx, kind, "v.version = h.live_version OR h.live_version = 0 AND v.state IN "+openStates)
}

// LiveParts returns the live version of every part of a kind, ordered by key.
func (db *DB) LiveParts(ctx context.Context, kind templates.PartKind) ([]templates.Part, error) {
	return db.listParts(ctx, kind, "v.version = h.live_version")
}

func (db *DB) listParts(ctx context.Context, kind templates.PartKind, which string) ([]templates.Part, error) {
	var rows []versionRow
	if err := db.selectParts(kind).Where(which).Order("v.key").Scan(ctx, &rows); err != nil {
		return nil, during(err, "load parts of kind %s", kind)
	}
	return listed(rows, partOf(kind))
}
