package store

import (
	"context"
	"time"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

// Activity counts messages by workflow and status.
func (db *DB) Activity(ctx context.Context, since time.Time, most int) ([]explain.Activity, error) {
	newest := db.r.NewSelect().TableExpr("messages AS m").ColumnExpr("m.workflow, m.status").
		Where("m.created_at >= ?", micros(since)).Where("m.source <> ?", notify.TestSource).OrderExpr("m.id DESC").Limit(int64(most))
	bounds, err := db.idBounds(ctx, since, time.Time{})
	if err != nil {
		return nil, err
	}
	for _, bound := range bounds {
		bound.on(newest)
	}
	var rows []struct {
		Workflow string
		Status   string
		N        int
	}
	err = db.r.NewSelect().TableExpr("(?) AS g", newest).ColumnExpr("g.workflow, g.status, count(*) AS n").
		GroupExpr("g.workflow, g.status").OrderExpr("g.workflow, g.status").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "count messages by workflow")
	}
	list := []explain.Activity{}
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].Workflow != r.Workflow {
			list = append(list, explain.Activity{Workflow: r.Workflow, Counts: map[notify.Status]int{}})
		}
		list[len(list)-1].Counts[notify.Status(r.Status)] = r.N
	}
	return list, nil
}

// EventTypes counts events by type, the latest first. Sends without a workflow
// and test runs report no fact.
func (db *DB) EventTypes(ctx context.Context, most int) ([]explain.EventType, error) {
	newest := db.r.NewSelect().TableExpr("events AS e").ColumnExpr("e.id, e.type, e.created_at, e.source, e.direct").
		OrderExpr("e.id DESC").Limit(int64(most))
	var rows []struct {
		Type    string
		N       int
		FirstAt int64
		LastAt  int64
		LastID  string
	}
	err := db.r.NewSelect().TableExpr("(?) AS g", newest).Where("g.direct = ''").Where("g.source <> ?", notify.TestSource).
		ColumnExpr("g.type, count(*) AS n, min(g.created_at) AS first_at, max(g.created_at) AS last_at, max(g.id) AS last_id").
		GroupExpr("g.type").OrderExpr("last_at DESC, g.type").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "count events by type")
	}
	list := make([]explain.EventType, len(rows))
	for i, r := range rows {
		list[i] = explain.EventType{
			Type: r.Type, Count: r.N, FirstAt: fromMicros(r.FirstAt), LastAt: fromMicros(r.LastAt), LastID: r.LastID,
		}
	}
	return list, nil
}
