package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
)

// lite is a SQLite transaction with its statements prepared. SQLite has no
// network between us and the rows, so its hot paths are plain loops over them.
type lite struct {
	ctx  context.Context
	stmt map[string]*sql.Stmt
}

// liteTx prepares the texts, then runs fn in one transaction on the writer.
func (db *DB) liteTx(ctx context.Context, texts []string, fn func(l lite) error) error {
	prepared := make(map[string]*sql.Stmt, len(texts))
	for _, text := range texts {
		s, err := db.prepared.get(ctx, db.w, text) //nolint:sqlclosecheck // kept for the next transaction; DB.Close closes it
		if err != nil {
			return fmt.Errorf("prepare: %w", classify(err))
		}
		prepared[text] = s
	}
	tx, err := db.w.DB.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", classify(err))
	}
	defer func() { _ = tx.Rollback() }()
	l := lite{ctx: ctx, stmt: make(map[string]*sql.Stmt, len(texts))}
	for text, s := range prepared {
		l.stmt[text] = tx.StmtContext(ctx, s)
	}
	if err := fn(l); err != nil {
		return classify(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(err))
	}
	return nil
}

// liteIn prepares texts within a transaction; done lets them go.
func liteIn(ctx context.Context, tx bun.Tx, texts ...string) (l lite, done func(), err error) {
	l = lite{ctx: ctx, stmt: make(map[string]*sql.Stmt, len(texts))}
	done = func() {
		for _, s := range l.stmt {
			_ = s.Close()
		}
	}
	for _, text := range texts {
		s, err := tx.Tx.PrepareContext(ctx, text) //nolint:sqlclosecheck // done closes it
		if err != nil {
			done()
			return l, nil, err
		}
		l.stmt[text] = s
	}
	return l, done, nil
}

// exec runs a prepared text and returns how many rows it touched.
func (l lite) exec(text string, args ...any) (int64, error) {
	r, err := l.stmt[text].ExecContext(l.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// one reads the only row of a prepared text; sql.ErrNoRows when there is none.
func (l lite) one(text string, args []any, into ...any) error {
	return l.stmt[text].QueryRowContext(l.ctx, args...).Scan(into...)
}

// insert writes all rows of a batch for which keep says yes.
func (l lite) insert(text string, columns []column, n int, keep func(i int) bool) error {
	for i := range n {
		if keep != nil && !keep(i) {
			continue
		}
		if _, err := l.exec(text, row(columns, i)...); err != nil {
			return err
		}
	}
	return nil
}
