package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Ask runs a question of a report and returns its rows as the driver gives them.
// It can only read: a transaction on PostgreSQL says so, SQLite's readers cannot
// do otherwise.
func (db *DB) Ask(ctx context.Context, text string, args ...any) ([][]any, error) {
	tx, err := db.r.BeginTx(ctx, &sql.TxOptions{ReadOnly: db.postgres()})
	if err != nil {
		return nil, fmt.Errorf("begin: %w", classify(err))
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, classify(err)
	}
	var out [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, classify(err)
		}
		out = append(out, row)
	}
	return out, classify(rows.Err())
}

// Postgres reports whether the database is PostgreSQL; the texts of reports
// differ in a word or two.
func (db *DB) Postgres() bool { return db.postgres() }
