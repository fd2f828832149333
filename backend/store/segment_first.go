package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

// FirstFitting counts who fits a rule and names the first few by id.
func (db *DB) FirstFitting(ctx context.Context, l segment.Look) (int, []notify.RecipientRef, error) {
	if db.postgres() {
		n, found, err := db.countInLots(ctx, l)
		return n, found, during(err, "preview who fits a rule")
	}
	n, err := db.CountFitting(ctx, l.Rule, l.Now)
	if err != nil || n == 0 {
		return n, []notify.RecipientRef{}, err
	}
	found, _, err := db.Fitting(ctx, l.Rule, l.Now, notify.Page{Limit: l.Most})
	return n, found, err
}

// lotOf is which of 256 lots a recipient belongs to, by its id. recipients_lots
// tells the planner how many there are.
const lotOf = "hashtext(r.id) & 255"

// lot is how many of a lot fit a rule, and the first of them.
type lot struct {
	number int32
	count  int
	first  string
}

// countInLots counts all who fit in one pass by two processes. Which of them are the
// first ten no pass can tell that only counts; but the first of each lot it can, for
// next to nothing, and the first ten are these, or hide behind them in their lots.
func (db *DB) countInLots(ctx context.Context, l segment.Look) (int, []notify.RecipientRef, error) {
	found, count := []notify.RecipientRef{}, 0
	pass, err := db.rulerOf(ctx, l.Rule, l.Now)
	if err != nil {
		return 0, nil, err
	}
	pass.whole = true
	hidden, err := db.rulerOf(ctx, l.Rule, l.Now)
	if err != nil {
		return 0, nil, err
	}
	err = db.looking(ctx, func(tx pgx.Tx) error {
		lots, err := pass.lots(ctx, tx, l.Rule)
		if err != nil || len(lots) == 0 {
			return err
		}
		for _, one := range lots {
			count += one.count
		}
		ids, err := hidden.behind(ctx, tx, l, lots)
		if err != nil {
			return err
		}
		return named(ctx, tx, ids, l.Most, func(r notify.RecipientRef) { found = append(found, r) })
	})
	return count, found, err
}

// lots are those in which anybody fits, ordered by the first of each.
func (c *ruler) lots(ctx context.Context, tx pgx.Tx, r segment.Rule) ([]lot, error) {
	var lots []lot
	text := "SELECT " + lotOf + ", count(*), min(r.id) FROM recipients AS r WHERE r.erased_at = 0 AND " + c.rule(r, false) + " GROUP BY 1 ORDER BY 3"
	err := planned(ctx, tx, text, c.args, func(s scanner) error {
		var one lot
		err := s.Scan(&one.number, &one.count, &one.first)
		lots = append(lots, one)
		return err
	})
	return lots, err
}

// behind are the first of the lots together with those who stand behind them in
// their lots and before the last of the few: among these are the first few of all.
func (c *ruler) behind(ctx context.Context, tx pgx.Tx, l segment.Look, lots []lot) ([]string, error) {
	few := lots[:min(len(lots), l.Most)]
	var ids []string
	var more []int32
	for _, one := range few {
		ids = append(ids, one.first)
		if one.count > 1 {
			more = append(more, one.number)
		}
	}
	if len(more) == 0 {
		return ids, nil
	}
	text := "SELECT r.id FROM recipients AS r WHERE r.erased_at = 0 AND r.id > " + c.textArg(few[0].first) +
		" AND " + lotOf + " = ANY(" + c.arg(more, "int[]") + ")"
	if len(few) == l.Most {
		text += " AND r.id < " + c.textArg(few[len(few)-1].first)
	}
	text += " AND " + c.rule(l.Rule, false) + " ORDER BY r.id LIMIT " + c.numberArg(int64(l.Most))
	err := planned(ctx, tx, text, c.args, func(s scanner) error {
		var id string
		err := s.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// named are the first of these people, in the order of the database.
func named(ctx context.Context, tx pgx.Tx, ids []string, most int, each func(r notify.RecipientRef)) error {
	text := "SELECT r.id, r.name FROM recipients AS r WHERE r.id = ANY($1::text[]) ORDER BY r.id LIMIT $2::bigint"
	return planned(ctx, tx, text, []any{ids, most}, func(s scanner) error {
		var one notify.RecipientRef
		err := s.Scan(&one.ID, &one.Name)
		each(one)
		return err
	})
}
