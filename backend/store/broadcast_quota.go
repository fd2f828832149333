package store

import (
	"context"

	"github.com/uptrace/bun"

	"clarion/backend/broadcast"
)

// quotaLock is the advisory lock that lets one submission reserve at a time.
const quotaLock = 0x636c71756f7461 // the letters clquota

// ReserveQuota puts messages of a submission aside when the limits have room.
func (db *DB) ReserveQuota(ctx context.Context, r broadcast.Reservation, l broadcast.Limits) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if db.postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(quotaLock)); err != nil {
				return err
			}
		}
		day, month, err := quotaTaken(ctx, tx, r.Day, r.ID)
		if err != nil {
			return err
		}
		for _, room := range []struct {
			span         string
			limit, taken int
		}{{"day", l.Day, day}, {"month", l.Month, month}} {
			if room.limit > 0 && room.taken+r.Messages > room.limit {
				return &broadcast.FullError{Span: room.span, Limit: room.limit, Left: max(room.limit-room.taken, 0), Needs: r.Messages}
			}
		}
		// What a submission before this one had put aside is not needed any more.
		if _, err := tx.ExecContext(ctx, "DELETE FROM broadcast_quota WHERE broadcast_id = ?", r.ID); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO broadcast_quota (broadcast_id, revision, day, messages) VALUES (?, ?, ?, ?)",
			r.ID, r.Revision, r.Day, r.Messages)
		return err
	})
	return during(err, "reserve the quota of broadcast %s", r.ID)
}

// quotaTaken is what is reserved or used of a day and its month by all others.
func quotaTaken(ctx context.Context, from bun.IDB, day, but string) (ofDay, ofMonth int, err error) {
	month := day[:len("2006-01")]
	err = from.NewRaw(`SELECT COALESCE(SUM(CASE WHEN day = ? THEN messages ELSE 0 END), 0), COALESCE(SUM(messages), 0) FROM broadcast_quota
		WHERE day >= ? AND day <= ? AND broadcast_id <> ?`, day, month+"-01", month+"-31", but).Scan(ctx, &ofDay, &ofMonth)
	return ofDay, ofMonth, err
}

// QuotaTaken is the same, for those who only look.
func (db *DB) QuotaTaken(ctx context.Context, day, but string) (ofDay, ofMonth int, err error) {
	ofDay, ofMonth, err = quotaTaken(ctx, db.latest(), day, but)
	return ofDay, ofMonth, during(err, "count what is taken of the quota of %s", day)
}

// SettleQuota makes of what was reserved what was used.
func (db *DB) SettleQuota(ctx context.Context, id string, revision, used int) error {
	text, args := "UPDATE broadcast_quota SET messages = ? WHERE broadcast_id = ? AND revision = ?", []any{used, id, revision}
	if used == 0 {
		text, args = "DELETE FROM broadcast_quota WHERE broadcast_id = ? AND revision = ?", []any{id, revision}
	}
	_, err := db.w.ExecContext(ctx, text, args...)
	return during(err, "settle the quota of broadcast %s", id)
}
