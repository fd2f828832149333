package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// Held events are left alone: only the sweeper says that their time has come.
const acceptedText = `SELECT ` + eventFields + ` FROM events WHERE id = ANY($1::text[]) AND status = 'accepted' AND send_at <= $2 ORDER BY id`

// Accepted reads the events that are accepted and due.
func (db *DB) Accepted(ctx context.Context, ids []string, now time.Time) ([]notify.Event, error) {
	ids = sortedSet(ids)
	var out []notify.Event
	keep := func(s scanner) error {
		e, err := scanEvent(s)
		out = append(out, e)
		return err
	}
	if db.postgres() {
		if err := db.query(ctx, acceptedText, []any{ids, micros(now)}, keep); err != nil {
			return nil, fmt.Errorf("read %d accepted events: %w", len(ids), err)
		}
		return out, nil
	}
	rows, err := db.latest().NewSelect().Table("events").ColumnExpr(eventFields).Where("id IN (?)", bun.List(ids)).
		Where("status = ? AND send_at <= ?", notify.EventAccepted, micros(now)).OrderExpr("id").Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("read %d accepted events: %w", len(ids), classify(err))
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := keep(rows); err != nil {
			return nil, err
		}
	}
	return out, classify(rows.Err())
}

// sortedSet is the order in which rows are locked: the same for everybody.
func sortedSet(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}
