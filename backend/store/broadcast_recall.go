package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

var (
	_ broadcast.RecallBooks = (*DB)(nil)
	_ broadcast.SingleBooks = (*DB)(nil)
)

// ToRecall returns messages of which it is not written yet whether they were taken
// back.
func (db *DB) ToRecall(ctx context.Context, eventID, after string, limit int) ([]broadcast.Sent, error) {
	var rows []struct{ ID, RecipientID, Channel, Status, Integration, ProviderMessageID string }
	err := db.latest().NewSelect().TableExpr("messages AS m").
		Column("m.id", "m.recipient_id", "m.channel", "m.status", "m.integration", "m.provider_message_id").
		Where("m.event_id = ? AND m.id > ?", eventID, after).
		Where("NOT EXISTS (SELECT 1 FROM broadcast_recalls AS t WHERE t.message_id = m.id)").
		OrderExpr("m.id").Limit(int64(limit)).Scan(ctx, &rows)
	list := make([]broadcast.Sent, len(rows))
	for i, r := range rows {
		list[i] = broadcast.Sent{
			MessageID: r.ID, Recipient: r.RecipientID, Channel: notify.Channel(r.Channel), Status: notify.Status(r.Status),
			Integration: r.Integration, ProviderMessageID: r.ProviderMessageID,
		}
	}
	return list, during(err, "find what is to be taken back of event %s", eventID)
}

// SentMessage returns one message, and what is written of taking it back.
func (db *DB) SentMessage(ctx context.Context, id string) (broadcast.Sent, broadcast.Taken, error) {
	var row struct {
		ID, RecipientID, Channel, Status, Integration, ProviderMessageID, Broadcast, Outcome, Detail string
	}
	err := db.latest().NewSelect().TableExpr("messages AS m").
		Column("m.id", "m.recipient_id", "m.channel", "m.status", "m.integration", "m.provider_message_id", "m.broadcast").
		ColumnExpr("COALESCE(t.outcome, '') AS outcome, COALESCE(t.detail, '') AS detail").
		Join("LEFT JOIN broadcast_recalls AS t ON t.message_id = m.id").Where("m.id = ?", id).Scan(ctx, &row)
	return broadcast.Sent{
		MessageID: row.ID, Recipient: row.RecipientID, Channel: notify.Channel(row.Channel), Status: notify.Status(row.Status),
		Integration: row.Integration, ProviderMessageID: row.ProviderMessageID, Broadcast: row.Broadcast,
	}, broadcast.Taken{MessageID: row.ID, Outcome: broadcast.RecallOutcome(row.Outcome), Detail: row.Detail}, during(err, "find message %s", id)
}

// StopMessage cancels one message that has not gone out.
func (db *DB) StopMessage(ctx context.Context, id string, now time.Time) error {
	_, err := db.CancelMessage(ctx, id, now)
	return err
}

type recallRow struct {
	bun.BaseModel `bun:"table:broadcast_recalls,alias:t"`

	MessageID   string `bun:",pk"`
	BroadcastID string
	Outcome     string
	Detail      string
	At          int64
}

// SaveRecalls writes what became of taking messages back, once for each, and tells
// the timelines of those that are no more where they were.
func (db *DB) SaveRecalls(ctx context.Context, id string, list []broadcast.Taken, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]recallRow, len(list))
	for i, t := range list {
		rows[i] = recallRow{MessageID: t.MessageID, BroadcastID: id, Outcome: string(t.Outcome), Detail: t.Detail, At: micros(now)}
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var added []string
		if err := tx.NewInsert().Model(&rows).On("CONFLICT (message_id) DO UPDATE").
			Set("outcome = EXCLUDED.outcome").Set("detail = EXCLUDED.detail").Set("at = EXCLUDED.at").
			Where("t.outcome = ?", broadcast.RecallMistaken).Returning("message_id").Scan(ctx, &added); err != nil {
			return err
		}
		return tellRecalled(ctx, tx, list, added, now)
	})
	return during(err, "write what was taken back of broadcast %s", id)
}

func tellRecalled(ctx context.Context, tx bun.Tx, list []broadcast.Taken, added []string, now time.Time) error {
	said, kinds := map[string]string{}, map[string]string{}
	for _, t := range list {
		kinds[t.MessageID] = "recalled"
		if t.Outcome == broadcast.RecallCannot || t.Outcome == broadcast.RecallMistaken {
			kinds[t.MessageID] = "not_recalled"
		}
		if t.Outcome == broadcast.RecallDeleted || t.Note && kinds[t.MessageID] == "not_recalled" {
			text, err := json.Marshal(map[string]string{"detail": t.Detail})
			if err != nil {
				return err
			}
			said[t.MessageID] = string(text)
		}
	}
	var ids []string
	for _, id := range added {
		if _, ok := said[id]; ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []timelineRow
	err := tx.NewSelect().Table("messages").ColumnExpr("id AS message_id, channel, source").Where("id IN (?)", bun.List(ids)).OrderExpr("id").Scan(ctx, &rows)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].At, rows[i].Kind, rows[i].Detail = micros(now), kinds[rows[i].MessageID], said[rows[i].MessageID]
	}
	return writeTimeline(ctx, tx, rows)
}

// recalledPeople counts of how many people taking a message back came to what.
func (db *DB) recalledPeople(ctx context.Context, id string) (map[broadcast.RecallOutcome]int, error) {
	var rows []struct {
		Outcome string
		N       int
	}
	err := db.latest().NewRaw(`SELECT t.outcome, count(DISTINCT m.recipient_id) AS n FROM broadcast_recalls AS t JOIN messages AS m ON m.id = t.message_id
		JOIN broadcast_people AS bp ON bp.broadcast_id = t.broadcast_id AND bp.recipient_id = m.recipient_id
		WHERE t.broadcast_id = ? AND m.broadcast = t.broadcast_id GROUP BY t.outcome`, id).Scan(ctx, &rows)
	counts := map[broadcast.RecallOutcome]int{}
	for _, r := range rows {
		counts[broadcast.RecallOutcome(r.Outcome)] = r.N
	}
	return counts, during(err, "count of whom something was taken back of broadcast %s", id)
}

// RecallCounts counts what became of taking back the messages of a broadcast.
func (db *DB) RecallCounts(ctx context.Context, id string) (map[broadcast.RecallOutcome]int, error) {
	var rows []struct {
		Outcome string
		N       int
	}
	err := db.latest().NewRaw(`SELECT outcome, count(*) AS n FROM broadcast_recalls WHERE broadcast_id = ? GROUP BY outcome
		UNION ALL SELECT outcome, n FROM removed_recalls WHERE broadcast_id = ?`, id, id).Scan(ctx, &rows)
	counts := map[broadcast.RecallOutcome]int{}
	for _, r := range rows {
		counts[broadcast.RecallOutcome(r.Outcome)] += r.N
	}
	return counts, during(err, "count what was taken back of broadcast %s", id)
}
