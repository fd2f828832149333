package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
)

// tx runs fn in one transaction and commits when fn returns nil. On SQLite it
// holds the single writer from the start (BEGIN IMMEDIATE), so that a
// transaction never finds out late that it may not write. fn must not use db.
func (db *DB) tx(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	t, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", classify(err))
	}
	// After a commit the rollback is a no-op; in a panic it frees the writer.
	defer func() { _ = t.Rollback() }()
	if err := fn(ctx, t); err != nil {
		return classify(err)
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	return nil
}

// errorsIsDeadline reports whether the caller's own patience ended, which says
// nothing about the database. A context's deadline is also a net.Error.
func errorsIsDeadline(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
