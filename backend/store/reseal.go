package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/hook"
	"clarion/backend/roster/syncs"
)

// Resealer gives a sealed value under another key, and says whether it changed.
type Resealer func(sealed, about string) (string, bool, error)

// Resealed is how many values of a table there are, and how many were moved.
type Resealed struct {
	Table         string
	Values, Moved int
}

// sealedColumn is a column that holds sealed values.
type sealedColumn struct {
	table, key, column string
	// among leaves out rows whose value is plain.
	among string
	// about is what a value was sealed for; the row's key when nil.
	about func(key string) string
}

// sealed is every column that holds sealed values. Whoever seals something new
// adds its line.
var sealed = []sealedColumn{
	{table: "integrations", key: "id", column: "settings"},
	// Beside sealed values this table holds plain ones, which have no mark.
	{table: "settings", key: "key", column: "value", among: "value LIKE 'v1.%'"},
	{table: "vendor_tokens", key: "key", column: "sealed", among: "sealed <> ''"},
	{table: "two_factor", key: "member_id", column: "sealed", about: access.SealedFor},
	{table: "source_hooks", key: "source", column: "sealed", about: hook.SealedFor},
	{table: "syncs", key: "key", column: "sealed", among: "sealed <> ''", about: syncs.SealedFor},
}

// Reseal moves every sealed value to another key: one transaction per table, so
// that a table is under one key or the other, never under both.
func (db *DB) Reseal(ctx context.Context, reseal Resealer) ([]Resealed, error) {
	done := make([]Resealed, 0, len(sealed))
	for _, s := range sealed {
		count := Resealed{Table: s.table}
		err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
			rows, err := db.sealedRows(ctx, tx, s)
			if err != nil {
				return err
			}
			count.Values = len(rows)
			for _, row := range rows {
				moved, changed, err := reseal(row.Value, s.place(row.ID))
				if err != nil {
					return err
				}
				if !changed {
					continue
				}
				count.Moved++
				if _, err := tx.NewUpdate().Table(s.table).Set("? = ?", bun.Ident(s.column), moved).
					Where("? = ?", bun.Ident(s.key), row.ID).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return done, fmt.Errorf("reseal table %s: %w", s.table, err)
		}
		done = append(done, count)
	}
	return done, nil
}

func (s sealedColumn) place(key string) string {
	if s.about == nil {
		return key
	}
	return s.about(key)
}

type sealedRow struct{ ID, Value string }

// sealedRows holds the rows of a table until the transaction ends.
func (db *DB) sealedRows(ctx context.Context, tx bun.Tx, s sealedColumn) ([]sealedRow, error) {
	var rows []sealedRow
	query := tx.NewSelect().Table(s.table).ColumnExpr("? AS id", bun.Ident(s.key)).ColumnExpr("? AS value", bun.Ident(s.column))
	if s.among != "" {
		query.Where(s.among)
	}
	if db.postgres() {
		query.For("UPDATE")
	}
	err := query.Scan(ctx, &rows)
	return rows, err
}
