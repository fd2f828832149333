package store

import (
	"context"
	"encoding/json"
	"time"

	"clarion/backend/broadcast"
)

// KeepTally keeps what was counted of a broadcast, unless a later count is there.
func (db *DB) KeepTally(ctx context.Context, id string, t broadcast.Tally) error {
	text, err := json.Marshal(t.Progress)
	if err != nil {
		return during(err, "write the progress of broadcast %s", id)
	}
	_, err = db.w.ExecContext(ctx, `INSERT INTO broadcast_tallies (broadcast_id, counted_at, took, progress) VALUES (?, ?, ?, ?)
		ON CONFLICT (broadcast_id) DO UPDATE SET counted_at = EXCLUDED.counted_at, took = EXCLUDED.took, progress = EXCLUDED.progress
		WHERE broadcast_tallies.counted_at < EXCLUDED.counted_at`, id, micros(t.At), t.Took.Microseconds(), string(text))
	return during(err, "keep the progress of broadcast %s", id)
}

// BroadcastTally returns what was last counted of a broadcast, if it was kept.
func (db *DB) BroadcastTally(ctx context.Context, id string) (broadcast.Tally, bool, error) {
	var rows []struct {
		CountedAt, Took int64
		Progress        string
	}
	err := db.latest().NewSelect().Table("broadcast_tallies").Column("counted_at", "took", "progress").Where("broadcast_id = ?", id).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return broadcast.Tally{}, false, during(err, "find the progress of broadcast %s", id)
	}
	t := broadcast.Tally{At: fromMicros(rows[0].CountedAt), Took: time.Duration(rows[0].Took) * time.Microsecond}
	err = json.Unmarshal([]byte(rows[0].Progress), &t.Progress)
	return t, true, during(err, "read the progress of broadcast %s", id)
}
