package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
	templates "clarion/backend/template"
)

var _ templates.Store = (*DB)(nil)

type templateRow struct {
	bun.BaseModel `bun:"table:templates,alias:t"`

	Key         string `bun:",pk"`
	Name        string
	LiveVersion int
	Folder      string
	RetiredAt   int64
	CreatedAt   int64
	UpdatedAt   int64
}

func (r templateRow) word() (templates.Template, error) {
	return templates.Template{
		Key: r.Key, Name: r.Name, Folder: r.Folder, LiveVersion: r.LiveVersion, RetiredAt: fromMicros(r.RetiredAt),
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}, nil
}

type versionRow struct {
	Key        string
	Version    int
	Definition string
	CreatedAt  int64
}

func (r versionRow) word() (templates.Version, error) {
	var v templates.Version
	if err := readDocument(r.Definition, &v); err != nil {
		return v, during(err, "template %s version %d", r.Key, r.Version)
	}
	v.Key, v.Version, v.CreatedAt = r.Key, r.Version, fromMicros(r.CreatedAt)
	return v, nil
}

func (db *DB) selectTemplates() *bun.SelectQuery {
	return db.latest().NewSelect().TableExpr("template_versions AS v").
		ColumnExpr("v.key, v.version, v.definition, v.created_at")
}

// LiveTemplates returns the live version of every template, ordered by key.
func (db *DB) LiveTemplates(ctx context.Context) ([]templates.Version, error) {
	var rows []versionRow
	err := db.selectTemplates().Join("JOIN templates AS t ON t.key = v.key AND t.live_version = v.version AND t.retired_at = 0").
		Order("v.key").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "load live templates")
	}
	return listed(rows, versionRow.word)
}

// Template returns one template.
func (db *DB) Template(ctx context.Context, key string) (templates.Template, error) {
	var row templateRow
	if err := db.latest().NewSelect().Model(&row).Where("t.key = ?", key).Scan(ctx); err != nil {
		return templates.Template{}, during(err, "find template %s", key)
	}
	return row.word()
}

// TemplateVersion returns one version, live or not.
func (db *DB) TemplateVersion(ctx context.Context, key string, version int) (templates.Version, error) {
	var row versionRow
	err := db.selectTemplates().Where("v.key = ?", key).Where("v.version = ?", version).Scan(ctx, &row)
	if err != nil {
		return templates.Version{}, during(err, "find template %s version %d", key, version)
	}
	return row.word()
}

// TemplateVersions returns all versions, newest first.
func (db *DB) TemplateVersions(ctx context.Context, key string) ([]templates.Version, error) {
	var rows []versionRow
	err := db.selectTemplates().Where("v.key = ?", key).Where("v.state <> ?", discarded).Order("v.version DESC").Scan(ctx, &rows)
	if err == nil && len(rows) == 0 {
		err = notify.ErrNotFound
	}
	if err != nil {
		return nil, during(err, "load versions of template %s", key)
	}
	return listed(rows, versionRow.word)
}

// SaveTemplate stores v as the next version and makes it live.
func (db *DB) SaveTemplate(ctx context.Context, v templates.Version, name, by string, now time.Time) (templates.Version, error) {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := putTemplate(ctx, tx, v.Key, name, now); err != nil {
			return err
		}
		v.CreatedAt = now
		var err error
		if v.Version, err = templateEdition(v, by, now).push(ctx, tx); err != nil {
			return err
		}
		return noteChannels(ctx, tx, v)
	})
	return v, during(err, "save template %s", v.Key)
}

// KeepTemplate stores v as the draft of its key.
func (db *DB) KeepTemplate(ctx context.Context, d templates.Draft, now time.Time) (templates.Version, error) {
	v := d.Version
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := putTemplate(ctx, tx, v.Key, d.Name, now); err != nil {
			return err
		}
		var err error
		if v.Version, err = templateEdition(v, d.By, now).keep(ctx, tx, d.Revision); err != nil {
			return err
		}
		return noteChannels(ctx, tx, v)
	})
	return v, during(err, "save a draft of template %s", v.Key)
}

// noteChannels writes which channels a version says something for.
func noteChannels(ctx context.Context, tx bun.Tx, v templates.Version) error {
	var list strings.Builder
	for channel := range v.Channels {
		list.WriteString(" " + string(channel) + " ")
	}
	_, err := tx.ExecContext(ctx, "UPDATE template_versions SET channels = ? WHERE key = ? AND version = ?", list.String(), v.Key, v.Version)
	return err
}

// putTemplate writes the row of the template: it makes those who save at once
// take turns.
func putTemplate(ctx context.Context, tx bun.Tx, key, name string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO templates AS t (key, name, live_version, created_at, updated_at)
		VALUES (?, ?, 0, ?, ?) ON CONFLICT (key) DO UPDATE
		SET name = CASE WHEN ? = '' THEN t.name ELSE ? END, updated_at = EXCLUDED.updated_at`,
		key, orElse(name, key), micros(now), micros(now), name, name)
	return err
}

func templateEdition(v templates.Version, by string, now time.Time) edition {
	return edition{kind: approval.Template, key: v.Key, by: by, now: now, definition: func(version int, born time.Time) (string, error) {
		v.Version, v.CreatedAt = version, born
		return document(v)
	}}
}

// FileTemplate puts a template into a folder.
func (db *DB) FileTemplate(ctx context.Context, key, folder string, now time.Time) error {
	result, err := db.w.ExecContext(ctx, "UPDATE templates SET folder = ?, updated_at = ? WHERE key = ?", folder, micros(now), key)
	return mustTouch(result, err, "file template %s", key)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
