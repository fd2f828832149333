package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// CancelEvent stops an event and its messages that have not been sent.
func (db *DB) CancelEvent(ctx context.Context, eventID string, now time.Time) (ingest.Cancelled, error) {
	return db.cancelEvents(ctx, now, true, "id = ?", eventID)
}

// CancelByKey stops the events that carry the source's cancel key.
func (db *DB) CancelByKey(ctx context.Context, source, cancelKey string, now time.Time) (ingest.Cancelled, error) {
	return db.cancelEvents(ctx, now, false, "source = ? AND cancel_key = ? AND cancel_key <> ''", source, cancelKey)
}

// CancelNotification stops the messages of one notification, or, before there
// are any, takes its recipient off the event that was to make it.
func (db *DB) CancelNotification(ctx context.Context, notificationID string, now time.Time) (ingest.Cancelled, error) {
	done, err := db.cancelMessages(ctx, now, "SELECT 1 FROM notifications WHERE id = ?",
		"notification_id = ?0 AND event_id = (SELECT event_id FROM notifications WHERE id = ?0)", notificationID)
	if errors.Is(err, notify.ErrNotFound) {
		return db.cancelPromise(ctx, notificationID)
	}
	return done, err
}

// cancelPromise looks for a promised notification among the events that wait.
// The event ends when nobody else is left to be notified.
func (db *DB) cancelPromise(ctx context.Context, notificationID string) (ingest.Cancelled, error) {
	var done ingest.Cancelled
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var event struct{ ID, Targets string }
		q := tx.NewSelect().Table("events").Column("id", "targets").
			Where("status IN (?)", bun.List([]notify.EventStatus{notify.EventHeld, notify.EventAccepted})).
			Where("targets LIKE ?", "%\""+notificationID+"\"%").Limit(1)
		if err := db.lock(q, "UPDATE").Scan(ctx, &event); err != nil {
			return err
		}
		var to []notify.Target
		if err := readDocument(event.Targets, &to); err != nil {
			return err
		}
		left := slices.DeleteFunc(to, func(t notify.Target) bool { return t.NotificationID == notificationID })
		u := tx.NewUpdate().Table("events").Where("id = ?", event.ID)
		if len(left) == 0 {
			done.Events = 1
			_, err := u.Set("status = ?", notify.EventCancelled).Exec(ctx)
			return err
		}
		text, err := jsonText(left)
		if err != nil {
			return err
		}
		_, err = u.Set("targets = ?", text).Exec(ctx)
		return err
	})
	if err != nil {
		return ingest.Cancelled{}, fmt.Errorf("cancel %s before it was made: %w", notificationID, err)
	}
	return done, nil
}

// CancelMessage stops one message.
func (db *DB) CancelMessage(ctx context.Context, messageID string, now time.Time) (ingest.Cancelled, error) {
	return db.cancelMessages(ctx, now, "SELECT 1 FROM messages WHERE id = ?", "id = ?", messageID)
}

// cancelEvents locks the events first: a dispatch that is saving their messages
// either ends before us, and we stop them, or finds its claim gone.
func (db *DB) cancelEvents(ctx context.Context, now time.Time, mustExist bool, which string, args ...any) (ingest.Cancelled, error) {
	var done ingest.Cancelled
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		q := tx.NewSelect().Table("events").Column("id").Where(which, args...).OrderExpr("id")
		err := db.lock(q, "UPDATE").Scan(ctx, &ids)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			if mustExist {
				return notify.ErrNotFound
			}
			return nil
		}
		r, err := tx.NewUpdate().Table("events").Set("status = ?", notify.EventCancelled).
			Where("id IN (?)", bun.List(ids)).
			Where("status IN (?)", bun.List([]notify.EventStatus{notify.EventHeld, notify.EventAccepted})).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		done.Events = int(n)
		done.Runs, done.Messages, err = db.cancelRuns(ctx, tx, cancelledBy("The event was cancelled.", now),
			when(true, "r.event_id IN (?)", bun.List(ids)), when(true, "event_id IN (?)", bun.List(ids)))
		return err
	})
	if err != nil {
		return ingest.Cancelled{}, fmt.Errorf("cancel events: %w", err)
	}
	return done, nil
}

func (db *DB) cancelMessages(ctx context.Context, now time.Time, exists, which, id string) (ingest.Cancelled, error) {
	var done ingest.Cancelled
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var one int
		if err := tx.NewRaw(exists, id).Scan(ctx, &one); err != nil {
			return err
		}
		// Of a message there is no run: nothing has its id.
		var err error
		done.Runs, done.Messages, err = db.cancelRuns(ctx, tx, cancelledBy("The notification was cancelled.", now), when(true, "r.id = ?", id), when(true, which, id))
		return err
	})
	if err != nil {
		return ingest.Cancelled{}, fmt.Errorf("cancel %s: %w", id, err)
	}
	return done, nil
}

// stopMessages moves what waits to cancelled, with its timeline rows.
func stopMessages(ctx context.Context, tx bun.Tx, now time.Time, which condition) (int, error) {
	var rows []timelineRow
	_, err := tx.NewUpdate().Table("messages").Set("status = ?", notify.Cancelled).Set("lease_until = 0").
		Where(which.text, which.args...).Where("status IN (?)", bun.List([]notify.Status{notify.Held, notify.Queued})).
		Returning("id AS message_id, channel, source").Exec(ctx, &rows)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		rows[i].At, rows[i].Kind = micros(now), string(notify.Cancelled)
	}
	return len(rows), writeTimeline(ctx, tx, rows)
}

// lock makes a SELECT lock the rows that the transaction is about to change;
// how is what follows FOR. SQLite has one writer and needs none of it.
func (db *DB) lock(q *bun.SelectQuery, how string) *bun.SelectQuery {
	if db.postgres() {
		q.For(how)
	}
	return q
}
