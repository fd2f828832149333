package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/otp"
)

var _ otp.Store = (*DB)(nil)

type otpRow struct {
	bun.BaseModel `bun:"table:otps,alias:o"`

	ID        string `bun:",pk"`
	Source    string
	Person    string
	Length    int
	TriesLeft int
	ExpiresAt int64
	UsedAt    int64
	CreatedAt int64
}

func (r otpRow) word() otp.OTP {
	return otp.OTP{
		ID: r.ID, Source: r.Source, Person: r.Person, Length: r.Length, TriesLeft: r.TriesLeft,
		ExpiresAt: fromMicros(r.ExpiresAt), CreatedAt: fromMicros(r.CreatedAt),
	}
}

// otpKept is how long one is kept after its time, so that a late try hears that
// it is too late and not that there never was one.
const otpKept = 24 * time.Hour

// AddOTP keeps one unless the person has too many. The row that counts is
// written first, so that twenty who ask at once count each other.
func (db *DB) AddOTP(ctx context.Context, o otp.OTP, since time.Time, limit int) error {
	row := otpRow{
		ID: o.ID, Source: o.Source, Person: o.Person, Length: o.Length, TriesLeft: o.TriesLeft,
		ExpiresAt: micros(o.ExpiresAt), CreatedAt: micros(o.CreatedAt),
	}
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if db.postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended(?, 7))", o.Person); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM otps WHERE expires_at < ?", micros(o.CreatedAt.Add(-otpKept))); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*otpRow)(nil)).Where("person = ? AND created_at > ?", o.Person, micros(since)).Count(ctx)
		if err != nil {
			return err
		}
		if int(n) >= limit {
			return fmt.Errorf("%d codes for the same person: %w", n, notify.ErrTooMany)
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return during(err, "store one-time code %s", o.ID)
}

// TryOTP takes one try off.
func (db *DB) TryOTP(ctx context.Context, source, id string, now time.Time) (otp.OTP, bool, error) {
	var row otpRow
	_, err := db.w.NewUpdate().Model(&row).Set("tries_left = tries_left - 1").
		Where("id = ? AND source = ? AND tries_left > 0 AND used_at = 0 AND expires_at > ?", id, source, micros(now)).
		Returning("*").Exec(ctx)
	if err == nil && row.ID != "" {
		return row.word(), true, nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return otp.OTP{}, false, during(err, "try one-time code %s", id)
	}
	err = db.latest().NewSelect().Model(&row).Where("id = ? AND source = ?", id, source).Scan(ctx)
	return row.word(), false, during(err, "find one-time code %s", id)
}

// UseOTP marks it used, once.
func (db *DB) UseOTP(ctx context.Context, id string, now time.Time) (bool, error) {
	result, err := db.w.ExecContext(ctx, "UPDATE otps SET used_at = ? WHERE id = ? AND used_at = 0", micros(now), id)
	if err != nil {
		return false, during(err, "use one-time code %s", id)
	}
	n, err := result.RowsAffected()
	return n == 1, during(err, "use one-time code %s", id)
}
