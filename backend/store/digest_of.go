package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/dispatch"
	"clarion/backend/notify"
)

// DigestOf reads again what was gathered in a message: by the step of a workflow,
// or by its recipient's cadence. It has no id when nothing was.
func (db *DB) DigestOf(ctx context.Context, m notify.Message) (dispatch.Digest, error) {
	var found []struct{ DigestID, ItemID string }
	err := db.latest().NewSelect().Table("digest_items").Column("digest_id", "item_id").
		Where("item_id IN (?)", bun.List([]string{m.ID, m.NotificationID})).OrderExpr("item_id").Scan(ctx, &found)
	if err != nil || len(found) == 0 {
		return dispatch.Digest{}, during(err, "find the digest of message %s", m.ID)
	}
	for _, each := range found {
		if each.ItemID == m.ID {
			return db.gatheredIn(ctx, each.DigestID, m.ID)
		}
	}
	return db.Digest(ctx, found[0].DigestID, notify.DigestKeep)
}

// gatheredIn reads the messages that went out in another.
func (db *DB) gatheredIn(ctx context.Context, digest, carrier string) (dispatch.Digest, error) {
	rows, err := db.latest().NewSelect().Table("messages").ColumnExpr(messageFields).
		Where("id IN (SELECT item_id FROM digest_items WHERE digest_id = ?)", digest).
		Where("skip_reason = ? OR id = ?", notify.Digested, carrier).OrderExpr("created_at, id").Rows(ctx)
	if err != nil {
		return dispatch.Digest{}, during(err, "read digest %s", digest)
	}
	messages, err := readMessages(rows)
	if err != nil || len(messages) == 0 {
		return dispatch.Digest{}, err
	}
	d := dispatch.Digest{ID: digest, Total: len(messages), First: messages[0].CreatedAt, Last: messages[len(messages)-1].CreatedAt}
	messages = messages[max(0, len(messages)-notify.DigestKeep):]
	ids := make([]string, len(messages))
	for i, m := range messages {
		ids[i] = m.EventID
	}
	events, err := db.eventsByID(ctx, ids)
	for _, m := range messages {
		d.Items = append(d.Items, dispatch.DigestItem{At: m.CreatedAt, Event: events[m.EventID], Content: m.Content})
	}
	return d, err
}
