package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
)

var _ delivery.Lateness = (*DB)(nil)

// receiptCountsFor is how long counts are kept.
const receiptCountsFor = time.Hour

type receiptCountRow struct {
	bun.BaseModel `bun:"table:receipt_counts,alias:rc"`
	IntegrationID string `bun:"integration_id"`
	Minute        int64  `bun:"minute"`
	Due           int    `bun:"due"`
	Missing       int    `bun:"missing"`
}

// CountReceipts adds to the counts of this minute and drops old ones.
func (db *DB) CountReceipts(ctx context.Context, list []delivery.ReceiptCount, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	minute := now.Truncate(time.Minute)
	rows := make([]receiptCountRow, len(list))
	for i, c := range list {
		rows[i] = receiptCountRow{IntegrationID: c.Integration, Minute: micros(minute), Due: c.Due, Missing: c.Missing}
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT (integration_id, minute) DO UPDATE").
			Set("due = rc.due + EXCLUDED.due, missing = rc.missing + EXCLUDED.missing").Exec(ctx)
		if err != nil {
			return err
		}
		_, err = tx.NewDelete().Table("receipt_counts").Where("minute < ?", micros(minute.Add(-receiptCountsFor))).Exec(ctx)
		return err
	})
	return during(err, "count the receipts of %d integrations", len(list))
}

// ReceiptCounts returns what was counted since.
func (db *DB) ReceiptCounts(ctx context.Context, since time.Time) ([]delivery.ReceiptCount, error) {
	var rows []receiptCountRow
	err := db.latest().NewSelect().Model(&rows).Where("minute >= ?", micros(since)).OrderExpr("integration_id, minute").Scan(ctx)
	list := make([]delivery.ReceiptCount, len(rows))
	for i, row := range rows {
		list[i] = delivery.ReceiptCount{Integration: row.IntegrationID, At: fromMicros(row.Minute), Due: row.Due, Missing: row.Missing}
	}
	return list, during(err, "read the counts of receipts")
}
