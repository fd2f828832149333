package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// latest reads what was committed a moment ago. SQLite's readers see every
// commit; a PostgreSQL replica may lag.
func (db *DB) latest() *bun.DB {
	if db.postgres() {
		return db.w
	}
	return db.r
}

// some looks whether there is such a row, and holds nothing. Whoever looks often for
// work asks so first: SQLite has one writer, and reading a long statement takes it
// longer than such a look.
func (db *DB) some(ctx context.Context, from string, args ...any) (found bool, err error) {
	err = db.latest().NewRaw("SELECT EXISTS (SELECT 1 FROM "+from+")", args...).Scan(ctx, &found)
	return found, err
}

// during says what was being done when err came; nil stays nil.
func during(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), classify(err))
}

// mustTouch turns a change of no row at all into notify.ErrNotFound.
func mustTouch(result sql.Result, err error, format string, args ...any) error {
	n, err := touched(result, err)
	if err == nil && n == 0 {
		err = notify.ErrNotFound
	}
	return during(err, format, args...)
}

// document is how a value is stored as JSON text; what is empty is stored empty.
func document(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write %T as JSON: %w", v, err)
	}
	switch s := string(b); s {
	case "null", "{}", "[]":
		return "", nil
	default:
		return s, nil
	}
}

// readDocument is the way back; into stays as it is when the text is empty.
func readDocument(text string, into any) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("read stored JSON as %T: %w", into, err)
	}
	return nil
}

// raw is stored JSON as it is; empty text is no JSON at all.
func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// beginning is the LIKE pattern of everything that starts with prefix, for use
// with ESCAPE '\'.
func beginning(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(prefix) + "%"
}

// tuples writes rows of equal width as the places of a VALUES list.
func tuples(rows [][]any) (string, []any) {
	var b strings.Builder
	var args []any
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + strings.Repeat("?, ", len(row)-1) + "?)")
		args = append(args, row...)
	}
	return b.String(), args
}

// touched is the number of rows a statement changed.
func touched(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
