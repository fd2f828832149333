package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/centre"
)

var _ centre.Store = (*DB)(nil)

// Visitor finds who a link is for.
func (db *DB) Visitor(ctx context.Context, ref centre.Ref) (centre.Visitor, error) {
	var v centre.Visitor
	id := ref.Recipient
	if ref.Message != "" {
		m := &v.Message
		err := db.latest().QueryRowContext(ctx, "SELECT id, recipient_id, channel, category, address, workflow, critical, source FROM messages WHERE id = ?", ref.Message).
			Scan(&m.ID, &m.Recipient.ID, &m.Channel, &m.Category, &m.Address, &m.Workflow, &m.Critical, &m.Source)
		if err != nil {
			return v, during(err, "find message %s", ref.Message)
		}
		id = m.Recipient.ID
	}
	var row recipientRow
	if err := db.latest().NewSelect().Model(&row).Where("r.id = ?", id).Scan(ctx); err != nil {
		return v, during(err, "find recipient %s", id)
	}
	v.Recipient = row.word()
	var revoked int64
	err := db.latest().QueryRowContext(ctx, "SELECT revoked_at FROM revoked_links WHERE recipient_id = ?", id).Scan(&revoked)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return v, during(err, "find whether the links of %s are closed", id)
	}
	v.RevokedAt = fromMicros(revoked)
	return v, nil
}

// RevokeLinks closes the links of a person that were made before now.
func (db *DB) RevokeLinks(ctx context.Context, recipient string, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var known string
		if err := tx.NewSelect().Table("recipients").Column("id").Where("id = ?", recipient).Scan(ctx, &known); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO revoked_links (recipient_id, revoked_at) VALUES (?, ?)
			ON CONFLICT (recipient_id) DO UPDATE SET revoked_at = EXCLUDED.revoked_at`, recipient, micros(now))
		return err
	})
	return during(err, "close the links of %s", recipient)
}
