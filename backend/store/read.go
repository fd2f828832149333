package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// scanner is a row of either driver.
type scanner interface{ Scan(into ...any) error }

// byIDs runs a read whose text holds {ids} where a condition on the ids belongs,
// prepared in both dialects however many ids there are.
func (db *DB) byIDs(ctx context.Context, text string, ids []string, each func(s scanner) error) error {
	if db.postgres() {
		return db.query(ctx, strings.Replace(text, "{ids}", "= ANY($1)", 1), []any{ids}, each)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return fmt.Errorf("write the ids: %w", err)
	}
	return db.read(ctx, strings.Replace(text, "{ids}", "IN (SELECT value FROM json_each($1))", 1), []any{string(list)}, each)
}

// read runs a read whose text marks its arguments as $1, $2 and so on, prepared
// in both dialects.
func (db *DB) read(ctx context.Context, text string, args []any, each func(s scanner) error) error {
	if db.postgres() {
		return db.query(ctx, text, args, each)
	}
	rows, err := db.r.DB.QueryContext(ctx, strings.ReplaceAll(text, "$", "?"), args...)
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return classify(rows.Err())
}

// query runs a prepared PostgreSQL statement on the pool.
func (db *DB) query(ctx context.Context, text string, args []any, each func(s scanner) error) error {
	return collect(ctx, db.pool, text, args, each)
}
