package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

// integrationBefore names the integration of the attempt before this one.
const integrationBefore = `integration = COALESCE((SELECT a.integration FROM attempts AS a
	WHERE a.message_id = messages.id AND a.id <> messages.attempt_id ORDER BY a.number DESC LIMIT 1), '')`

// Defer gives claimed messages back untried. A receipt that settled one
// meanwhile leaves nothing to give back but its attempt, which stays on record.
func (db *DB) Defer(ctx context.Context, d []delivery.Deferral, now time.Time) error {
	d = slices.Clone(d)
	slices.SortStableFunc(d, func(a, b delivery.Deferral) int { return strings.Compare(a.MessageID, b.MessageID) })
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []timelineRow
		for _, each := range d {
			var row timelineRow
			r, err := tx.NewUpdate().Table("messages").
				Set("status = ?, attempt_id = '', worker = '', attempts = attempts - 1", notify.Queued).
				Set(integrationBefore).
				Set("attempt_number = attempt_number - 1, deferrals = deferrals + 1, sweeps = 0").
				Set("due_at = ?, lease_until = ?", micros(each.DueAt), micros(each.DueAt)).
				Where("id = ? AND attempt_id = ? AND status = ?", each.MessageID, each.AttemptID, notify.Sending).
				Returning("id AS message_id, channel, source").Exec(ctx, &row)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				continue
			}
			if _, err := tx.NewDelete().Table("attempts").Where("id = ?", each.AttemptID).Exec(ctx); err != nil {
				return err
			}
			row.At, row.Kind, row.Detail = micros(now), "deferred", because(each.Reason)
			rows = append(rows, row)
		}
		return writeTimeline(ctx, tx, rows)
	})
	if err != nil {
		return fmt.Errorf("defer %d messages: %w", len(d), err)
	}
	return nil
}
