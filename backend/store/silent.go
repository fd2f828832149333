package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

var _ delivery.Silences = (*DB)(nil)

// Silent returns the messages that are still sent although their receipt was
// due. It locks nothing: what follows applies only where nothing changed.
func (db *DB) Silent(ctx context.Context, now time.Time, limit int) (s delivery.Silence, err error) {
	var rows []watchRow
	err = db.latest().NewSelect().Model(&rows).Where("kind = ? AND look_at <= ?", watchSilent, micros(now)).
		OrderExpr("look_at").Limit(int64(limit)).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return s, during(err, "find lists of messages without a receipt")
	}
	s.Lists = make([]int64, len(rows))
	var ids []string
	for i, row := range rows {
		s.Lists[i] = row.ID
		var named []string
		if err := json.Unmarshal([]byte(row.IDs), &named); err != nil {
			return s, fmt.Errorf("read list %d of the watch: %w", row.ID, err)
		}
		ids = append(ids, named...)
	}
	named := bun.List(sortedSet(ids))
	err = db.latest().NewSelect().Table("messages").ColumnExpr("integration, count(*) AS due").
		ColumnExpr("sum(CASE WHEN status = ? THEN 1 ELSE 0 END) AS missing", notify.Sent).
		Where("id IN (?)", named).GroupExpr("integration").OrderExpr("integration").Scan(ctx, &s.Counts)
	if err != nil {
		return s, during(err, "count the receipts that were due")
	}
	found, err := db.latest().NewSelect().Table("messages").ColumnExpr(messageFields).
		Where("id IN (?)", named).Where("status = ?", notify.Sent).OrderExpr("id").Rows(ctx)
	if err != nil {
		return s, during(err, "read messages without a receipt")
	}
	s.Messages, err = readMessages(found)
	return s, err
}

// Redirect queues messages again for another integration.
func (db *DB) Redirect(ctx context.Context, list []delivery.Redirection, now time.Time) ([]delivery.Ref, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var refs []delivery.Ref
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		refs = nil
		var story []timelineRow
		var ids []string
		for _, each := range list {
			var rows []replayedRow
			_, err := tx.NewUpdate().Table("messages").
				Set("status = ?, next_integration = ?, due_at = ?, lease_until = 0", notify.Queued, each.Next, micros(now)).
				Where("id = ? AND status = ? AND attempt_number = ?", each.MessageID, notify.Sent, each.AttemptNumber).
				Returning("id, channel, source, priority").Exec(ctx, &rows)
			if err != nil {
				return err
			}
			for _, r := range rows {
				ids = append(ids, r.ID)
				refs = append(refs, delivery.Ref{ID: r.ID, Channel: notify.Channel(r.Channel), Priority: notify.Priority(r.Priority)})
				story = append(story, timelineRow{
					MessageID: r.ID, At: micros(now), Kind: "failover", Channel: r.Channel, Source: r.Source, Detail: string(each.Detail),
				})
			}
		}
		if err := watchAll(ctx, tx, watchMessages, ids, micros(now)); err != nil {
			return err
		}
		return writeTimeline(ctx, tx, story)
	})
	if err != nil {
		return nil, during(err, "redirect %d messages", len(list))
	}
	return refs, nil
}

// Heed drops lists.
func (db *DB) Heed(ctx context.Context, lists []int64) error {
	if len(lists) == 0 {
		return nil
	}
	_, err := db.w.NewDelete().Table("watch").Where("id IN (?)", bun.List(lists)).Exec(ctx)
	return during(err, "drop %d lists of the watch", len(lists))
}
