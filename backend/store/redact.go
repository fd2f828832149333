package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/delivery"
	"clarion/backend/notify"
)

var _ delivery.Redactions = (*DB)(nil)

// RedactMessage removes what an ended message said and where it went; the row
// and its timeline stay, so the books still balance.
func (db *DB) RedactMessage(ctx context.Context, id string, now time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var m struct {
			Status  notify.Status
			Channel string
			Source  string
		}
		q := tx.NewSelect().Table("messages").Column("status", "channel", "source").Where("id = ?", id)
		if err := db.lock(q, "UPDATE").Scan(ctx, &m); err != nil {
			return err
		}
		if !m.Status.Ended() {
			return fmt.Errorf("it is still %s: %w", m.Status, notify.ErrConflict)
		}
		_, err := tx.NewUpdate().Table("messages").Set("content = '{}'").Set("address = ''").Where("id = ?", id).Exec(ctx)
		if err != nil {
			return err
		}
		return writeTimeline(ctx, tx, []timelineRow{{MessageID: id, At: micros(now), Kind: "redacted", Channel: m.Channel, Source: m.Source}})
	})
	return during(err, "redact message %s", id)
}
