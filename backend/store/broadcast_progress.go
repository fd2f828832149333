package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// BroadcastProgress counts what became of a broadcast so far.
func (db *DB) BroadcastProgress(ctx context.Context, b broadcast.Broadcast) (broadcast.Progress, error) {
	p := broadcast.Progress{State: b.State, People: b.People, Counts: map[notify.Status]int{}}
	if b.EventID == "" {
		return p, nil
	}
	var event []struct{ Status, Error, Cursor string }
	if err := db.latest().NewSelect().Table("events").Column("status", "error", "cursor").Where("id = ?", b.EventID).Scan(ctx, &event); err != nil {
		return p, during(err, "find the event of broadcast %s", b.ID)
	}
	if len(event) == 0 {
		return p, nil
	}
	p.EventStatus, p.EventError = notify.EventStatus(event[0].Status), event[0].Error
	var counts []struct {
		Status string
		Paused bool
		N      int
	}
	err := db.latest().NewSelect().Table("messages").ColumnExpr("status, held_for = ? AS paused, count(*) AS n", notify.BroadcastPaused).
		Where("event_id = ?", b.EventID).GroupExpr("1, 2").Scan(ctx, &counts)
	if err != nil {
		return p, during(err, "count the messages of broadcast %s", b.ID)
	}
	for _, c := range counts {
		p.Counts[notify.Status(c.Status)] += c.N
		p.Messages += c.N
		if c.Paused && c.Status == string(notify.Held) {
			p.Waiting += c.N
		}
	}
	if p.Reached = b.People; p.EventStatus != notify.EventDispatched {
		err = db.latest().NewRaw("SELECT count(*) FROM broadcast_people WHERE broadcast_id = ? AND recipient_id <= ?", b.ID, event[0].Cursor).Scan(ctx, &p.Reached)
	}
	return p, during(err, "count whom broadcast %s has reached", b.ID)
}

// BroadcastOutcomes returns a page of the audience with what became of each.
func (db *DB) BroadcastOutcomes(ctx context.Context, id string, p notify.Page) ([]broadcast.Outcome, string, error) {
	var rows []struct{ ID, Name, ChosenBy string }
	query := db.latest().NewSelect().TableExpr("broadcast_people AS bp").Join("LEFT JOIN recipients AS r ON r.id = bp.recipient_id").
		ColumnExpr("bp.recipient_id AS id, coalesce(r.name, '') AS name, bp.chosen_by").Where("bp.broadcast_id = ?", id)
	if err := paged(query, p, "bp.recipient_id", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, "", during(err, "list the audience of broadcast %s", id)
	}
	rows, next := cut(rows, p, func(r struct{ ID, Name, ChosenBy string }) string { return r.ID })
	list, place, ids := make([]broadcast.Outcome, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, row := range rows {
		list[i] = broadcast.Outcome{Recipient: notify.RecipientRef{ID: row.ID, Name: row.Name}, ChosenBy: row.ChosenBy, Messages: []broadcast.OutcomeMessage{}}
		place[row.ID], ids[i] = i, row.ID
	}
	if len(ids) == 0 {
		return list, next, nil
	}
	var messages []struct{ ID, RecipientID, Channel, Status, SkipReason, ErrorCode string }
	err := db.latest().NewSelect().Table("messages").Column("id", "recipient_id", "channel", "status", "skip_reason", "error_code").
		Where("recipient_id IN (?) AND broadcast = ?", bun.List(ids), id).OrderExpr("id").Scan(ctx, &messages)
	for _, m := range messages {
		i := place[m.RecipientID]
		list[i].Messages = append(list[i].Messages, broadcast.OutcomeMessage{
			ID: m.ID, Channel: notify.Channel(m.Channel), Status: notify.Status(m.Status), SkipReason: notify.SkipReason(m.SkipReason), ErrorCode: m.ErrorCode,
		})
	}
	return list, next, during(err, "find the messages of broadcast %s", id)
}
