package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/tracking"
)

var _ tracking.Taken = (*DB)(nil)

// Taken returns messages that a vendor has taken, by when they were made. It is
// asked only for integrations that tell nothing by themselves.
func (db *DB) Taken(ctx context.Context, integration string, spans []tracking.Span, limit int) ([]notify.Inquiry, error) {
	var rows []struct{ ID, ProviderMessageID, Address string }
	query := db.latest().NewSelect().Table("messages").Column("id", "provider_message_id", "address").
		Where("integration = ? AND status IN (?, ?) AND provider_message_id <> ''", integration, notify.Sent, notify.Delivered).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			for _, s := range spans {
				q.WhereOr("created_at > ? AND created_at <= ?", micros(s.From), micros(s.To))
			}
			return q
		}).OrderExpr("id DESC").Limit(int64(limit))
	if err := query.Scan(ctx, &rows); err != nil {
		return nil, during(err, "find what integration %s has taken", integration)
	}
	about := make([]notify.Inquiry, len(rows))
	for i, r := range rows {
		about[i] = notify.Inquiry{MessageID: r.ID, ProviderMessageID: r.ProviderMessageID, Address: r.Address}
	}
	return about, nil
}
