package store

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// writersText lists who holds the lock that an insert takes before it asks for
// its places.
const writersText = `SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'message_events'::regclass
	AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'RowExclusiveLock' AND granted`

// StreamTip returns the newest row and who may yet add one before it. The row is
// looked for first: whoever took an earlier place holds the lock since before that
// row was seen, or has committed. SQLite has one writer, so nobody is behind.
func (db *DB) StreamTip(ctx context.Context) (notify.StreamTip, error) {
	var tip notify.StreamTip
	if err := db.latest().QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM message_events").Scan(&tip.Seq); err != nil {
		return tip, fmt.Errorf("find the newest row of the stream: %w", classify(err))
	}
	if !db.postgres() {
		return tip, nil
	}
	if err := db.latest().NewRaw(writersText).Scan(ctx, &tip.Writers); err != nil {
		return tip, fmt.Errorf("find who is writing the stream: %w", classify(err))
	}
	return tip, nil
}
