package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/recovery"
)

// unfinishedRow is an event or a message that is not final.
type unfinishedRow struct {
	ID, Status, Channel, Source, Priority string
	Due, LeaseUntil                       int64
}

// look is one turn over the lists that are due.
type look struct {
	db   *DB
	tx   bun.Tx
	q    recovery.Sweep
	rows []watchRow
	ids  map[int64][]string
	open map[string]unfinishedRow
}

// look locks the lists that are due and reads what of them is still open.
func (db *DB) look(ctx context.Context, tx bun.Tx, kind string, q recovery.Sweep) (*look, error) {
	l := &look{db: db, tx: tx, q: q, ids: map[int64][]string{}, open: map[string]unfinishedRow{}}
	s := tx.NewSelect().Model(&l.rows).Where("kind = ? AND look_at <= ?", kind, micros(q.Now)).OrderExpr("look_at").Limit(int64(q.Limit))
	if err := db.lock(s, "UPDATE SKIP LOCKED").Scan(ctx); err != nil || len(l.rows) == 0 {
		return l, err
	}
	var all []string
	for _, row := range l.rows {
		var ids []string
		if err := json.Unmarshal([]byte(row.IDs), &ids); err != nil {
			return nil, fmt.Errorf("read list %d of the watch: %w", row.ID, err)
		}
		l.ids[row.ID] = ids
		all = append(all, ids...)
	}
	var open []unfinishedRow
	read := tx.NewSelect().Column("id", "status", "source", "priority").Where("id IN (?)", bun.List(sortedSet(all)))
	if kind == watchMessages {
		read.Table("messages").ColumnExpr("channel, due_at AS due, lease_until").
			Where("status IN (?)", bun.List([]notify.Status{notify.Held, notify.Queued, notify.Sending}))
	} else {
		read.Table("events").ColumnExpr("'' AS channel, send_at AS due, 0 AS lease_until").
			Where("status IN (?)", bun.List([]notify.EventStatus{notify.EventHeld, notify.EventAccepted}))
	}
	if err := read.Scan(ctx, &open); err != nil {
		return nil, err
	}
	for _, row := range open {
		l.open[row.ID] = row
	}
	return l, nil
}

// turns tells what is due and what is claimed under a lease that ended. What is
// only due later has a list of its own, which whoever put it off has written.
func (l *look) turns(busy string) (due, lapsed []unfinishedRow) {
	now := micros(l.q.Now)
	for _, list := range l.rows {
		for _, id := range l.ids[list.ID] {
			switch row, open := l.open[id]; {
			case !open:
			case row.Status == busy && row.LeaseUntil <= now:
				lapsed = append(lapsed, row)
			case row.Status != busy && row.Due <= now:
				due = append(due, row)
			}
		}
	}
	return once(due), once(lapsed)
}

// once drops the second of two rows: an id may stand in two lists.
func once(rows []unfinishedRow) []unfinishedRow {
	seen := make(map[string]bool, len(rows))
	var out []unfinishedRow
	for _, row := range rows {
		if !seen[row.ID] {
			seen[row.ID] = true
			out = append(out, row)
		}
	}
	return out
}

// close writes the lists anew: what is open now, to be looked at when a claim
// ends or, for what was due, after base × 2^sweeps, at most max: a queue that
// is merely long is not made longer.
func (l *look) close(ctx context.Context, busy string) error {
	now := micros(l.q.Now)
	var done []int64
	var left [][]any
	for _, list := range l.rows {
		var ids []string
		again, next := false, now+l.q.Max.Microseconds()
		wait := min(l.q.Base<<min(list.Sweeps, 20), l.q.Max)
		for _, id := range l.ids[list.ID] {
			row, open := l.open[id]
			switch {
			case !open || row.Status != busy && row.Due > now:
				continue
			case row.Status == busy && row.LeaseUntil > now:
				next = min(next, row.LeaseUntil)
			case row.Status == busy:
				next = min(next, now+l.q.Base.Microseconds())
			default:
				again, next = true, min(next, now+wait.Microseconds())
			}
			ids = append(ids, id)
		}
		if len(ids) == 0 {
			done = append(done, list.ID)
			continue
		}
		if again {
			list.Sweeps++
		}
		left = append(left, []any{list.ID, next, list.Sweeps, idsText(ids)})
	}
	if len(done) > 0 {
		if _, err := l.tx.NewDelete().Table("watch").Where("id IN (?)", bun.List(done)).Exec(ctx); err != nil {
			return err
		}
	}
	if len(left) == 0 {
		return nil
	}
	places, args := tuples(left)
	_, err := l.tx.NewRaw(`WITH g (own, next, swept, open) AS (VALUES `+places+`) UPDATE watch
		SET look_at = CAST(g.next AS BIGINT), not_before = 0, sweeps = g.swept, ids = g.open FROM g WHERE id = CAST(g.own AS BIGINT)`, args...).Exec(ctx)
	return err
}

// wake moves held rows whose time has come to status, and returns those of the
// due rows that are waiting for the queue now: a held one may have been
// cancelled meanwhile.
func (l *look) wake(ctx context.Context, table, held, status string, due []unfinishedRow) ([]unfinishedRow, []unfinishedRow, error) {
	var ids []string
	for _, row := range due {
		if row.Status == held {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) == 0 {
		return due, nil, nil
	}
	var woken []string
	_, err := l.tx.NewUpdate().Table(table).Set("status = ?", status).Where("id IN (?)", bun.List(ids)).Where("status = ?", held).
		Returning("id").Exec(ctx, &woken)
	if err != nil {
		return nil, nil, err
	}
	was := make(map[string]bool, len(woken))
	for _, id := range woken {
		was[id] = true
	}
	var waiting, awake []unfinishedRow
	for _, row := range due {
		if row.Status != held || was[row.ID] {
			waiting = append(waiting, row)
		}
		if row.Status == held && was[row.ID] {
			awake = append(awake, row)
		}
	}
	return waiting, awake, nil
}

// DueMessages looks at the lists of messages whose time has come.
func (db *DB) DueMessages(ctx context.Context, q recovery.Sweep) (recovery.Due[recovery.MessageRef], error) {
	var found recovery.Due[recovery.MessageRef]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l, err := db.look(ctx, tx, watchMessages, q)
		if err != nil || len(l.rows) == 0 {
			return err
		}
		found.More = len(l.rows) == q.Limit
		due, lapsed := l.turns(string(notify.Sending))
		due, awake, err := l.wake(ctx, "messages", string(notify.Held), string(notify.Queued), due)
		if err != nil {
			return err
		}
		for _, r := range due {
			found.Refs = append(found.Refs, recovery.MessageRef{ID: r.ID, Channel: notify.Channel(r.Channel), Priority: notify.Priority(r.Priority)})
		}
		if found.Lapsed, err = db.stillSending(ctx, tx, lapsed); err != nil {
			return err
		}
		story := make([]timelineRow, len(awake))
		for i, r := range awake {
			story[i] = timelineRow{MessageID: r.ID, At: micros(q.Now), Kind: string(notify.Queued), Channel: r.Channel, Source: r.Source}
		}
		if err := writeTimeline(ctx, tx, story); err != nil {
			return err
		}
		return l.close(ctx, string(notify.Sending))
	})
	if err != nil {
		return recovery.Due[recovery.MessageRef]{}, fmt.Errorf("sweep messages: %w", err)
	}
	return found, nil
}

func (db *DB) stillSending(ctx context.Context, tx bun.Tx, lapsed []unfinishedRow) ([]notify.Message, error) {
	if len(lapsed) == 0 {
		return nil, nil
	}
	ids := make([]string, len(lapsed))
	for i, row := range lapsed {
		ids[i] = row.ID
	}
	rows, err := tx.NewSelect().Table("messages").ColumnExpr(messageFields).
		Where("id IN (?)", bun.List(ids)).Where("status = ?", notify.Sending).OrderExpr("id").Rows(ctx)
	if err != nil {
		return nil, err
	}
	return readMessages(rows)
}

// DueEvents looks at the lists of events whose time has come.
func (db *DB) DueEvents(ctx context.Context, q recovery.Sweep) (recovery.Due[recovery.EventRef], error) {
	var found recovery.Due[recovery.EventRef]
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l, err := db.look(ctx, tx, watchEvents, q)
		if err != nil || len(l.rows) == 0 {
			return err
		}
		found.More = len(l.rows) == q.Limit
		due, _ := l.turns(nobody)
		if due, _, err = l.wake(ctx, "events", string(notify.EventHeld), string(notify.EventAccepted), due); err != nil {
			return err
		}
		for _, r := range due {
			found.Refs = append(found.Refs, recovery.EventRef{ID: r.ID, Priority: notify.Priority(r.Priority)})
		}
		return l.close(ctx, nobody)
	})
	if err != nil {
		return recovery.Due[recovery.EventRef]{}, fmt.Errorf("sweep events: %w", err)
	}
	return found, nil
}

// nobody is the state of an event that somebody owns: there is none.
const nobody = ""

// Interrupted returns the messages of silent workers whole, so that their
// attempts can be finished as any other.
func (db *DB) Interrupted(ctx context.Context, silentSince time.Time, limit int) ([]notify.Message, error) {
	gone, err := silent(ctx, db.latest(), silentSince)
	if err != nil || len(gone) == 0 {
		return nil, during(err, "find silent workers")
	}
	rows, err := db.latest().NewSelect().Table("messages").ColumnExpr(messageFields).Where("id IN ("+db.watchedIDs(watchMessages)+")").
		Where("status = ?", notify.Sending).Where("worker IN (?)", bun.List(gone)).OrderExpr("id").Limit(int64(limit)).Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("find interrupted messages: %w", classify(err))
	}
	return readMessages(rows)
}

// AnyDue says what the sweeper has to look after now. Its conditions are those of
// DueMessages, DueEvents, DueRuns and DueSagas.
func (db *DB) AnyDue(ctx context.Context, now time.Time) (found recovery.AnyDue, err error) {
	err = db.latest().NewRaw(`SELECT
		EXISTS (SELECT 1 FROM watch WHERE kind = ?1 AND look_at <= ?0),
		EXISTS (SELECT 1 FROM watch WHERE kind = ?2 AND look_at <= ?0),
		EXISTS (SELECT 1 FROM runs WHERE status = 'parked' AND look_at <= ?0),
		EXISTS (SELECT 1 FROM sagas WHERE state IN `+openSagas+` AND look_at <= ?0)`,
		micros(now), watchMessages, watchEvents).Scan(ctx, &found.Messages, &found.Events, &found.Runs, &found.Sagas)
	return found, during(err, "see what is due")
}

// EndLeases makes all that waits for the queue due for the sweeper at its time.
// What cannot be due before then keeps its place, out of the sweeper's sight.
func (db *DB) EndLeases(ctx context.Context, now time.Time) error {
	at := micros(now)
	_, err := db.w.NewUpdate().Table("watch").Set("sweeps = 0, look_at = CASE WHEN not_before > ? THEN not_before ELSE ? END", at, at).
		Where("look_at > ?", at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end the leases: %w", classify(err))
	}
	_, err = db.w.NewUpdate().Table("runs").Set("sweeps = 0, look_at = ?", at).
		Where("status = 'parked' AND look_at > ? AND resume_at <= ?", at, at).Exec(ctx)
	if err != nil {
		return during(err, "end the leases of runs")
	}
	_, err = db.w.NewUpdate().Table("sagas").Set("sweeps = 0, look_at = ?", at).
		Where("state IN "+openSagas).Where("look_at > ? AND next_at <= ?", at, at).Exec(ctx)
	if err != nil {
		return during(err, "end the leases of sagas")
	}
	return db.endLeasesOfTheDead(ctx, at)
}

// endLeasesOfTheDead lets others have at once what a worker had taken that is off
// the list of the living: planned times of schedules, and broadcasts.
func (db *DB) endLeasesOfTheDead(ctx context.Context, at int64) error {
	for table, open := range map[string]string{"schedule_fires": "state = 'due'", "broadcasts": "look_at > 0"} {
		_, err := db.w.NewRaw("UPDATE "+table+" SET look_at = ? WHERE "+open+` AND look_at > ? AND worker <> ''
			AND NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = `+table+".worker)", at, at).Exec(ctx)
		if err != nil {
			return during(err, "end the leases of dead workers on %s", table)
		}
	}
	return nil
}
