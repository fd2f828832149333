package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

var _ interface {
	roster.Store
	roster.Books
} = (*DB)(nil)

type importRow struct {
	bun.BaseModel `bun:"table:imports,alias:i"`

	ID         string `bun:",pk"`
	Name       string
	State      string
	Purpose    string
	Format     string
	Strangers  string
	Errand     string
	Columns    string
	GroupKey   string
	Size       int64
	Parts      int
	Read       int64
	Lines      int
	Rows       int
	Faulty     int
	Stored     int
	Error      string
	CreatedBy  string
	CreatedAt  int64
	UpdatedAt  int64
	EndedAt    int64
	Worker     string
	LeaseUntil int64
}

func (r importRow) word() (roster.Import, error) {
	i := roster.Import{
		ID: r.ID, Name: r.Name, State: roster.State(r.State), Group: r.GroupKey, Size: r.Size, Read: r.Read, Rows: r.Rows,
		Faulty: r.Faulty, Stored: r.Stored, Error: r.Error, CreatedBy: r.CreatedBy, CreatedAt: fromMicros(r.CreatedAt),
		UpdatedAt: fromMicros(r.UpdatedAt), EndedAt: fromMicros(r.EndedAt), Lines: r.Lines, Parts: r.Parts,
		Terms: roster.Terms{Purpose: roster.Purpose(r.Purpose), Format: roster.Format(r.Format), Strangers: roster.Strangers(r.Strangers)},
	}
	if err := readDocument(r.Errand, &i.Errand); err != nil {
		return i, fmt.Errorf("read the errand of import %s: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Columns), &i.Columns); err != nil {
		return i, fmt.Errorf("read the columns of import %s: %w", r.ID, err)
	}
	return i, nil
}

// AddImport keeps a new import.
func (db *DB) AddImport(ctx context.Context, i roster.Import) error {
	row := importRow{
		ID: i.ID, Name: i.Name, State: string(i.State), Columns: "[]", CreatedBy: i.CreatedBy, Purpose: string(i.Purpose),
		Format: string(i.Format), Strangers: string(i.Strangers), CreatedAt: micros(i.CreatedAt), UpdatedAt: micros(i.UpdatedAt),
	}
	if i.Errand != nil {
		text, err := json.Marshal(i.Errand)
		if err != nil {
			return during(err, "write the errand of import %s", i.ID)
		}
		row.Errand = string(text)
	}
	_, err := db.w.NewInsert().Model(&row).Exec(ctx)
	return during(err, "begin import %s", i.ID)
}

// Import returns one import.
func (db *DB) Import(ctx context.Context, id string) (roster.Import, error) {
	var row importRow
	if err := db.w.NewSelect().Model(&row).Where("i.id = ?", id).Scan(ctx); err != nil {
		return roster.Import{}, during(err, "find import %s", id)
	}
	return row.word()
}

// Imports returns a page of imports of people, newest first.
func (db *DB) Imports(ctx context.Context, _ struct{}, p notify.Page) ([]roster.Import, string, error) {
	var rows []importRow
	query := db.latest().NewSelect().Model(&rows).Where("i.purpose = ?", roster.ForRecipients)
	if err := paged(query, p, "i.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list imports")
	}
	rows, next := cut(rows, p, func(r importRow) string { return r.ID })
	list, err := listed(rows, importRow.word)
	return list, next, err
}

// PutPart keeps one part of a file while its import is uploading.
func (db *DB) PutPart(ctx context.Context, id string, number int, content []byte, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		// The update holds the import: two parts are counted one after the other.
		var state string
		if err := tx.NewRaw("UPDATE imports SET updated_at = ? WHERE id = ? RETURNING state", micros(now), id).Scan(ctx, &state); err != nil {
			return err
		}
		if state != string(roster.Uploading) {
			return fmt.Errorf("it is %s: %w", state, notify.ErrConflict)
		}
		// A parameter of the driver's own: written into the text it would be four times as large.
		put := `INSERT INTO import_parts (import_id, number, size, content) VALUES (?, ?, ?, ?)
			ON CONFLICT (import_id, number) DO UPDATE SET size = EXCLUDED.size, content = EXCLUDED.content`
		if db.postgres() {
			put = numbered(put)
		}
		_, err := tx.Tx.ExecContext(ctx, put, id, number, len(content), content)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE imports SET (parts, size) = (SELECT max(number), sum(size) FROM import_parts WHERE import_id = ?)
			WHERE id = ?`, id, id)
		return err
	})
	return during(err, "keep part %d of import %s", number, id)
}

// ImportPart returns one part of a file.
func (db *DB) ImportPart(ctx context.Context, id string, number int) ([]byte, error) {
	var content []byte
	err := db.latest().NewRaw("SELECT content FROM import_parts WHERE import_id = ? AND number = ?", id, number).Scan(ctx, &content)
	return content, during(err, "read part %d of import %s", number, id)
}

// MoveImport moves an import from one of the states. What ends gives its file back.
func (db *DB) MoveImport(ctx context.Context, id string, from []roster.State, m roster.Move) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		update := tx.NewUpdate().Table("imports").
			Set("state = ?, updated_at = ?, error = ?, worker = '', lease_until = 0", string(m.To), micros(m.Now), m.Error).
			Where("id = ? AND state IN (?)", id, bun.List(from))
		switch m.To {
		case roster.Checking:
			columns, err := json.Marshal(m.Columns)
			if err != nil {
				return err
			}
			update.Set("columns = ?, group_key = ?, strangers = ?, read = 0, lines = 0, rows = 0, faulty = 0", string(columns), m.Group, m.Strangers)
		case roster.Running:
			update.Set("read = 0, lines = 0, stored = 0")
		case roster.Cancelled:
			// An audience that was stopped is nobody's; people who were imported stay.
			update.Set("ended_at = ?, stored = CASE WHEN purpose = ? THEN 0 ELSE stored END", micros(m.Now), string(roster.ForAudience))
		}
		result, err := update.Exec(ctx)
		if err := mustTouch(result, err, "move"); err != nil {
			return db.stateOf(ctx, tx, id, err)
		}
		return dropFile(ctx, tx, id, m.To)
	})
	return during(err, "move import %s to %s", id, m.To)
}

// stateOf tells an import that is not there from one that is elsewhere.
func (db *DB) stateOf(ctx context.Context, tx bun.Tx, id string, none error) error {
	var state string
	if err := tx.NewRaw("SELECT state FROM imports WHERE id = ?", id).Scan(ctx, &state); err != nil {
		return none
	}
	return fmt.Errorf("it is %s: %w", state, notify.ErrConflict)
}

// dropFile gives a file back that nobody will read any more.
func dropFile(ctx context.Context, tx bun.Tx, id string, state roster.State) error {
	if state != roster.Done && state != roster.Cancelled && state != roster.Failed {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM import_parts WHERE import_id = ?", id); err != nil {
		return err
	}
	if state == roster.Cancelled {
		if _, err := tx.ExecContext(ctx, "DELETE FROM import_rows WHERE import_id = ?", id); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, "UPDATE imports SET parts = 0 WHERE id = ?", id)
	return err
}

type importFaultRow struct {
	bun.BaseModel `bun:"table:import_faults,alias:f"`

	ImportID string `bun:",pk"`
	Line     int    `bun:",pk"`
	Text     string
	Faults   string
}

func (r importFaultRow) word() (roster.FaultyRow, error) {
	row := roster.FaultyRow{Line: r.Line, Row: r.Text}
	return row, json.Unmarshal([]byte(r.Faults), &row.Faults)
}

// FaultyRows returns a page of what cannot be stored, in the order of the lines.
func (db *DB) FaultyRows(ctx context.Context, id string, p notify.Page) ([]roster.FaultyRow, string, error) {
	line, err := lineAfter(p)
	if err != nil {
		return nil, "", err
	}
	var rows []importFaultRow
	err = db.latest().NewSelect().Model(&rows).Where("f.import_id = ? AND f.line > ?", id, line).
		OrderExpr("f.line").Limit(int64(pageSize(p) + 1)).Scan(ctx)
	if err != nil {
		return nil, "", during(err, "list the faulty rows of import %s", id)
	}
	rows, next := cut(rows, p, func(r importFaultRow) string { return strconv.Itoa(r.Line) })
	list, err := listed(rows, importFaultRow.word)
	return list, next, during(err, "read the faulty rows of import %s", id)
}
