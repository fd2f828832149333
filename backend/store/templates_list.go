package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/approval"
	"clarion/backend/notify"
	templates "clarion/backend/template"
)

// shownRow is a template with the version people see first: the open one, or
// else the live one.
type shownRow struct {
	Key         string
	Name        string
	Folder      string
	LiveVersion int
	RetiredAt   int64
	CreatedAt   int64
	UpdatedAt   int64
	State       string
	Definition  string
}

func (r shownRow) word() (templates.Item, error) {
	var v templates.Version
	if err := readDocument(r.Definition, &v); err != nil {
		return templates.Item{}, during(err, "template %s", r.Key)
	}
	item := templates.Item{State: r.State, Template: templates.Template{
		Key: r.Key, Name: r.Name, Folder: r.Folder, LiveVersion: r.LiveVersion, RetiredAt: fromMicros(r.RetiredAt),
		CreatedAt: fromMicros(r.CreatedAt), UpdatedAt: fromMicros(r.UpdatedAt),
	}}
	item.Channels, item.Languages = v.Outline()
	return item, nil
}

// shownState is the state of a template in a list.
const shownState = `CASE WHEN o.state IS NOT NULL THEN o.state WHEN t.retired_at <> 0 THEN 'retired' WHEN t.live_version <> 0 THEN 'live' ELSE 'draft' END`

// Templates returns a page ordered by key.
func (db *DB) Templates(ctx context.Context, f templates.Filter, p notify.Page) ([]templates.Item, string, error) {
	var rows []shownRow
	query := db.latest().NewSelect().TableExpr("templates AS t").
		Join("LEFT JOIN template_versions AS o ON o.key = t.key AND o.state IN " + openStates).
		Join("LEFT JOIN template_versions AS v ON v.key = t.key AND v.version = t.live_version").
		ColumnExpr("t.key, t.name, t.folder, t.live_version, t.retired_at, t.created_at, t.updated_at").
		ColumnExpr(shownState + " AS state").ColumnExpr("coalesce(o.definition, v.definition, '') AS definition")
	part := "%" + beginning(strings.ToLower(f.Q))
	for _, c := range []condition{
		when(f.Q != "", `(lower(t.key) LIKE ? ESCAPE '\' OR lower(t.name) LIKE ? ESCAPE '\')`, part, part),
		when(f.Folder != "", `(t.folder = ? OR t.folder LIKE ? ESCAPE '\')`, f.Folder, beginning(f.Folder+"/")),
		when(f.Channel != "", "coalesce(o.channels, v.channels, '') LIKE ?", "% "+string(f.Channel)+" %"),
		when(len(f.State) > 0, "("+shownState+") IN (?)", bun.List(f.State)),
	} {
		c.on(query)
	}
	if err := paged(query, p, "t.key", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, "", during(err, "list templates")
	}
	rows, next := cut(rows, p, func(r shownRow) string { return r.Key })
	list, err := listed(rows, shownRow.word)
	return list, next, err
}

// Folders returns every folder and how many templates are in it.
func (db *DB) Folders(ctx context.Context) ([]templates.Folder, error) {
	var rows []templates.Folder
	err := db.latest().NewSelect().TableExpr("templates").ColumnExpr("folder AS path, count(*) AS count").
		Where("folder <> ''").Group("folder").Order("folder").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "list folders")
	}
	return listed(rows, func(f templates.Folder) (templates.Folder, error) { return f, nil })
}

// DeleteTemplate removes the name; its published versions stay readable.
func (db *DB) DeleteTemplate(ctx context.Context, key string) error {
	return db.deleteHead(ctx, approval.Template, key)
}
