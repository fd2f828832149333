package store

import (
	"context"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

// Ledger counts both books in one statement, which is one snapshot in either
// dialect: whatever is being written meanwhile is in both counts or in none.
func (db *DB) Ledger(ctx context.Context, f explain.LedgerFilter) (explain.LedgerCounts, error) {
	created := db.r.NewSelect().TableExpr("message_events AS e").ColumnExpr("'created' AS status, count(*) AS n").
		Where("e.first")
	stored := db.r.NewSelect().TableExpr("messages AS m").ColumnExpr("m.status, count(*) AS n").Group("m.status")
	for _, c := range []condition{
		when(!f.From.IsZero(), "e.at >= ?", micros(f.From)), when(!f.To.IsZero(), "e.at < ?", micros(f.To)),
		when(f.Source != "", "e.source = ?", f.Source), when(f.Channel != "", "e.channel = ?", string(f.Channel)),
	} {
		c.on(created)
	}
	for _, c := range []condition{
		when(!f.From.IsZero(), "m.created_at >= ?", micros(f.From)), when(!f.To.IsZero(), "m.created_at < ?", micros(f.To)),
		when(f.Source != "", "m.source = ?", f.Source), when(f.Channel != "", "m.channel = ?", string(f.Channel)),
	} {
		c.on(stored)
	}
	var rows []statusCount
	if err := created.UnionAll(stored).Scan(ctx, &rows); err != nil {
		return explain.LedgerCounts{}, during(err, "read the ledger")
	}
	counts := byStatus(rows)
	ledger := explain.LedgerCounts{Created: counts["created"], ByStatus: counts}
	delete(counts, "created")
	return ledger, nil
}

// causesMost bounds the list: who has more causes than this reads the first.
const causesMost = 200

type causeRow struct {
	Channel     string
	Integration string
	Outcome     string
	ErrorCode   string
	ErrorDetail string
	Template    string
	Count       int
	FirstAt     int64
	LastAt      int64
	SampleID    string
}

// Causes groups dead letters, most frequent first. A filter without a status
// means all of them: failed and unknown. What the vendor said is that of the
// newest, for its words may differ from one message to the next.
func (db *DB) Causes(ctx context.Context, f notify.MessageFilter) ([]explain.Cause, error) {
	if len(f.Status) == 0 {
		f.Status = []notify.Status{notify.Failed, notify.Unknown}
	}
	conditions, err := db.messageConditions(ctx, f)
	if err != nil {
		return nil, err
	}
	groups := db.r.NewSelect().TableExpr("messages AS m").
		ColumnExpr("m.channel, m.integration, m.outcome, m.error_code, m.template").
		ColumnExpr("count(*) AS count, min(m.created_at) AS first_at, max(m.created_at) AS last_at, max(m.id) AS sample_id").
		GroupExpr("m.channel, m.integration, m.outcome, m.error_code, m.template")
	for _, c := range conditions {
		c.on(groups)
	}
	var rows []causeRow
	err = db.r.NewSelect().TableExpr("(?) AS g", groups).Join("JOIN messages AS s ON s.id = g.sample_id").
		ColumnExpr("g.*, s.error_detail").OrderExpr("g.count DESC, g.sample_id DESC").Limit(causesMost).Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "group dead letters")
	}
	return listed(rows, causeRow.word)
}

func (r causeRow) word() (explain.Cause, error) {
	return explain.Cause{
		Channel: notify.Channel(r.Channel), Integration: r.Integration, Outcome: notify.Outcome(r.Outcome),
		ErrorCode: r.ErrorCode, ErrorDetail: r.ErrorDetail, Template: r.Template, Count: r.Count,
		FirstAt: fromMicros(r.FirstAt), LastAt: fromMicros(r.LastAt), SampleID: r.SampleID,
	}, nil
}
