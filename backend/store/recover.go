package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/recovery"
)

// dueRow is a row that the sweeper puts back on the queue.
type dueRow struct {
	ID, Status, Channel, Source, Priority string
}

// DueMessages returns messages whose time has come and that nobody holds.
func (db *DB) DueMessages(ctx context.Context, q recovery.Sweep) ([]recovery.MessageRef, error) {
	var refs []recovery.MessageRef
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var due []dueRow
		for _, status := range []notify.Status{notify.Queued, notify.Held} {
			var rows []dueRow
			s := tx.NewSelect().Table("messages").Column("id", "status", "channel", "source", "priority").
				Where("status = ? AND lease_until <= ? AND due_at <= ?", status, micros(q.Now), micros(q.Now)).
				OrderExpr("lease_until").Limit(int64(q.Limit - len(due)))
			if err := db.lock(s, "UPDATE SKIP LOCKED").Scan(ctx, &rows); err != nil {
				return err
			}
			if due = append(due, rows...); len(due) >= q.Limit {
				break
			}
		}
		if err := leaseAgain(ctx, tx, leased{"messages", string(notify.Queued)}, due, q); err != nil {
			return err
		}
		var story []timelineRow
		for _, r := range due {
			refs = append(refs, recovery.MessageRef{ID: r.ID, Channel: notify.Channel(r.Channel), Priority: notify.Priority(r.Priority)})
			if r.Status == string(notify.Held) {
				story = append(story, timelineRow{MessageID: r.ID, At: micros(q.Now), Kind: string(notify.Queued), Channel: r.Channel, Source: r.Source})
			}
		}
		return writeTimeline(ctx, tx, story)
	})
	if err != nil {
		return nil, fmt.Errorf("sweep messages: %w", err)
	}
	return refs, nil
}

// DueEvents returns events whose time has come and that nobody holds.
func (db *DB) DueEvents(ctx context.Context, q recovery.Sweep) ([]recovery.EventRef, error) {
	var refs []recovery.EventRef
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var due []dueRow
		for _, status := range []notify.EventStatus{notify.EventAccepted, notify.EventHeld} {
			var rows []dueRow
			s := tx.NewSelect().Table("events").Column("id", "status", "priority").
				Where("status = ? AND lease_until <= ? AND send_at <= ?", status, micros(q.Now), micros(q.Now)).
				OrderExpr("lease_until").Limit(int64(q.Limit - len(due)))
			if err := db.lock(s, "UPDATE SKIP LOCKED").Scan(ctx, &rows); err != nil {
				return err
			}
			if due = append(due, rows...); len(due) >= q.Limit {
				break
			}
		}
		for _, r := range due {
			refs = append(refs, recovery.EventRef{ID: r.ID, Priority: notify.Priority(r.Priority)})
		}
		return leaseAgain(ctx, tx, leased{"events", string(notify.EventAccepted)}, due, q)
	})
	if err != nil {
		return nil, fmt.Errorf("sweep events: %w", err)
	}
	return refs, nil
}

// leased names a table whose rows get a lease, and the status they get with it.
type leased struct{ table, status string }

// leaseAgain gives rows a lease of base × 2^sweeps, at most max: a queue that
// is merely long is not made longer.
func leaseAgain(ctx context.Context, tx bun.Tx, to leased, due []dueRow, q recovery.Sweep) error {
	if len(due) == 0 {
		return nil
	}
	ids := make([]string, len(due))
	for i, r := range due {
		ids[i] = r.ID
	}
	base, most := q.Base.Microseconds(), q.Max.Microseconds()
	_, err := tx.NewUpdate().Table(to.table).Set("status = ?, sweeps = sweeps + 1", to.status).
		Set(`lease_until = ? + CASE WHEN sweeps > 20 OR CAST(? AS BIGINT) * (1 << sweeps) > CAST(? AS BIGINT)
			THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) * (1 << sweeps) END`, micros(q.Now), base, most, most, base).
		Where("id IN (?)", bun.List(ids)).Exec(ctx)
	return err
}

// abandoned is the condition on a claim whose lease ended or whose worker went
// silent. A worker that never said a word, or said goodbye, is not silent: its
// claims wait for their lease.
func abandoned(now, silentSince time.Time) (string, []any) {
	return "(lease_until <= ? OR worker IN (SELECT w.id FROM workers AS w WHERE w.seen_at < ?))", []any{micros(now), micros(silentSince)}
}

// TakeBackEvents returns abandoned events to accepted, for the next sweep.
func (db *DB) TakeBackEvents(ctx context.Context, now, silentSince time.Time) (int, error) {
	which, args := abandoned(now, silentSince)
	r, err := db.w.NewUpdate().Table("events").Set("status = ?, worker = '', lease_until = 0", notify.EventAccepted).
		Where("status = ?", notify.EventDispatching).Where(which, args...).Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("take back events: %w", classify(err))
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// Interrupted returns abandoned messages whole, so that their attempts can be
// finished as any other.
func (db *DB) Interrupted(ctx context.Context, now, silentSince time.Time, limit int) ([]notify.Message, error) {
	which, args := abandoned(now, silentSince)
	rows, err := db.latest().NewSelect().Table("messages").ColumnExpr(messageFields).
		Where("status = ?", notify.Sending).Where(which, args...).OrderExpr("lease_until").Limit(int64(limit)).Rows(ctx)
	if err != nil {
		return nil, fmt.Errorf("find interrupted messages: %w", classify(err))
	}
	return readMessages(rows)
}

// EndLeases makes all that waits for the queue due for the sweeper at its time.
// What is not due before then keeps its place, out of the sweeper's sight.
func (db *DB) EndLeases(ctx context.Context, now time.Time) error {
	at := micros(now)
	_, err := db.w.NewUpdate().Table("messages").
		Set("lease_until = CASE WHEN due_at > ? THEN due_at ELSE 0 END, sweeps = 0", at).
		Where("status IN ('queued', 'held') AND lease_until > ?", at).Exec(ctx)
	if err == nil {
		_, err = db.w.NewUpdate().Table("events").
			Set("lease_until = CASE WHEN send_at > ? THEN send_at ELSE 0 END, sweeps = 0", at).
			Where("status IN ('accepted', 'held') AND lease_until > ?", at).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("end the leases: %w", classify(err))
	}
	return nil
}
