package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/digest"
	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// kindCadence is that of the row of runs that stands for a digest of messages. It
// has the digest's id, and nobody cancels it: what was cancelled of its messages
// is left out when it leaves.
const kindCadence = "cadence"

// anyGathers reports whether a message asks for a place in a digest.
func anyGathers(list []notify.Message) bool {
	return slices.ContainsFunc(list, func(m notify.Message) bool { return m.Gather != nil && m.Status == notify.Held })
}

// gatherMessages gives messages their places in digests, and each digest that is
// opened its time.
func gatherMessages(ctx context.Context, tx bun.Tx, list []notify.Message, lost func(notify.Message) bool, now time.Time) error {
	var entries []digest.Entry
	var asking []int
	for i, m := range list {
		if m.Gather != nil && m.Status == notify.Held && !lost(m) {
			entries = append(entries, digest.Entry{Scope: m.Gather.Scope, ClosesAt: m.Gather.ClosesAt, ItemID: m.ID, EventID: m.EventID})
			asking = append(asking, i)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	places, err := appendDigest(ctx, tx, entries, now)
	if err != nil {
		return err
	}
	var carriers []notify.Run
	for n, place := range places {
		m := &list[asking[n]]
		m.DueAt = place.ClosesAt
		if place.Role == digest.Opened {
			carriers = append(carriers, notify.Run{
				ID: place.DigestID, RecipientID: m.Recipient.ID, Priority: m.Priority, Status: notify.RunParked, Kind: kindCadence,
				ResumeAt: place.ClosesAt, DigestID: place.DigestID,
			})
		}
	}
	return insertRuns(ctx, tx, carriers, now)
}

// Leaving reads the digests of messages whose time has come, and closes them.
func (db *DB) Leaving(ctx context.Context, ids []string, now time.Time) ([]dispatch.Leaving, error) {
	var rows []runRow
	err := db.latest().NewSelect().Model(&rows).Where("r.id IN (?)", bun.List(sortedSet(ids))).
		Where("r.status = 'parked' AND r.kind = ? AND r.resume_at <= ?", kindCadence, micros(now)).OrderExpr("r.id").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, during(err, "read %d digests", len(ids))
	}
	open, err := db.closeDigests(ctx, rows, now)
	if err != nil {
		return nil, during(err, "close %d digests", len(rows))
	}
	var list []dispatch.Leaving
	for _, r := range rows {
		if open[r.ID] {
			continue
		}
		l := dispatch.Leaving{ID: r.ID, Priority: notify.Priority(r.Priority)}
		if l.Items, err = db.leavingItems(ctx, r.ID); err != nil {
			return nil, during(err, "read digest %s", r.ID)
		}
		list = append(list, l)
	}
	return list, nil
}

// waitsIn selects the messages that still wait in a digest.
const waitsIn = "id IN (SELECT item_id FROM digest_items WHERE digest_id = ?) AND status = 'held'"

// leavingItems reads the messages of a digest in their order. Of a long one, only
// what a template shows is kept whole.
func (db *DB) leavingItems(ctx context.Context, id string) ([]dispatch.LeavingItem, error) {
	rows, err := db.latest().NewSelect().Table("messages").ColumnExpr(messageFields).Where(waitsIn, id).OrderExpr("created_at, id").Rows(ctx)
	if err != nil {
		return nil, classify(err)
	}
	defer func() { _ = rows.Close() }()
	var items []dispatch.LeavingItem
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, dispatch.LeavingItem{Message: m, At: m.CreatedAt})
		if old := len(items) - 1 - notify.DigestKeep; old > 0 {
			items[old].Content = notify.Content{}
		}
	}
	if err := rows.Err(); err != nil || len(items) == 0 {
		return nil, classify(err)
	}
	shown := append([]string{items[0].EventID}, eventsOf(items[max(0, len(items)-notify.DigestKeep):])...)
	events, err := db.eventsByID(ctx, shown)
	for i := range items {
		items[i].Event = events[items[i].EventID]
	}
	return items, err
}

func eventsOf(items []dispatch.LeavingItem) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.EventID
	}
	return ids
}

// SaveLeaving stores what became of a digest: once, and only if its messages are
// those that were read.
func (db *DB) SaveLeaving(ctx context.Context, l dispatch.Left) (bool, error) {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.NewRaw("UPDATE runs SET status = 'done', turn = turn + 1 WHERE id = ? AND status = 'parked'", l.ID).Exec(ctx))
		if err != nil {
			return err
		}
		if n == 0 {
			return errOvertaken
		}
		var waiting []string
		q := tx.NewSelect().Table("messages").Column("id").Where(waitsIn, l.ID).OrderExpr("id")
		if err := db.lock(q, "UPDATE").Scan(ctx, &waiting); err != nil {
			return err
		}
		if !slices.Equal(waiting, readBefore(l, waiting)) {
			return errOvertaken
		}
		if err := db.endLeft(ctx, tx, l); err != nil {
			return err
		}
		return db.addDecisions(ctx, tx, l.Decisions)
	})
	if errors.Is(err, errOvertaken) {
		return false, nil
	}
	return err == nil, during(err, "let digest %s leave", l.ID)
}

// readBefore are those of the digest's messages that the answer is about, in the
// order of their ids.
func readBefore(l dispatch.Left, waiting []string) []string {
	var ids []string
	for _, m := range l.Rest {
		ids = append(ids, m.ID)
	}
	if len(l.Carriers) > 0 {
		ids = append(ids, l.Carriers[0].ID)
	}
	if len(ids) == 0 && len(waiting) == 0 {
		return waiting
	}
	slices.Sort(ids)
	return ids
}

// endLeft stores the messages of a digest.
func (db *DB) endLeft(ctx context.Context, tx bun.Tx, l dispatch.Left) error {
	story := make([]timelineRow, 0, len(l.Rest)+1)
	ends := map[[3]string][]string{}
	for _, m := range l.Rest {
		end := [3]string{string(m.Status), string(m.SkipReason), m.ErrorDetail}
		ends[end] = append(ends[end], m.ID)
		story = append(story, rowOf(m, l.Now))
	}
	for end, ids := range ends {
		for part := range slices.Chunk(ids, upsertAtOnce) {
			_, err := tx.NewRaw("UPDATE messages SET status = ?, skip_reason = ?, error_detail = ?, held_for = '', lease_until = 0 WHERE id IN (?)",
				end[0], end[1], end[2], bun.List(part)).Exec(ctx)
			if err != nil {
				return err
			}
		}
	}
	if len(l.Carriers) > 0 {
		if err := db.carry(ctx, tx, l); err != nil {
			return err
		}
		story = append(story, rowOf(l.Carriers[0], l.Now))
	}
	return writeTimeline(ctx, tx, story)
}

func rowOf(m notify.Message, now time.Time) timelineRow {
	return timelineRow{
		MessageID: m.ID, At: micros(now), Kind: string(m.Status), Channel: string(m.Channel), Source: m.Source, Detail: because(string(m.SkipReason)),
	}
}

// carry stores what a digest says in the message that carries it, and the
// messages for the person's other devices.
func (db *DB) carry(ctx context.Context, tx bun.Tx, l dispatch.Left) error {
	m := l.Carriers[0]
	content, err := document(m.Content)
	if err != nil {
		return err
	}
	held := m.HeldFor // kept while it is queued: who delivers it asks about it once more
	if m.Status != notify.Queued {
		held = ""
	}
	_, err = tx.NewRaw(`UPDATE messages SET status = ?, skip_reason = ?, error_detail = ?, held_for = ?, lease_until = 0, address = ?, content = ?,
		size_bytes = ?, template = ?, template_version = ?, locale = ?, due_at = ?, expires_at = ? WHERE id = ?`,
		m.Status, m.SkipReason, m.ErrorDetail, held, m.Address, content, m.SizeBytes, m.Template.Key, m.Template.Version,
		m.Template.Locale, micros(m.DueAt), micros(m.ExpiresAt), m.ID).Exec(ctx)
	if err != nil {
		return err
	}
	if err := watch(ctx, tx, watchNew(l.Carriers[:1], micros(l.LeaseUntil))); err != nil {
		return err
	}
	return db.saveMessages(ctx, tx, dispatch.Batch{Now: l.Now, LeaseUntil: l.LeaseUntil, Messages: l.Carriers[1:]})
}
