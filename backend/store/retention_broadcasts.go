package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
	"clarion/backend/retention"
)

// removeRecalls removes what became of taking back messages that are removed. How
// many there were stays.
func removeRecalls(ctx context.Context, tx bun.Tx, ids []string) error {
	list := bun.List(ids)
	_, err := tx.NewRaw(`INSERT INTO removed_recalls (broadcast_id, outcome, n)
		SELECT broadcast_id, outcome, count(*) FROM broadcast_recalls WHERE message_id IN (?) AND broadcast_id <> '' GROUP BY broadcast_id, outcome
		ON CONFLICT (broadcast_id, outcome) DO UPDATE SET n = removed_recalls.n + EXCLUDED.n`, list).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw("DELETE FROM broadcast_recalls WHERE message_id IN (?)", list).Exec(ctx)
	return err
}

// openBroadcasts are the states in which a broadcast may still need what it has reserved.
var openBroadcasts = []broadcast.State{broadcast.Submitted, broadcast.Approved, broadcast.Scheduled, broadcast.Sending, broadcast.Paused}

// RemoveQuotas removes what broadcasts have used of the quota of a month before
// that of the slice, once they have ended and no message of theirs is left: the
// limits look at the present month at most.
func (db *DB) RemoveQuotas(ctx context.Context, s retention.Slice) (retention.Done, error) {
	var done retention.Done
	month := time.Date(s.Before.Year(), s.Before.Month(), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		done = retention.Done{}
		var looked []string
		err := tx.NewRaw(`SELECT DISTINCT broadcast_id FROM broadcast_quota WHERE day < ? AND broadcast_id > ? ORDER BY broadcast_id LIMIT ?`,
			month, s.After, removedAtOnce).Scan(ctx, &looked)
		if err != nil || len(looked) == 0 {
			return err
		}
		if len(looked) == removedAtOnce {
			done.Next = looked[len(looked)-1]
		}
		result, err := tx.NewRaw(`DELETE FROM broadcast_quota WHERE broadcast_id IN (?) AND day < ? AND NOT EXISTS (
				SELECT 1 FROM broadcasts AS b WHERE b.id = broadcast_quota.broadcast_id AND (b.state IN (?)
					OR b.event_id <> '' AND EXISTS (SELECT 1 FROM messages AS m WHERE m.event_id = b.event_id LIMIT 1 OFFSET 0)))`,
			bun.List(looked), month, bun.List(openBroadcasts)).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		done.Removed = int(n)
		return err
	})
	return done, during(err, "remove the quota of broadcasts before %s", month)
}
