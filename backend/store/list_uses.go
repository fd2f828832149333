package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/schedule"
	"clarion/backend/segment"
)

// schedulesNaming are the ids of schedules whose targets name a group or a segment,
// themselves or by the broadcast that they repeat. Targets are read and not searched
// as text: a list may be called like any word of one.
func (db *DB) schedulesNaming(ctx context.Context, kind, key string) ([]string, error) {
	var rows []scheduleRow
	err := db.latest().NewSelect().Model(&rows).Column("id", "document").
		Where("s.target_kind = 'broadcast' OR s.document LIKE ?", `%"`+kind+`"%`).Order("s.id").Scan(ctx)
	if err != nil {
		return nil, during(err, "find the schedules that name %s %s", kind, key)
	}
	ids, repeats := []string{}, map[string][]string{}
	for _, row := range rows {
		one, err := row.word()
		if err != nil {
			return nil, err
		}
		names, pattern := namedBy(one.Target, kind, key)
		if names {
			ids = append(ids, row.ID)
		} else if pattern != "" {
			repeats[pattern] = append(repeats[pattern], row.ID)
		}
	}
	if len(repeats) == 0 {
		return ids, nil
	}
	patterns, book := make([]string, 0, len(repeats)), bookOf(kind, "")
	for id := range repeats {
		patterns = append(patterns, id)
	}
	var naming []string
	err = db.latest().NewRaw("SELECT broadcast_id FROM ? WHERE ? = ? AND broadcast_id IN (?)", book.table, book.column, key, bun.List(patterns)).Scan(ctx, &naming)
	for _, id := range naming {
		ids = append(ids, repeats[id]...)
	}
	return ids, during(err, "find the repeated broadcasts that name %s %s", kind, key)
}

// namedBy reports whether a target names a list, and which broadcast it repeats.
func namedBy(target json.RawMessage, kind, key string) (names bool, pattern string) {
	var t struct {
		Kind      string          `json:"kind"`
		Broadcast string          `json:"broadcast"`
		To        json.RawMessage `json:"to"`
		// Recipients is another word for to.
		Recipients json.RawMessage `json:"recipients"`
	}
	if json.Unmarshal(target, &t) != nil {
		return false, ""
	}
	if t.Kind == "broadcast" {
		return false, t.Broadcast
	}
	return amongTargets(t.To, kind, key) || amongTargets(t.Recipients, kind, key), ""
}

// amongTargets looks through one target of a request, or a list of them.
func amongTargets(text json.RawMessage, kind, key string) bool {
	var many []json.RawMessage
	if json.Unmarshal(text, &many) != nil {
		many = []json.RawMessage{text}
	}
	for _, one := range many {
		fields := map[string]json.RawMessage{}
		name := ""
		if json.Unmarshal(one, &fields) == nil && json.Unmarshal(fields[kind], &name) == nil && name == key {
			return true
		}
	}
	return false
}

// UsesOf returns broadcasts and schedules that name a segment and have not ended, at
// most so many of each.
func (db *DB) UsesOf(ctx context.Context, key string, most int) ([]segment.Use, error) {
	var uses []segment.Use
	add := func(kind string, query *bun.SelectQuery) error {
		var rows []struct{ ID, Name string }
		if err := query.Limit(int64(most)).Scan(ctx, &rows); err != nil {
			return during(err, "find each %s that names segment %s", kind, key)
		}
		for _, row := range rows {
			uses = append(uses, segment.Use{Kind: kind, ID: row.ID, Name: row.Name})
		}
		return nil
	}
	live := db.latest().NewSelect().Table("broadcasts").Column("id", "name").
		Where("id IN (SELECT broadcast_id FROM broadcast_segments WHERE segment_key = ?)", key).
		Where("state NOT IN (?)", bun.List([]broadcast.State{broadcast.Completed, broadcast.Cancelled, broadcast.Failed})).OrderExpr("id DESC")
	if err := add("broadcast", live); err != nil {
		return nil, err
	}
	ids, err := db.schedulesNaming(ctx, "segment", key)
	if err != nil {
		return nil, err
	}
	return uses, add("schedule", db.latest().NewSelect().Table("schedules").Column("id", "name").
		Where("id IN (?)", bun.List(ids)).Where("state <> ?", schedule.Ended).OrderExpr("id DESC"))
}
