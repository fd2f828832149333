package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// closeEvent is what makes one dispatcher the one that stores an event.
const closeEvent = `UPDATE events SET status = ?, cursor = ?, error = ?, dispatched_at = ?
	WHERE id = ? AND status = 'accepted' AND cursor = ?`

// overTime saves a batch in which runs are parked or stopped. It takes a
// statement for each event and window, which the batches of all other workflows
// do without.
func (s *saving) overTime(ctx context.Context, db *DB, b dispatch.Batch) error {
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		gone, err := db.erasedIn(ctx, tx, s.people)
		if err == nil {
			err = s.forget(gone)
		}
		if err != nil {
			return err
		}
		for i := range s.events[0].len() {
			row := row(s.events, i) // own, from, status, cursor, error, dispatched
			n, err := touched(tx.NewRaw(closeEvent, row[2], row[3], row[4], row[5], row[0], row[1]).Exec(ctx))
			if err != nil {
				return err
			}
			if n == 1 {
				s.saved[row[0].(string)] = true
			}
		}
		if len(s.caps) > 0 {
			counts, err := db.capsIn(ctx, tx, s.caps, b.Now)
			if err != nil {
				return err
			}
			if err := s.hold(counts); err != nil {
				return err
			}
		}
		if err := s.gathered(ctx, tx); err != nil {
			return err
		}
		for _, part := range []struct {
			table   string
			columns []column
		}{
			{"notifications", s.held(s.runEvent, s.runs)}, {"messages", s.held(s.messageEvent, s.messages)},
			{"message_events", s.held(s.rowsOf, s.timeline)}, {"watch", s.watch},
		} {
			if err := insertColumns(ctx, tx, part.table, part.columns); err != nil {
				return err
			}
		}
		runs := slices.DeleteFunc(slices.Clone(b.Runs), func(r notify.Run) bool { return !s.saved[r.EventID] })
		if err := settleRuns(ctx, tx, runs, b.Now); err != nil {
			return err
		}
		if err := insertRuns(ctx, tx, runs, b.Now); err != nil {
			return err
		}
		return s.stopRuns(ctx, db, tx)
	})
}

// stopRuns ends the runs that the batch's events end. Where two events end one
// run, the first one's reason is kept.
func (s *saving) stopRuns(ctx context.Context, db *DB, tx bun.Tx) error {
	why := map[string]notify.Decision{}
	for _, stop := range s.batch.Stops {
		for _, run := range stop.Runs {
			if _, known := why[run]; !known && s.saved[stop.EventID] {
				why[run] = stop.Decision
			}
		}
	}
	if len(why) == 0 {
		return nil
	}
	runs := slices.Sorted(maps.Keys(why))
	told, err := db.endRuns(ctx, tx, func(run string) notify.Decision { return why[run] }, when(true, "r.id IN (?)", bun.List(runs)))
	if err != nil {
		return err
	}
	return db.addDecisions(ctx, tx, told)
}

// gathered gives what waits for a digest its place before the rows are written.
func (s *saving) gathered(ctx context.Context, tx bun.Tx) error {
	if !anyGathers(s.batch.Messages) {
		return nil
	}
	lost := func(m notify.Message) bool { return !s.saved[m.EventID] }
	if err := gatherMessages(ctx, tx, s.batch.Messages, lost, s.batch.Now); err != nil {
		return err
	}
	return s.rows()
}

// insertColumns stores a batch in either dialect.
func insertColumns(ctx context.Context, tx bun.Tx, table string, columns []column) error {
	n := columns[0].len()
	for start := 0; start < n; start += upsertAtOnce {
		var places strings.Builder
		var args []any
		for i := start; i < min(start+upsertAtOnce, n); i++ {
			if i > start {
				places.WriteString(", ")
			}
			for j, c := range columns {
				places.WriteString([]string{"(", ", "}[min(j, 1)])
				places.WriteString(c.wrap("?"))
			}
			places.WriteString(")")
			args = append(args, row(columns, i)...)
		}
		if _, err := tx.NewRaw("INSERT INTO "+table+" ("+names(columns)+") VALUES "+places.String(), args...).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// capsIn locks the people of the keys, in the order in which everybody does, and
// counts what they got.
func (db *DB) capsIn(ctx context.Context, tx bun.Tx, keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = key.Recipient
	}
	var locked []string
	q := tx.NewSelect().Table("recipients").Column("id").Where("id IN (?)", bun.List(sortedSet(ids))).OrderExpr("id")
	if err := db.lock(q, "UPDATE").Scan(ctx, &locked); err != nil {
		return nil, err
	}
	columns, counts := capColumns(keys, now), make(map[notify.CapKey]int, len(keys))
	for i, key := range keys {
		n := 0
		err := tx.NewRaw("SELECT ("+capCounted+") FROM (SELECT ? AS recipient, ? AS category, CAST(? AS BIGINT) AS since, ? AS oldest) AS g",
			row(columns, i)...).Scan(ctx, &n)
		if err != nil {
			return nil, err
		}
		counts[key] = n
	}
	return counts, nil
}
