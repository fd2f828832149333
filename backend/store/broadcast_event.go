package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// launch stores the event of a broadcast, as an accepted event is stored. One of
// its id that is there already stays.
func launch(ctx context.Context, tx bun.Tx, e notify.Event, now time.Time) error {
	columns, err := eventColumns([]ingest.Entry{{Event: e}})
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	for i, c := range columns {
		values[i] = c.at(0)
		if c.expr == emptyIsNull && values[i] == "" {
			values[i] = nil
		}
	}
	places, args := tuples([][]any{values})
	if _, err := tx.ExecContext(ctx, "INSERT INTO events ("+names(columns)+") VALUES "+places+" ON CONFLICT (id) DO NOTHING", args...); err != nil {
		return fmt.Errorf("store event %s: %w", e.ID, err)
	}
	return watchAll(ctx, tx, watchEvents, []string{e.ID}, micros(now))
}

// far is when what waits for a person is due: never by itself.
var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// moveEvent does to the event of a broadcast what is done to it. Whoever is
// deciding a page of it meanwhile finds, when they save, that it is not theirs.
func (db *DB) moveEvent(ctx context.Context, tx bun.Tx, id string, move broadcast.EventMove, now time.Time) error {
	if id == "" || move == broadcast.LeaveEvent {
		return nil
	}
	update := tx.NewUpdate().Table("events").Where("id = ?", id)
	switch move {
	case broadcast.HoldEvent:
		_, err := update.Set("status = ?, send_at = ?", notify.EventHeld, micros(far)).Where("status = ?", notify.EventAccepted).Exec(ctx)
		return err
	case broadcast.ReleaseEvent:
		_, err := update.Set("status = ?, send_at = ?", notify.EventAccepted, micros(now)).Where("status = ?", notify.EventHeld).Exec(ctx)
		if err != nil {
			return err
		}
		return watchAll(ctx, tx, watchEvents, []string{id}, micros(now))
	case broadcast.CancelEvent:
		_, err := update.Set("status = ?", notify.EventCancelled).
			Where("status IN (?)", bun.List([]notify.EventStatus{notify.EventHeld, notify.EventAccepted})).Exec(ctx)
		if err != nil {
			return err
		}
		_, _, err = db.cancelRuns(ctx, tx, cancelledBy("The broadcast was cancelled.", now), when(true, "r.event_id = ?", id), when(true, "event_id = ?", id))
		return err
	}
	return fmt.Errorf("no move %q of an event", move)
}

// ReleaseHeld queues messages that a pause had held, where they stood when it
// was decided what they are: their recipients are asked again only where their
// choices have changed.
func (db *DB) ReleaseHeld(ctx context.Context, eventID string, now time.Time, limit int) (int, error) {
	n := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ids []string
		pick := tx.NewSelect().Table("messages").Column("id").Where("event_id = ? AND status = ? AND held_for = ?", eventID, notify.Held, notify.BroadcastPaused).
			OrderExpr("id").Limit(int64(limit))
		if err := db.lock(pick, "UPDATE").Scan(ctx, &ids); err != nil || len(ids) == 0 {
			return err
		}
		var rows []timelineRow
		_, err := tx.NewUpdate().Table("messages").Set("status = ?, held_for = '', due_at = ?", notify.Queued, micros(now)).
			Where("id IN (?)", bun.List(ids)).Returning("id AS message_id, channel, source").Exec(ctx, &rows)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].At, rows[i].Kind = micros(now), string(notify.Queued)
		}
		if err := watchAll(ctx, tx, watchMessages, ids, micros(now)); err != nil {
			return err
		}
		n = len(ids)
		return writeTimeline(ctx, tx, rows)
	})
	return n, during(err, "let go on %d held messages of event %s", limit, eventID)
}
