package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// heldRow is a message that is given another time.
type heldRow struct{ ID, NotificationID, Channel, Source string }

// Reschedule gives what is held another time. What waited in a digest leaves it.
func (db *DB) Reschedule(ctx context.Context, r ingest.Reschedule) (ingest.Rescheduled, error) {
	var done ingest.Rescheduled
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		which, of, id := "id = ?", "messages", r.Message
		if r.Notification != "" {
			which, of, id = "notification_id = ?", "notifications", r.Notification
		}
		var one int
		if err := tx.NewRaw("SELECT 1 FROM "+of+" WHERE id = ?", id).Scan(ctx, &one); err != nil {
			return err
		}
		held, err := db.heldOnes(ctx, tx, which, id)
		if err != nil {
			return err
		}
		done.Messages = len(held)
		notifications := []string{r.Notification}
		if r.Notification == "" && len(held) > 0 {
			notifications[0] = held[0].NotificationID
		}
		if err := retime(ctx, tx, held, r); err != nil {
			return err
		}
		if r.Notification != "" {
			if done.Runs, err = retimeRun(ctx, tx, r); err != nil {
				return err
			}
		}
		if done.Messages+done.Runs == 0 {
			return nil
		}
		return db.addDecisions(ctx, tx, map[string][]notify.Decision{notifications[0]: {r.Decision()}})
	})
	return done, during(err, "give %s%s another time", r.Message, r.Notification)
}

// heldOnes locks what is held. What a paused broadcast holds waits for that.
func (db *DB) heldOnes(ctx context.Context, tx bun.Tx, which, id string) ([]heldRow, error) {
	var rows []heldRow
	q := tx.NewSelect().Table("messages").Column("id", "notification_id", "channel", "source").Where(which, id).
		Where("status = ? AND held_for <> ?", notify.Held, notify.BroadcastPaused).OrderExpr("id")
	return rows, db.lock(q, "UPDATE").Scan(ctx, &rows)
}

// retime moves messages to their other time.
func retime(ctx context.Context, tx bun.Tx, held []heldRow, r ingest.Reschedule) error {
	if len(held) == 0 {
		return nil
	}
	ids, story, lists := make([]string, len(held)), make([]timelineRow, len(held)), make([]watched, len(held))
	due, status, kept, detail := micros(r.Now), notify.Queued, notify.Released, ""
	if !r.At.IsZero() {
		due, status, kept, detail = micros(r.At), notify.Held, "", heldUntil("", r.At)
	}
	for i, m := range held {
		ids[i] = m.ID
		story[i] = timelineRow{MessageID: m.ID, At: micros(r.Now), Kind: string(status), Channel: m.Channel, Source: m.Source, Detail: detail}
		lists[i] = watched{m.ID, due, due}
	}
	_, err := tx.NewRaw("UPDATE messages SET status = ?, held_for = ?, due_at = ?, error_detail = '', lease_until = 0 WHERE id IN (?)",
		status, kept, due, bun.List(ids)).Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.NewRaw("DELETE FROM digest_items WHERE item_id IN (?)", bun.List(ids)).Exec(ctx); err != nil {
		return err
	}
	if err := watch(ctx, tx, watchLists(watchMessages, lists)); err != nil {
		return err
	}
	return writeTimeline(ctx, tx, story)
}

// retimeRun moves a run that rests at a delay or waits for a message. One that is
// gathered goes with the others. Its turn is over: what goes on with it in this
// moment does so for the time it had.
func retimeRun(ctx context.Context, tx bun.Tx, r ingest.Reschedule) (int, error) {
	at := micros(r.Now)
	if !r.At.IsZero() {
		at = micros(r.At)
	}
	return touched(tx.NewRaw("UPDATE runs SET resume_at = ?, look_at = ?, sweeps = 0, turn = turn + 1 WHERE id = ? AND status = 'parked' AND kind IN ('delay', 'wait')",
		at, at, r.Notification).Exec(ctx))
}
