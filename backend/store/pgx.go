package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// asker is the pool or a transaction of it.
type asker interface {
	Query(ctx context.Context, text string, args ...any) (pgx.Rows, error)
}

// collect runs a statement and hands each row it returns to each.
func collect(ctx context.Context, a asker, text string, args []any, each func(s scanner) error) error {
	rows, err := a.Query(ctx, text, args...)
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
