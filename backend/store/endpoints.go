package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/suppression"
)

var _ suppression.EndpointStore = (*DB)(nil)

// failingPlaces are the addresses of a channel whose messages only died lately.
// What died for our own settings or in a test run says nothing about an address.
const failingPlaces = `
	SELECT f.recipient_id, f.address FROM (
		SELECT m.recipient_id, m.address FROM messages AS m
		WHERE m.dead_at > 0 AND m.dead_at > ? AND m.status IN ('failed', 'unknown') AND m.channel = ? AND m.address <> ''
			AND m.outcome <> ? AND m.source <> ?{taken}
		GROUP BY m.recipient_id, m.address HAVING COUNT(*) >= ? AND MIN(m.created_at) < ? AND MAX(m.dead_at) > ?
	) AS f
	WHERE NOT EXISTS (
		SELECT 1 FROM messages AS g WHERE g.recipient_id = f.recipient_id AND g.channel = ? AND g.address = f.address
			AND g.status IN ('sent', 'delivered') AND g.sent_at > ?
	)`

// SuppressFailing suppresses addresses that only fail.
func (db *DB) SuppressFailing(ctx context.Context, f suppression.Failing, now time.Time) ([]notify.Suppression, error) {
	var added []suppressionRow
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var places []struct{ RecipientID, Address string }
		taken := ""
		if f.Sent {
			taken = " AND m.sent_at > 0"
		}
		err := tx.NewRaw(strings.Replace(failingPlaces, "{taken}", taken, 1), micros(f.Since), string(f.Channel), string(notify.AuthConfig), notify.TestSource, f.Least,
			micros(f.Before), micros(f.After), string(f.Channel), micros(f.Since)).Scan(ctx, &places)
		if err != nil || len(places) == 0 {
			return err
		}
		rows := make([]suppressionRow, len(places))
		for i, place := range places {
			rows[i] = rowOfSuppression(notify.Suppression{
				ID: notify.NewID(notify.SuppressionID), Channel: f.Channel, Address: place.Address, Reason: f.Reason,
				Detail: f.Detail, RecipientID: place.RecipientID, ExpiresAt: f.Until,
			}, now)
		}
		insert := tx.NewInsert().Model(&rows).On(suppressedOnce).Set(takesOver).Where(mayTakeOver)
		_, err = insert.Returning("*").Exec(ctx, &added)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("suppress failing addresses of %s: %w", f.Channel, err)
	}
	return listed(added, suppressionRow.word)
}
