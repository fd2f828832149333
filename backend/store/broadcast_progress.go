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
	if b.Recall != "" {
		var err error
		if p.Recalls, err = db.RecallCounts(ctx, b.ID); err != nil {
			return p, err
		}
		if p.Recalled, err = db.recalledPeople(ctx, b.ID); err != nil {
			return p, err
		}
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
	var gone []removedRow
	if err := db.latest().NewSelect().Model(&gone).Column("status").ColumnExpr("sum(n) AS n").Where("broadcast = ?", b.ID).Where("broadcast <> ''").
		GroupExpr("status").Scan(ctx, &gone); err != nil {
		return p, during(err, "count the removed messages of broadcast %s", b.ID)
	}
	for _, row := range gone {
		p.Counts[notify.Status(row.Status)] += int(row.N)
		p.Messages += int(row.N)
	}
	if p.Reached = b.People; p.EventStatus != notify.EventDispatched {
		err = db.latest().NewRaw("SELECT count(*) FROM broadcast_people WHERE broadcast_id = ? AND recipient_id <= ?", b.ID, event[0].Cursor).Scan(ctx, &p.Reached)
	}
	return p, during(err, "count whom broadcast %s has reached", b.ID)
}

// whereReached leaves those for whom it was decided what they get, or the others:
// the audience is walked by id, and the event says how far.
func (db *DB) whereReached(ctx context.Context, query *bun.SelectQuery, f broadcast.OutcomeFilter) error {
	var walk []struct{ Status, Cursor string }
	err := db.latest().NewRaw("SELECT status, cursor FROM events WHERE id = (SELECT event_id FROM broadcasts WHERE id = ?)", f.Broadcast).Scan(ctx, &walk)
	if err != nil {
		return during(err, "find how far broadcast %s has come", f.Broadcast)
	}
	yes := f.Reached == broadcast.ReachedYes
	switch {
	case len(walk) == 0:
		when(yes, "FALSE").on(query)
	case walk[0].Status == string(notify.EventDispatched):
		when(!yes, "FALSE").on(query)
	case yes:
		query.Where("bp.recipient_id <= ?", walk[0].Cursor)
	default:
		query.Where("bp.recipient_id > ?", walk[0].Cursor)
	}
	return nil
}

// outcomeRow is one of an audience. Twice says that who they became has a line too.
type outcomeRow struct {
	ID, Name, ChosenBy, MergedInto string
	Twice                          bool
}

// BroadcastOutcomes returns a page of the audience with what became of each.
func (db *DB) BroadcastOutcomes(ctx context.Context, f broadcast.OutcomeFilter, p notify.Page) ([]broadcast.Outcome, string, error) {
	id := f.Broadcast
	var rows []outcomeRow
	query := db.latest().NewSelect().TableExpr("broadcast_people AS bp").Join("LEFT JOIN recipients AS r ON r.id = bp.recipient_id").
		ColumnExpr("bp.recipient_id AS id, coalesce(r.name, '') AS name, bp.chosen_by, coalesce(r.merged_into, '') AS merged_into").
		ColumnExpr(`EXISTS (SELECT 1 FROM broadcast_people AS o WHERE o.broadcast_id = bp.broadcast_id AND o.recipient_id = r.merged_into) AS twice`).Where("bp.broadcast_id = ?", id)
	if len(f.Recall) > 0 {
		query.Where(`EXISTS (SELECT 1 FROM messages AS m JOIN broadcast_recalls AS t ON t.message_id = m.id
			WHERE m.recipient_id = bp.recipient_id AND m.broadcast = bp.broadcast_id AND t.outcome IN (?))`, bun.List(f.Recall))
	}
	if f.Reached != "" {
		if err := db.whereReached(ctx, query, f); err != nil {
			return nil, "", err
		}
	}
	if err := paged(query, p, "bp.recipient_id", "ASC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, "", during(err, "list the audience of broadcast %s", id)
	}
	rows, next := cut(rows, p, func(r outcomeRow) string { return r.ID })
	list, place, ids := make([]broadcast.Outcome, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, row := range rows {
		list[i] = broadcast.Outcome{Recipient: notify.RecipientRef{ID: row.ID, Name: row.Name}, ChosenBy: row.ChosenBy, MergedInto: row.MergedInto, Messages: []broadcast.OutcomeMessage{}}
		if ids[i] = row.ID; row.MergedInto != "" && !row.Twice {
			ids[i] = row.MergedInto
		}
		if _, other := place[ids[i]]; !other {
			place[ids[i]] = i
		}
	}
	if len(ids) == 0 {
		return list, next, nil
	}
	var messages []struct{ ID, RecipientID, Channel, Status, SkipReason, ErrorCode, Recall, RecallDetail string }
	err := db.latest().NewSelect().TableExpr("messages AS m").Column("m.id", "m.recipient_id", "m.channel", "m.status", "m.skip_reason", "m.error_code").
		ColumnExpr("coalesce(t.outcome, '') AS recall, coalesce(t.detail, '') AS recall_detail").
		Join("LEFT JOIN broadcast_recalls AS t ON t.message_id = m.id").
		Where("m.recipient_id IN (?) AND m.broadcast = ?", bun.List(ids), id).OrderExpr("m.id").Scan(ctx, &messages)
	for _, m := range messages {
		i := place[m.RecipientID]
		list[i].Messages = append(list[i].Messages, broadcast.OutcomeMessage{
			ID: m.ID, Channel: notify.Channel(m.Channel), Status: notify.Status(m.Status), SkipReason: notify.SkipReason(m.SkipReason), ErrorCode: m.ErrorCode,
			Recall: broadcast.RecallOutcome(m.Recall), RecallDetail: m.RecallDetail,
		})
	}
	return list, next, during(err, "find the messages of broadcast %s", id)
}
