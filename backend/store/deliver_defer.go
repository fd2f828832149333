package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// deferText undoes a claim. The integration is again that of the attempt before.
const deferText = `UPDATE messages SET status = ?, attempt_id = '', worker = '', attempts = attempts - 1,
	attempt_number = attempt_number - 1, due_at = g.due, lease_until = 0,
	integration = COALESCE((SELECT a.integration FROM attempts AS a
		WHERE a.message_id = messages.id AND a.id <> messages.attempt_id ORDER BY a.number DESC LIMIT 1), '')
	FROM g WHERE id = g.own AND attempt_id = g.attempt AND status = ? RETURNING id AS message_id, channel, source`

// Defer gives claimed messages back untried. What a receipt settled meanwhile
// stays as it is, with its attempt on record.
func (db *DB) Defer(ctx context.Context, d []delivery.Deferral, now time.Time) error {
	if len(d) == 0 {
		return nil
	}
	given := make(map[string]delivery.Deferral, len(d))
	ids := make([]string, len(d))
	claims := make([][]any, len(d))
	for i, each := range d {
		given[each.MessageID], ids[i] = each, each.MessageID
		claims[i] = []any{each.MessageID, each.AttemptID, micros(each.DueAt)}
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var known []string
		q := tx.NewSelect().Table("messages").Column("id").Where("id IN (?)", bun.List(sortedSet(ids))).OrderExpr("id")
		if err := db.lock(q, "UPDATE").Scan(ctx, &known); err != nil {
			return err
		}
		places, args := tuples(claims)
		var rows []timelineRow
		err := tx.NewRaw("WITH g (own, attempt, due) AS (VALUES "+places+") "+deferText, append(args, notify.Queued, notify.Sending)...).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return err
		}
		attempts := make([]string, len(rows))
		for i := range rows {
			each := given[rows[i].MessageID]
			attempts[i] = each.AttemptID
			rows[i].At, rows[i].Kind, rows[i].Detail = micros(now), "deferred", because(each.Reason)
		}
		if _, err := tx.NewDelete().Table("attempts").Where("id IN (?)", bun.List(attempts)).Exec(ctx); err != nil {
			return err
		}
		items := make([]watched, len(rows))
		for i, row := range rows {
			due := micros(given[row.MessageID].DueAt)
			items[i] = watched{row.MessageID, due, due}
		}
		if err := watch(ctx, tx, watchLists(watchMessages, items)); err != nil {
			return err
		}
		return writeTimeline(ctx, tx, rows)
	})
	if err != nil {
		return fmt.Errorf("defer %d messages: %w", len(d), err)
	}
	return nil
}
