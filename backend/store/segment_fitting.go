package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

// fitting are the settings under which PostgreSQL looks through all recipients:
// what a rule looks up is kept in a table in memory rather than looked up for
// each recipient anew. Two processes do it at most: the line needs the rest, and on
// two processors a third one makes it slower.
const fitting = "SET LOCAL work_mem = '64MB'; SET LOCAL hash_mem_multiplier = 4; SET LOCAL jit = off; " +
	"SET LOCAL max_parallel_workers_per_gather = 1"

// CountFitting counts who fits a rule.
func (db *DB) CountFitting(ctx context.Context, r segment.Rule, now time.Time) (int, error) {
	c, err := db.rulerOf(ctx, r, now)
	if err != nil {
		return 0, during(err, "count who fits a rule")
	}
	c.whole = c.postgres
	n := 0
	text := "SELECT count(*) FROM recipients AS r WHERE r.erased_at = 0 AND " + c.rule(r, false)
	err = db.ruled(ctx, text, c.args, func(s scanner) error { return s.Scan(&n) })
	return n, during(err, "count who fits a rule")
}

// rulerOf is a ruler that knows all that a rule asks for.
func (db *DB) rulerOf(ctx context.Context, r segment.Rule, now time.Time) (*ruler, error) {
	c := db.ruler(now)
	return c, db.inform(ctx, c, r)
}

func (db *DB) ruler(now time.Time) *ruler { return &ruler{postgres: db.postgres(), now: now} }

// ruled runs the text of a rule. Its plan is made for its parameters each time:
// one that fits a rare value is ruinous for a common one.
func (db *DB) ruled(ctx context.Context, text string, args []any, each func(s scanner) error) error {
	if db.postgres() {
		return db.looking(ctx, func(tx pgx.Tx) error { return planned(ctx, tx, text, args, each) })
	}
	rows, err := db.r.DB.QueryContext(ctx, text, args...)
	if err != nil {
		return classify(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return classify(rows.Err())
}

// looking runs f in a transaction that sees one state of the database and has the
// settings for looking through all recipients.
func (db *DB) looking(ctx context.Context, f func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{AccessMode: pgx.ReadOnly, IsoLevel: pgx.RepeatableRead}
	return pgx.BeginTxFunc(ctx, db.desk, options, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, fitting, pgx.QueryExecModeSimpleProtocol); err != nil {
			return classify(err)
		}
		return f(tx)
	})
}

// planned runs a statement with a plan for its parameters.
func planned(ctx context.Context, tx pgx.Tx, text string, args []any, each func(s scanner) error) error {
	return collect(ctx, tx, text, append([]any{pgx.QueryExecModeDescribeExec}, args...), each)
}

// Fitting returns a page of those who fit a rule, ordered by id.
func (db *DB) Fitting(ctx context.Context, r segment.Rule, now time.Time, p notify.Page) ([]notify.RecipientRef, string, error) {
	after, err := readCursor(p)
	if err != nil {
		return nil, "", err
	}
	found, err := db.walkFitting(ctx, walked{rule: r, now: now, after: after, most: pageSize(p) + 1})
	if err != nil {
		return nil, "", during(err, "find who fits a rule")
	}
	found, next := cut(found, p, func(r notify.RecipientRef) string { return r.ID })
	return found, next, nil
}

// walked is a page of those who fit a rule: so many, after an id.
type walked struct {
	rule  segment.Rule
	now   time.Time
	after string
	most  int
}

// The recipients a page is looked for in at once: few at first, for most pages
// are full soon, then more and more, for a rule that few fit.
const (
	firstStretch  = 5_000
	widestStretch = 160_000
)

// walkFitting goes along the ids, stretch by stretch, until the page is full.
// However many fit and whatever the planner believes, no recipient is looked at
// twice by the pages of one walk.
func (db *DB) walkFitting(ctx context.Context, w walked) ([]notify.RecipientRef, error) {
	found := []notify.RecipientRef{}
	for size := firstStretch; ; size = min(size*2, widestStretch) {
		c, err := db.rulerOf(ctx, w.rule, w.now)
		if err != nil {
			return nil, err
		}
		from, limit, most := c.textArg(w.after), c.numberArg(int64(size)), c.numberArg(int64(w.most-len(found)))
		text := "SELECT r.id, r.name FROM (SELECT * FROM recipients WHERE id > " + from + " ORDER BY id LIMIT " + limit +
			") AS r WHERE r.erased_at = 0 AND " + c.rule(w.rule, false) + " ORDER BY r.id LIMIT " + most
		err = db.ruled(ctx, text, c.args, func(s scanner) error {
			var one notify.RecipientRef
			err := s.Scan(&one.ID, &one.Name)
			found = append(found, one)
			return err
		})
		if err != nil || len(found) >= w.most {
			return found, err
		}
		end, err := db.endOfStretch(ctx, w.after, size)
		if err != nil || end == "" {
			return found, err
		}
		w.after = end
	}
}

// endOfStretch is the last id of a whole stretch; "" when the ids end before.
func (db *DB) endOfStretch(ctx context.Context, after string, size int) (string, error) {
	var end string
	err := db.r.QueryRowContext(ctx, "SELECT id FROM recipients WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?", after, size-1).Scan(&end)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return end, classify(err)
}

// Fits answers which of the rules hold for one recipient.
func (db *DB) Fits(ctx context.Context, recipient string, rules []segment.Rule, now time.Time) ([]bool, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	held := make([]bool, 0, len(rules))
	found := false
	// Asked one by one: together they may have more parameters than a statement.
	for _, r := range rules {
		c, err := db.rulerOf(ctx, r, now)
		if err != nil {
			return nil, during(err, "ask rules about recipient %s", recipient)
		}
		id := c.textArg(recipient)
		text := "SELECT CASE WHEN r.erased_at = 0 AND " + c.rule(r, false) + " THEN 1 ELSE 0 END FROM recipients AS r WHERE r.id = " + id
		err = db.ruled(ctx, text, c.args, func(s scanner) error {
			holds := 0
			err := s.Scan(&holds)
			found, held = true, append(held, holds == 1)
			return err
		})
		if err != nil {
			return nil, during(err, "ask rules about recipient %s", recipient)
		}
		if !found {
			return nil, fmt.Errorf("ask rules about recipient %s: %w", recipient, notify.ErrNotFound)
		}
	}
	return held, nil
}
