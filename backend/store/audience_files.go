package store

import (
	"context"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// askedAtOnce is how many ids are looked for by one statement.
const askedAtOnce = 2000

type audienceRow struct {
	bun.BaseModel `bun:"table:import_rows,alias:ir"`

	ImportID    string `bun:",pk"`
	RecipientID string `bun:",pk"`
	Line        int
	Data        string
}

// PartsOf lists the parts of a file that have arrived.
func (db *DB) PartsOf(ctx context.Context, id string) ([]roster.Part, error) {
	list := []roster.Part{}
	err := db.w.NewSelect().Table("import_parts").Column("number", "size").Where("import_id = ?", id).Order("number").Scan(ctx, &list)
	return list, during(err, "list the parts of import %s", id)
}

// Strange returns which of the ids nobody has. Who was erased is nobody.
func (db *DB) Strange(ctx context.Context, ids []string) (map[string]bool, error) {
	strange, err := strangers(ctx, db.w, ids)
	return strange, during(err, "look for recipients")
}

func strangers(ctx context.Context, from bun.IDB, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	for part := range slices.Chunk(ids, askedAtOnce) {
		var known []string
		if err := from.NewSelect().Table("recipients").Column("id").Where("erased_at = 0 AND id IN (?)", bun.List(part)).Scan(ctx, &known); err != nil {
			return nil, err
		}
		for _, id := range known {
			delete(out, id)
		}
	}
	return out, nil
}

// StoreAudience keeps a chunk of an audience together with how far the import has
// come. Who is there already stays as they are.
func (db *DB) StoreAudience(ctx context.Context, p roster.Progress, rows []roster.AudienceRow, invite bool) error {
	n := len(rows)
	kept := rowsIn{table: "import_rows", columns: []column{
		texts("import_id", n, func(int) string { return p.Import }),
		texts("recipient_id", n, func(i int) string { return rows[i].Recipient.ID }),
		integers("line", n, func(i int) int { return rows[i].Line }),
		texts("data", n, func(i int) string { return string(rows[i].Recipient.Data) }),
	}}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.advance(ctx, tx, p, "stored = stored + ?", p.Rows); err != nil {
			return err
		}
		if invite {
			if err := db.inviteStrangers(ctx, tx, rows, p); err != nil {
				return err
			}
		}
		return db.addRows(ctx, tx, kept)
	})
	if err == nil && p.Next != p.State && p.Lines >= knownFrom && db.postgres() {
		// Of a table that grew by a whole file it knows nothing, and would sort all of
		// it for each page.
		_, err = db.w.ExecContext(ctx, "ANALYZE import_rows")
	}
	return during(err, "store the audience of import %s", p.Import)
}

// AudienceRows returns a page of what was stored, in the order of the lines.
func (db *DB) AudienceRows(ctx context.Context, id string, p notify.Page) ([]roster.AcceptedRow, string, error) {
	line, err := lineAfter(p)
	if err != nil {
		return nil, "", err
	}
	var rows []audienceRow
	err = db.latest().NewSelect().Model(&rows).Where("ir.import_id = ? AND ir.line > ?", id, line).
		OrderExpr("ir.line").Limit(int64(pageSize(p) + 1)).Scan(ctx)
	if err != nil {
		return nil, "", during(err, "list the rows of import %s", id)
	}
	rows, next := cut(rows, p, func(r audienceRow) string { return strconv.Itoa(r.Line) })
	list := make([]roster.AcceptedRow, len(rows))
	for i, row := range rows {
		list[i] = roster.AcceptedRow{Line: row.Line, Recipient: row.RecipientID}
	}
	return list, next, nil
}

// lineAfter is the line after which a page of lines begins.
func lineAfter(p notify.Page) (int, error) {
	after, err := readCursor(p)
	if err != nil || after == "" {
		return 0, err
	}
	line, err := strconv.Atoi(after)
	if err != nil {
		return 0, notify.InvalidField("after", "invalid_cursor", "is not a cursor this list gave")
	}
	return line, nil
}
