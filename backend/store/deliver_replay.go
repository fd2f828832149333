package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// replaySelected bounds a replay that names no limit of its own.
const replaySelected = 1000

const (
	// isDead is said both ways: dead_at has the index.
	isDead       = "m.dead_at > 0 AND m.status IN ('failed', 'unknown')"
	isSuppressed = "EXISTS (SELECT 1 FROM suppressions AS s WHERE " + suppressesMessage + ")"
	isExpired    = "m.expires_at > 0 AND m.expires_at <= ?"
)

// ReplayCounts says what a replay of the selection would do.
func (db *DB) ReplayCounts(ctx context.Context, s delivery.Selection, now time.Time) (delivery.ReplayCounts, error) {
	var c delivery.ReplayCounts
	wheres, err := db.selected(ctx, s)
	if err != nil {
		return c, fmt.Errorf("preview a replay: %w", err)
	}
	q := db.latest().NewSelect().TableExpr("messages AS m").
		ColumnExpr("COUNT(*)").
		ColumnExpr("COALESCE(SUM(CASE WHEN m.status = 'delivered' THEN 1 ELSE 0 END), 0)").
		ColumnExpr("COALESCE(SUM(CASE WHEN "+isDead+" AND "+isExpired+" THEN 1 ELSE 0 END), 0)", micros(now)).
		ColumnExpr("COALESCE(SUM(CASE WHEN "+isDead+" AND NOT ("+isExpired+") AND "+isSuppressed+" THEN 1 ELSE 0 END), 0)", micros(now)).
		ColumnExpr("COALESCE(SUM(CASE WHEN "+isDead+" AND NOT ("+isExpired+") AND NOT "+isSuppressed+" THEN 1 ELSE 0 END), 0)", micros(now))
	for _, w := range wheres {
		w.on(q)
	}
	if err := q.Scan(ctx, &c.Selected, &c.AlreadyDelivered, &c.Expired, &c.Suppressed, &c.WouldSend); err != nil {
		return c, fmt.Errorf("preview a replay: %w", classify(err))
	}
	return c, nil
}

// selected are the conditions of a selection on messages AS m. A filter that
// names no status means dead letters: it must not sweep up the whole table.
func (db *DB) selected(ctx context.Context, s delivery.Selection) ([]condition, error) {
	if len(s.IDs) > 0 {
		return []condition{when(true, "m.id IN (?)", bun.List(s.IDs))}, nil
	}
	f := s.Filter
	if len(f.Status) == 0 {
		f.Status = []notify.Status{notify.Failed, notify.Unknown}
	}
	return db.messageConditions(ctx, f)
}

// Replay puts dead letters back to queued and returns their references.
func (db *DB) Replay(ctx context.Context, s delivery.Selection, now, leaseUntil time.Time) ([]delivery.Ref, error) {
	var refs []delivery.Ref
	err := db.changeDead(ctx, s, func(q *bun.SelectQuery) {
		q.Where("NOT ("+isExpired+")", micros(now)).Where("NOT " + isSuppressed)
	}, func(ctx context.Context, tx bun.Tx, ids []string) error {
		var rows []replayedRow
		_, err := tx.NewUpdate().Table("messages").
			Set("status = ?, attempts = 0, deferrals = 0, next_integration = '', attempt_id = '', worker = ''", notify.Queued).
			Set("due_at = ?, lease_until = 0, dead_at = 0", micros(now)).
			Where("id IN (?)", bun.List(ids)).Returning("id, channel, source, priority").Exec(ctx, &rows)
		if err != nil {
			return err
		}
		story := make([]timelineRow, len(rows))
		for i, r := range rows {
			refs = append(refs, delivery.Ref{ID: r.ID, Channel: notify.Channel(r.Channel), Priority: notify.Priority(r.Priority)})
			story[i] = timelineRow{MessageID: r.ID, At: micros(now), Kind: "replayed", Channel: r.Channel, Source: r.Source}
		}
		if err := watchAll(ctx, tx, watchMessages, ids, micros(leaseUntil)); err != nil {
			return err
		}
		return writeTimeline(ctx, tx, story)
	})
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	return refs, nil
}

// Replayable returns what Replay would put back, oldest first.
func (db *DB) Replayable(ctx context.Context, s delivery.Selection, now time.Time) ([]notify.Message, error) {
	wheres, err := db.selected(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("find what can be replayed: %w", err)
	}
	q := db.latest().NewSelect().TableExpr("messages AS m").ColumnExpr(messageFields).
		Where(isDead).Where("NOT ("+isExpired+")", micros(now)).Where("NOT "+isSuppressed).
		Where("m.id > ?", s.After).OrderExpr("m.id")
	for _, w := range wheres {
		w.on(q)
	}
	if s.Limit > 0 {
		q.Limit(int64(s.Limit))
	}
	rows, err := q.Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("find what can be replayed: %w", classify(err))
	}
	return readMessages(rows)
}

// Rewrite replaces what a dead letter says.
func (db *DB) Rewrite(ctx context.Context, messageID string, content notify.Content, ref notify.TemplateRef) error {
	text, err := jsonText(content)
	if err != nil {
		return err
	}
	r, err := db.w.NewUpdate().Table("messages").Set("content = ?", text).Set("size_bytes = ?", content.Size()).
		Set("parts = CASE WHEN channel = ? THEN ? ELSE 0 END", notify.SMS, content.Parts(notify.SMS)).
		Set("template = ?, template_version = ?, locale = ?", ref.Key, ref.Version, ref.Locale).
		Where("id = ?", messageID).Where("status IN ('failed', 'unknown')").Exec(ctx)
	return mustTouch(r, err, "rewrite message %s", messageID)
}

type replayedRow struct {
	ID, Channel, Source, Priority string
}

// Discard moves dead letters to cancelled.
func (db *DB) Discard(ctx context.Context, s delivery.Selection, reason string, now time.Time) (int, error) {
	count := 0
	err := db.changeDead(ctx, s, func(*bun.SelectQuery) {}, func(ctx context.Context, tx bun.Tx, ids []string) error {
		var rows []timelineRow
		_, err := tx.NewUpdate().Table("messages").Set("status = ?, lease_until = 0, dead_at = 0", notify.Cancelled).
			Where("id IN (?)", bun.List(ids)).Returning("id AS message_id, channel, source").Exec(ctx, &rows)
		for i := range rows {
			rows[i].At, rows[i].Kind, rows[i].Detail = micros(now), string(notify.Cancelled), because(reason)
		}
		count = len(rows)
		if err != nil {
			return err
		}
		return writeTimeline(ctx, tx, rows)
	})
	if err != nil {
		return 0, fmt.Errorf("discard dead letters: %w", err)
	}
	return count, nil
}

// changeDead locks the dead letters of a selection, oldest first, and hands
// their ids to change.
func (db *DB) changeDead(ctx context.Context, s delivery.Selection, narrow func(*bun.SelectQuery), change func(context.Context, bun.Tx, []string) error) error {
	wheres, err := db.selected(ctx, s)
	if err != nil {
		return err
	}
	limit := s.Limit
	if limit <= 0 {
		limit = replaySelected
	}
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().TableExpr("messages AS m").Column("m.id").Where(isDead)
		for _, w := range wheres {
			w.on(q)
		}
		if s.After != "" {
			q.Where("m.id > ?", s.After)
		}
		narrow(q)
		var ids []string
		if err := db.lock(q.OrderExpr("m.id").Limit(int64(limit)), "UPDATE OF m").Scan(ctx, &ids); err != nil || len(ids) == 0 {
			return err
		}
		return change(ctx, tx, ids)
	})
}
