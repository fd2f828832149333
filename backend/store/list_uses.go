package store

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"

	"clarion/backend/audience"
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
	uses, err := db.listUses(ctx, "segment", key, most)
	list := make([]segment.Use, len(uses))
	for i, u := range uses {
		list[i] = segment.Use(u)
	}
	return list, err
}

// GroupUses returns the segments that name a group, and broadcasts and schedules
// that do and have not ended, at most so many of each.
func (db *DB) GroupUses(ctx context.Context, key string, most int) ([]audience.Use, error) {
	keys, err := db.segmentsNaming(ctx, key)
	if err != nil {
		return nil, err
	}
	uses, err := db.usesAmong(ctx, "segment", most, db.latest().NewSelect().Table("segments").ColumnExpr("key AS id").Column("name").
		Where("key IN (?)", bun.List(keys)).OrderExpr("key"))
	if err != nil {
		return nil, during(err, "find the segments that name group %s", key)
	}
	more, err := db.listUses(ctx, "group", key, most)
	uses = append(uses, more...)
	list := make([]audience.Use, len(uses))
	for i, u := range uses {
		list[i] = audience.Use(u)
	}
	return list, err
}

// listUse is something that names a list of people.
type listUse struct{ Kind, ID, Name string }

func (db *DB) usesAmong(ctx context.Context, kind string, most int, query *bun.SelectQuery) ([]listUse, error) {
	var rows []struct{ ID, Name string }
	err := query.Limit(int64(most)).Scan(ctx, &rows)
	uses := make([]listUse, len(rows))
	for i, row := range rows {
		uses[i] = listUse{kind, row.ID, row.Name}
	}
	return uses, err
}

// listUses are the broadcasts and schedules that name a list of a kind and have not
// ended.
func (db *DB) listUses(ctx context.Context, kind, key string, most int) ([]listUse, error) {
	book := bookOf(kind, "")
	broadcasts, err := db.usesAmong(ctx, "broadcast", most, db.latest().NewSelect().Table("broadcasts").Column("id", "name").
		Where("id IN (SELECT broadcast_id FROM ? WHERE ? = ?)", book.table, book.column, key).
		Where("state NOT IN (?)", bun.List([]broadcast.State{broadcast.Completed, broadcast.Cancelled, broadcast.Failed})).OrderExpr("id DESC"))
	if err != nil {
		return nil, during(err, "find the broadcasts that name %s %s", kind, key)
	}
	ids, err := db.schedulesNaming(ctx, kind, key)
	if err != nil {
		return nil, err
	}
	schedules, err := db.usesAmong(ctx, "schedule", most, db.latest().NewSelect().Table("schedules").Column("id", "name").
		Where("id IN (?)", bun.List(ids)).Where("state <> ?", schedule.Ended).OrderExpr("id DESC"))
	return append(broadcasts, schedules...), during(err, "find the schedules that name %s %s", kind, key)
}
