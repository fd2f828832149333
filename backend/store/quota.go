package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
)

var (
	_ delivery.Quotas  = (*DB)(nil)
	_ delivery.Targets = (*DB)(nil)
)

// quotaText counts calls of a day up to its limit, in one statement that locks
// the day's row: what two ask for at once is never granted twice.
const (
	quotaOpen = `INSERT INTO integration_days (integration_id, day, taken) VALUES (?, ?, 0) ON CONFLICT (integration_id, day) DO NOTHING`
	quotaRead = `SELECT taken FROM integration_days WHERE integration_id = ? AND day = ?`
	quotaTake = `UPDATE integration_days SET taken = taken + ? WHERE integration_id = ? AND day = ?`
)

// TakeQuota takes calls of an integration's day.
func (db *DB) TakeQuota(ctx context.Context, integration, day string, limit, want int) (int, error) {
	granted := 0
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, quotaOpen, integration, day); err != nil {
			return err
		}
		text := quotaRead
		if db.postgres() {
			text += " FOR UPDATE"
		}
		taken := 0
		if err := tx.QueryRowContext(ctx, text, integration, day).Scan(&taken); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		granted = max(0, min(want, limit-taken))
		if granted == 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, quotaTake, granted, integration, day)
		return err
	})
	if err != nil {
		return 0, during(err, "take %d calls of %s on %s", want, integration, day)
	}
	return granted, nil
}

// Targets reads what choosing an account needs to know of messages.
func (db *DB) Targets(ctx context.Context, messageIDs []string) ([]delivery.Target, error) {
	var rows []struct{ ID, Category, Address string }
	err := db.latest().NewSelect().Table("messages").Column("id", "category", "address").
		Where("id IN (?)", bun.List(sortedSet(messageIDs))).OrderExpr("id").Scan(ctx, &rows)
	if err != nil {
		return nil, during(err, "read the targets of %d messages", len(messageIDs))
	}
	list := make([]delivery.Target, len(rows))
	for i, row := range rows {
		list[i] = delivery.Target(row)
	}
	return list, nil
}
