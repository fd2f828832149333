package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

var (
	_ access.TwoFactorStore = (*DB)(nil)
	_ access.DoorStore      = (*DB)(nil)
)

// TwoFactor returns a member's second proof.
func (db *DB) TwoFactor(ctx context.Context, memberID string) (access.TwoFactor, error) {
	var t access.TwoFactor
	var confirmed int64
	err := db.latest().QueryRowContext(ctx, `SELECT sealed, confirmed_at,
		(SELECT count(*) FROM recovery_codes WHERE member_id = t.member_id AND used_at = 0)
		FROM two_factor AS t WHERE member_id = ?`, memberID).Scan(&t.Sealed, &confirmed, &t.CodesLeft)
	t.ConfirmedAt = fromMicros(confirmed)
	return t, during(err, "find the second step of member %s", memberID)
}

// BeginTwoFactor keeps a sealed secret unless there is a confirmed one.
func (db *DB) BeginTwoFactor(ctx context.Context, memberID, sealed string) error {
	n, err := touched(db.w.ExecContext(ctx, `INSERT INTO two_factor AS t (member_id, sealed) VALUES (?, ?)
		ON CONFLICT (member_id) DO UPDATE SET sealed = EXCLUDED.sealed WHERE t.confirmed_at = 0`, memberID, sealed))
	if err == nil && n == 0 {
		err = notify.ErrConflict
	}
	return during(err, "begin the second step of member %s", memberID)
}

// ConfirmTwoFactor turns it on, once.
func (db *DB) ConfirmTwoFactor(ctx context.Context, memberID string, step int64, hashes []string, now time.Time) error {
	at := micros(now)
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.ExecContext(ctx, "UPDATE two_factor SET confirmed_at = ?, last_step = ? WHERE member_id = ? AND confirmed_at = 0",
			at, step, memberID))
		if err == nil && n == 0 {
			err = notify.ErrConflict
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM recovery_codes WHERE member_id = ?", memberID)
		}
		for _, hash := range hashes {
			if err == nil {
				_, err = tx.ExecContext(ctx, "INSERT INTO recovery_codes (member_id, hash) VALUES (?, ?)", memberID, hash)
			}
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE members SET two_factor_at = ? WHERE id = ?", at, memberID)
		}
		return err
	})
	return during(err, "confirm the second step of member %s", memberID)
}

// UseStep moves the newest step forward; only one caller can.
func (db *DB) UseStep(ctx context.Context, memberID string, step int64) (bool, error) {
	n, err := touched(db.w.ExecContext(ctx, "UPDATE two_factor SET last_step = ? WHERE member_id = ? AND confirmed_at > 0 AND last_step < ?",
		step, memberID, step))
	return n == 1, during(err, "use a code of member %s", memberID)
}

// UseRecoveryCode marks a code as used; only one caller can.
func (db *DB) UseRecoveryCode(ctx context.Context, memberID, hash string, now time.Time) (bool, error) {
	n, err := touched(db.w.ExecContext(ctx, "UPDATE recovery_codes SET used_at = ? WHERE member_id = ? AND hash = ? AND used_at = 0",
		micros(now), memberID, hash))
	return n == 1, during(err, "use a recovery code of member %s", memberID)
}

// DropTwoFactor forgets everything about it.
func (db *DB) DropTwoFactor(ctx context.Context, memberID string) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error { return dropTwoFactor(ctx, tx, memberID) })
	return during(err, "drop the second step of member %s", memberID)
}

func dropTwoFactor(ctx context.Context, tx bun.Tx, memberID string) error {
	for _, statement := range []string{
		"DELETE FROM two_factor WHERE member_id = ?", "DELETE FROM recovery_codes WHERE member_id = ?",
		"UPDATE members SET two_factor_at = 0 WHERE id = ?",
	} {
		if _, err := tx.ExecContext(ctx, statement, memberID); err != nil {
			return err
		}
	}
	return nil
}

// CountDoors adds a failure to every door in one statement.
func (db *DB) CountDoors(ctx context.Context, names []string, now, stale time.Time) (map[string]access.Door, error) {
	rows := make([][]any, len(names))
	for i, name := range names {
		rows[i] = []any{name, 1, micros(now)}
	}
	values, args := tuples(rows)
	found, err := db.w.QueryContext(ctx, `INSERT INTO login_doors AS d (name, failures, since) VALUES `+values+`
		ON CONFLICT (name) DO UPDATE SET
			failures = CASE WHEN d.since <= ? THEN 1 ELSE d.failures + 1 END,
			since = CASE WHEN d.since <= ? THEN EXCLUDED.since ELSE d.since END
		RETURNING name, failures, since`, append(args, micros(stale), micros(stale))...)
	if err != nil {
		return nil, during(err, "count attempts")
	}
	defer found.Close()
	doors := map[string]access.Door{}
	for found.Next() {
		var name string
		var failures int
		var since int64
		if err := found.Scan(&name, &failures, &since); err != nil {
			return nil, during(err, "count attempts")
		}
		doors[name] = access.Door{Failures: failures, Since: fromMicros(since)}
	}
	return doors, during(found.Err(), "count attempts")
}

// ReleaseDoors forgets some doors and takes one failure back from others, each
// by itself: nobody holds two of them.
func (db *DB) ReleaseDoors(ctx context.Context, forget, lower []string) error {
	for _, name := range forget {
		if _, err := db.w.ExecContext(ctx, "DELETE FROM login_doors WHERE name = ?", name); err != nil {
			return during(err, "forget attempts")
		}
	}
	for _, name := range lower {
		if _, err := db.w.ExecContext(ctx, "UPDATE login_doors SET failures = failures - 1 WHERE name = ? AND failures > 0", name); err != nil {
			return during(err, "take an attempt back")
		}
	}
	return nil
}

// PruneDoors forgets those whose window began before.
func (db *DB) PruneDoors(ctx context.Context, before time.Time) (int, error) {
	result, err := db.w.ExecContext(ctx, "DELETE FROM login_doors WHERE since < ?", micros(before))
	n, err := touched(result, err)
	return n, during(err, "prune attempts")
}
