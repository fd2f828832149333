package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
	"clarion/backend/recovery"
)

// DueRuns takes the runs whose time has come, for the queue. Each is looked at
// again after base × 2^sweeps, at most max, until somebody has gone on with it.
func (db *DB) DueRuns(ctx context.Context, q recovery.Sweep) (recovery.Due[recovery.EventRef], error) {
	var found recovery.Due[recovery.EventRef]
	limit := q.Limit * watchChunk
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []runRow
		read := tx.NewSelect().Model(&rows).Column("id", "priority", "sweeps").
			Where("r.status = 'parked'").Where("r.look_at <= ?", micros(q.Now)).OrderExpr("r.look_at").Limit(int64(limit))
		if err := db.lock(read, "UPDATE SKIP LOCKED").Scan(ctx); err != nil || len(rows) == 0 {
			return err
		}
		found.More = len(rows) == limit
		again := map[int][]string{}
		for _, r := range rows {
			found.Refs = append(found.Refs, recovery.EventRef{ID: r.ID, Priority: notify.Priority(r.Priority)})
			again[min(r.Sweeps, 20)] = append(again[min(r.Sweeps, 20)], r.ID)
		}
		for sweeps, ids := range again {
			at := q.Now.Add(min(q.Base<<sweeps, q.Max))
			for part := range slices.Chunk(ids, upsertAtOnce) {
				_, err := tx.NewRaw("UPDATE runs SET look_at = ?, sweeps = sweeps + 1 WHERE id IN (?)", micros(at), bun.List(part)).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return recovery.Due[recovery.EventRef]{}, during(err, "sweep runs")
	}
	return found, nil
}

// WakeRuns makes runs that wait for one of the messages look at once. It is a
// hint: a run that is looked at finds out by itself what happened. Whoever looks
// at it in this moment may have read too early, so the turn is over.
func (db *DB) WakeRuns(ctx context.Context, messages []string, now time.Time) error {
	return db.tx(ctx, func(ctx context.Context, tx bun.Tx) error { return wakeRuns(ctx, tx, messages, now) })
}

func wakeRuns(ctx context.Context, tx bun.Tx, messages []string, now time.Time) error {
	for part := range slices.Chunk(messages, upsertAtOnce) {
		_, err := tx.NewRaw(`UPDATE runs SET look_at = CASE WHEN look_at > ?0 THEN ?0 ELSE look_at END, sweeps = 0, turn = turn + 1
			WHERE id IN (SELECT notification_id FROM messages WHERE id IN (?1)) AND status = 'parked' AND awaits <> ''`,
			micros(now), bun.List(part)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// AnyWaits reports whether a run waits for a message.
func (db *DB) AnyWaits(ctx context.Context) (bool, error) {
	var any bool
	err := db.latest().NewRaw("SELECT EXISTS (SELECT 1 FROM runs WHERE status = 'parked' AND awaits <> '')").Scan(ctx, &any)
	return any, during(err, "look for runs that wait for a message")
}

// Parked reads those of the runs that can go on: whose time has come, or that
// wait for a message. It closes the digests that they carry first: what comes
// from then on opens the next window.
func (db *DB) Parked(ctx context.Context, ids []string, now time.Time) ([]dispatch.Parked, error) {
	var rows []runRow
	err := db.latest().NewSelect().Model(&rows).Where("r.id IN (?)", bun.List(sortedSet(ids))).Where("r.status = 'parked'").
		Where("r.resume_at <= ? OR r.awaits <> ''", micros(now)).OrderExpr("r.id").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, during(err, "read %d runs", len(ids))
	}
	open, err := db.closeDigests(ctx, rows, now)
	if err != nil {
		return nil, during(err, "close the digests of %d runs", len(rows))
	}
	rows = slices.DeleteFunc(rows, func(r runRow) bool { return r.Kind == string(notify.StepDigest) && open[r.DigestID] })
	list, err := listed(rows, runRow.word)
	if err != nil {
		return nil, err
	}
	parked := make([]dispatch.Parked, 0, len(list))
	for _, run := range list {
		p, err := db.parked(ctx, run)
		if err != nil {
			return nil, during(err, "read run %s", run.ID)
		}
		parked = append(parked, p)
	}
	return parked, nil
}

// closeDigests closes the windows whose time has come, in the order in which
// appendDigest locks them, and returns those that are still open: an item has
// made them longer meanwhile.
func (db *DB) closeDigests(ctx context.Context, rows []runRow, now time.Time) (map[string]bool, error) {
	var carried []string
	for _, r := range rows {
		if (r.Kind == string(notify.StepDigest) || r.Kind == kindCadence) && r.DigestID != "" {
			carried = append(carried, r.DigestID)
		}
	}
	open := map[string]bool{}
	if len(carried) == 0 {
		return open, nil
	}
	return open, db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var windows []digestRow
		q := tx.NewSelect().Table("digests").Column("id", "closes_at").Where("id IN (?)", bun.List(carried)).
			Where("scope IS NOT NULL").OrderExpr("scope")
		if err := db.lock(q, "UPDATE").Scan(ctx, &windows); err != nil {
			return err
		}
		for _, w := range windows {
			if w.ClosesAt > micros(now) {
				open[w.ID] = true
				continue
			}
			if _, err := closeDigest(ctx, tx, w.ID, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// parked reads what going on with a run needs.
func (db *DB) parked(ctx context.Context, run notify.Run) (dispatch.Parked, error) {
	p := dispatch.Parked{Run: run, Sent: map[notify.Channel]dispatch.Sent{}}
	var err error
	if p.Event, err = db.Event(ctx, run.EventID); err != nil {
		return p, err
	}
	if p.Notification, err = db.Notification(ctx, run.ID); err != nil {
		return p, err
	}
	var sent []struct{ ID, Channel, Status string }
	err = db.latest().NewSelect().Table("messages").Column("id", "channel", "status").
		Where("event_id = ?", run.EventID).Where("notification_id = ?", run.ID).OrderExpr("id").Scan(ctx, &sent)
	if err != nil {
		return p, err
	}
	channel := ""
	for _, m := range sent {
		p.Sent[notify.Channel(m.Channel)] = dispatch.Sent{ID: m.ID, Status: notify.Status(m.Status)}
		if m.ID == run.Awaits {
			channel = m.Channel
		}
	}
	if channel == "" {
		return p, nil
	}
	// Any of the person's devices will do.
	var devices, states []string
	for _, m := range sent {
		if m.Channel == channel {
			devices, states = append(devices, m.ID), append(states, m.Status)
		}
	}
	var kinds []string
	err = db.latest().NewSelect().Table("message_events").Column("kind").Where("message_id IN (?)", bun.List(devices)).OrderExpr("seq").Scan(ctx, &kinds)
	p.Signals = append([]string{hopeful(states)}, kinds...)
	return p, err
}

// hopeful is the state of the device from which most is still to be expected.
func hopeful(states []string) string {
	order := []notify.Status{notify.Delivered, notify.Sent, notify.Sending, notify.Queued, notify.Held, notify.Unknown}
	for _, status := range order {
		if slices.Contains(states, string(status)) {
			return string(status)
		}
	}
	return states[len(states)-1]
}

// Digest reads a digest with the newest of its items, oldest first.
func (db *DB) Digest(ctx context.Context, id string, keep int) (dispatch.Digest, error) {
	var head digestRow
	d := dispatch.Digest{ID: id}
	err := db.latest().NewSelect().Table("digests").Column("id", "opened_at", "closes_at", "total", "carrier").Where("id = ?", id).Scan(ctx, &head)
	if err != nil {
		return d, during(err, "read digest %s", id)
	}
	d.Total = head.Total
	var span struct{ First, Last int64 }
	err = db.latest().NewSelect().Table("digest_items").ColumnExpr("coalesce(min(at), 0) AS first, coalesce(max(at), 0) AS last").
		Where("digest_id = ?", id).Scan(ctx, &span)
	if err != nil {
		return d, during(err, "read the times of digest %s", id)
	}
	d.First, d.Last = fromMicros(span.First), fromMicros(span.Last)
	var items []struct {
		EventID string
		At      int64
	}
	err = db.latest().NewSelect().Table("digest_items").Column("event_id", "at").Where("digest_id = ?", id).
		OrderExpr("at DESC, item_id DESC").Limit(int64(keep)).Scan(ctx, &items)
	if err != nil {
		return d, during(err, "read the items of digest %s", id)
	}
	slices.Reverse(items)
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.EventID
	}
	events, err := db.eventsByID(ctx, ids)
	if err != nil {
		return d, during(err, "read the events of digest %s", id)
	}
	for _, item := range items {
		if e, there := events[item.EventID]; there {
			d.Items = append(d.Items, dispatch.DigestItem{At: fromMicros(item.At), Event: e})
		}
	}
	return d, nil
}

func (db *DB) eventsByID(ctx context.Context, ids []string) (map[string]notify.Event, error) {
	events := make(map[string]notify.Event, len(ids))
	if len(ids) == 0 {
		return events, nil
	}
	err := db.byIDs(ctx, "SELECT "+eventFields+" FROM events WHERE id {ids}", sortedSet(ids), func(s scanner) error {
		e, err := scanEvent(s)
		events[e.ID] = e
		return err
	})
	return events, err
}
