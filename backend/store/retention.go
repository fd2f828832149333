package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/retention"
)

var _ retention.Store = (*DB)(nil)

// removedAtOnce is how many messages, or events, one transaction looks at: SQLite's
// one writer is free again after some milliseconds.
const removedAtOnce = 200

// oldMessage is a message that may be removed, if its story is over.
type oldMessage struct {
	ID                string
	NotificationID    string
	ProviderMessageID string
	Channel           string
	Source            string
	Broadcast         string
	Status            string
	CreatedAt         int64
}

// RemoveMessages removes messages of a slice that ended, with their attempts, their
// story, their items in inboxes and the notifications that have no other message.
// How many there were stays.
func (db *DB) RemoveMessages(ctx context.Context, s retention.Slice) (retention.Done, error) {
	var done retention.Done
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		done = retention.Done{}
		var rows []oldMessage
		if err := oldRows(tx, "messages", notify.MessageID, s).
			Column("id", "notification_id", "provider_message_id", "channel", "source", "broadcast", "status", "created_at").
			Where("status NOT IN ('held', 'queued', 'sending')").Apply(db.skippingLocked).Scan(ctx, &rows); err != nil {
			return err
		}
		if len(rows) == removedAtOnce {
			done.Next = rows[len(rows)-1].ID
		}
		rows, err := untouched(ctx, tx, rows, s)
		if err != nil || len(rows) == 0 {
			return err
		}
		done.Removed = len(rows)
		if err := keepCounts(ctx, tx, rows); err != nil {
			return err
		}
		if err := removeRecalls(ctx, tx, messageIDs(rows)); err != nil {
			return err
		}
		return removeAll(ctx, tx, rows)
	})
	return done, during(err, "remove messages made before %s", s.Before.Format(time.RFC3339))
}

// oldRows are those of a slice, oldest first. Ids begin with the time at which
// they were made, so a slice is a stretch of the primary key.
func oldRows(tx bun.Tx, table, prefix string, s retention.Slice) *bun.SelectQuery {
	return tx.NewSelect().Table(table).Where("id > ? AND id < ?", s.After, notify.FirstID(prefix, s.Before)).
		Where("created_at < ?", micros(s.Before)).OrderExpr("id").Limit(removedAtOnce)
}

// skippingLocked leaves rows alone that somebody works on.
func (db *DB) skippingLocked(q *bun.SelectQuery) *bun.SelectQuery {
	if db.postgres() {
		return q.For("UPDATE SKIP LOCKED")
	}
	return q
}

// untouched are the messages nothing happened to since, whose whole story was read
// by those who follow the stream.
func untouched(ctx context.Context, tx bun.Tx, rows []oldMessage, s retention.Slice) ([]oldMessage, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	var young []string
	err := tx.NewSelect().Table("message_events").ColumnExpr("DISTINCT message_id").Where("message_id IN (?)", bun.List(messageIDs(rows))).
		Where("seq > ? OR at >= ?", s.UpTo, micros(s.Before)).Scan(ctx, &young)
	return slices.DeleteFunc(rows, func(m oldMessage) bool { return slices.Contains(young, m.ID) }), err
}

func messageIDs(rows []oldMessage) []string {
	ids := make([]string, len(rows))
	for i, m := range rows {
		ids[i] = m.ID
	}
	return ids
}

// removedSlot is the width of the counts that stay: what every zone's hours are
// made of.
const removedSlot = int64(15 * time.Minute / time.Microsecond)

type removedRow struct {
	bun.BaseModel `bun:"table:removed_messages"`
	Slot          int64
	Channel       string
	Source        string
	Broadcast     string
	Status        string
	N             int64
}

func keepCounts(ctx context.Context, tx bun.Tx, rows []oldMessage) error {
	counts, newest := map[removedRow]int64{}, int64(0)
	for _, m := range rows {
		counts[removedRow{
			Slot: m.CreatedAt / removedSlot * removedSlot, Channel: m.Channel, Source: m.Source, Broadcast: m.Broadcast, Status: m.Status,
		}]++
		newest = max(newest, m.CreatedAt)
	}
	list := make([]removedRow, 0, len(counts))
	for row, n := range counts {
		row.N = n
		list = append(list, row)
	}
	_, err := tx.NewInsert().Model(&list).On("CONFLICT (slot, channel, source, broadcast, status) DO UPDATE").
		Set("n = removed_row.n + EXCLUDED.n").Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE retention SET removed_until = ? WHERE removed_until < ?", newest, newest)
	return err
}

func removeAll(ctx context.Context, tx bun.Tx, rows []oldMessage) error {
	ids := bun.List(messageIDs(rows))
	var vendors, runs []string
	for _, m := range rows {
		if m.ProviderMessageID != "" {
			vendors = append(vendors, m.ProviderMessageID)
		}
		runs = append(runs, m.NotificationID)
	}
	if len(vendors) > 0 {
		if _, err := tx.NewRaw("DELETE FROM provider_ids WHERE provider_message_id IN (?) AND message_id IN (?)", bun.List(vendors), ids).Exec(ctx); err != nil {
			return err
		}
	}
	for _, part := range []string{"message_events WHERE message_id", "attempts WHERE message_id", "receipts WHERE message_id <> '' AND message_id", "inbox_items WHERE message_id", "messages WHERE id"} {
		if _, err := tx.NewRaw("DELETE FROM "+part+" IN (?)", ids).Exec(ctx); err != nil {
			return err
		}
	}
	slices.Sort(runs)
	// The offset keeps PostgreSQL from joining all messages instead of looking up some.
	_, err := tx.NewRaw(`DELETE FROM notifications WHERE id IN (?)
		AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.recipient_id = notifications.recipient_id AND m.notification_id = notifications.id LIMIT 1 OFFSET 0)
		AND NOT EXISTS (SELECT 1 FROM runs AS r WHERE r.id = notifications.id)`, bun.List(slices.Compact(runs))).Exec(ctx)
	return err
}

// RemoveEvents removes events of a slice of which no message is left, with
// notifications that never had one. An event of a broadcast stays with it.
func (db *DB) RemoveEvents(ctx context.Context, s retention.Slice) (retention.Done, error) {
	var done retention.Done
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		done = retention.Done{}
		var looked, ids []string
		if err := oldRows(tx, "events", notify.EventID, s).Column("id").Apply(db.skippingLocked).Scan(ctx, &looked); err != nil || len(looked) == 0 {
			return err
		}
		if len(looked) == removedAtOnce {
			done.Next = looked[len(looked)-1]
		}
		err := tx.NewRaw(`SELECT e.id FROM events AS e WHERE e.id IN (?) AND e.status NOT IN ('held', 'accepted')
			AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.event_id = e.id LIMIT 1 OFFSET 0)
			AND NOT EXISTS (SELECT 1 FROM broadcasts AS b WHERE b.event_id = e.id)
			AND NOT EXISTS (SELECT 1 FROM notifications AS n JOIN runs AS r ON r.id = n.id WHERE n.event_id = e.id)`, bun.List(looked)).Scan(ctx, &ids)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, part := range []string{"notifications WHERE event_id", "events WHERE id"} {
			if _, err := tx.NewRaw("DELETE FROM "+part+" IN (?)", bun.List(ids)).Exec(ctx); err != nil {
				return err
			}
		}
		done.Removed = len(ids)
		return nil
	})
	return done, during(err, "remove events reported before %s", s.Before.Format(time.RFC3339))
}

// RemovedUntil is when the youngest message was made that was removed; zero when
// none was.
func (db *DB) RemovedUntil(ctx context.Context) (time.Time, error) {
	var at int64
	err := db.latest().NewSelect().Table("retention").Column("removed_until").Scan(ctx, &at)
	return fromMicros(at), during(err, "find up to when messages were removed")
}

// CountedSeq is up to which place of the stream reports have counted.
func (db *DB) CountedSeq(ctx context.Context) (int64, error) {
	var seq int64
	err := db.latest().NewSelect().Table("report_progress").Column("seq").Scan(ctx, &seq)
	return seq, during(err, "find how far reports are counted")
}

// Outlook counts what is older than two times, messages and events, and what went.
func (db *DB) Outlook(ctx context.Context, messages, events time.Time) (retention.Outlook, error) {
	var o retention.Outlook
	for _, part := range []struct {
		table, prefix string
		before        time.Time
		into          *int
	}{{"messages", notify.MessageID, messages, &o.Messages}, {"events", notify.EventID, events, &o.Events}} {
		if part.before.IsZero() {
			continue
		}
		old := db.latest().NewSelect().Table(part.table).ColumnExpr("1").Where("id < ?", notify.FirstID(part.prefix, part.before)).Limit(retention.Most + 1)
		if err := db.latest().NewSelect().TableExpr("(?) AS old", old).ColumnExpr("count(*)").Scan(ctx, part.into); err != nil {
			return o, during(err, "count what is old in %s", part.table)
		}
	}
	var oldest int64
	err := db.latest().NewRaw(`SELECT (SELECT coalesce(sum(n), 0) FROM removed_messages), coalesce((SELECT created_at FROM messages ORDER BY id LIMIT 1), 0)`).Scan(ctx, &o.Removed, &oldest)
	if err != nil {
		return o, during(err, "count what was removed")
	}
	o.Oldest = fromMicros(oldest)
	o.RemovedUntil, err = db.RemovedUntil(ctx)
	return o, err
}
