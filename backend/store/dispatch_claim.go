package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// Held events are left alone: only the sweeper says that their time has come.
var (
	claimEventsText = `WITH mine AS MATERIALIZED (
		SELECT e.id AS own FROM events AS e WHERE e.id = ANY($1::text[]) AND e.status = 'accepted' AND e.send_at <= $3
		ORDER BY e.id FOR UPDATE SKIP LOCKED)
	UPDATE events SET status = 'dispatching', worker = $2, lease_until = $4 FROM mine WHERE id = own RETURNING ` + eventFields

	claimEventLite = `UPDATE events SET status = 'dispatching', worker = ?, lease_until = ?
	WHERE id = ? AND status = 'accepted' AND send_at <= ? RETURNING ` + eventFields
)

// ClaimEvents moves the events that are accepted and due to dispatching.
func (db *DB) ClaimEvents(ctx context.Context, c dispatch.Claim) ([]notify.Event, error) {
	var out []notify.Event
	keep := func(s scanner) error {
		e, err := scanEvent(s)
		out = append(out, e)
		return err
	}
	ids := sortedSet(c.IDs)
	var err error
	if db.postgres() {
		err = db.query(ctx, claimEventsText, []any{ids, c.Worker, micros(c.Now), micros(c.LeaseUntil)}, keep)
	} else {
		err = db.liteTx(ctx, []string{claimEventLite}, func(l lite) error {
			for _, id := range ids {
				row := l.stmt[claimEventLite].QueryRowContext(ctx, c.Worker, micros(c.LeaseUntil), id, micros(c.Now))
				if err := keep(row); errors.Is(err, sql.ErrNoRows) {
					out = out[:len(out)-1]
				} else if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("claim %d events: %w", len(c.IDs), err)
	}
	slices.SortFunc(out, func(a, b notify.Event) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// sortedSet is the order in which rows are locked: the same for everybody.
func sortedSet(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}
