package store

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// keyed are the settings of the line's connections. Its statements are prepared
// once and planned for good after a few runs, perhaps while a table is still
// empty. A plan that reads the table whole is the cheapest then, and ruinous as
// soon as a backlog arrives. So no table is read whole, and statements on given
// rows say "id = ANY" beside their join, which leaves only ways by the key.
//
// Nor is anything compiled: a table that is read whole although it should not be
// counts as beyond all measure, and compiling a statement on twenty rows took a
// tenth of a second, once a second.
var keyed = map[string]string{"enable_seqscan": "off", "jit": "off"}

// desked are the settings of the pages' connections: no answer of theirs takes as
// long as compiling its statement.
var desked = map[string]string{"jit": "off"}

func newPool(ctx context.Context, address string, size int, settings map[string]string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The driver's error repeats the URL, and with it the password.
		return nil, errors.New("open PostgreSQL: the URL cannot be parsed")
	}
	config.MaxConns = int32(size)
	params := config.ConnConfig.RuntimeParams
	maps.Copy(params, settings)
	if params["application_name"] == "" {
		params["application_name"] = "clarion"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open PostgreSQL: %w", classify(err))
	}
	return pool, nil
}

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
