package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"clarion/backend/access"
	"clarion/backend/notify"
)

// beginTries bounds how often a claim is tried again because the answer it lost
// to was dropped or pruned before it could be read.
const beginTries = 5

// BeginAnswer claims (Scope, Key) in one statement, which returns a row only to
// the winner: a new claim, or one taken over from a caller that never finished.
func (db *DB) BeginAnswer(ctx context.Context, b access.Begin) (access.Answer, bool, error) {
	for range beginTries {
		var at int64
		err := db.w.QueryRowContext(ctx, `INSERT INTO idempotency AS i (scope, key, fingerprint, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (scope, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, created_at = EXCLUDED.created_at
			WHERE i.status = 0 AND i.created_at < ? RETURNING created_at`,
			b.Scope, b.Key, b.Fingerprint, micros(b.Now), micros(b.StaleBefore)).Scan(&at)
		if err == nil {
			return access.Answer{Fingerprint: b.Fingerprint, CreatedAt: fromMicros(at)}, true, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return access.Answer{}, false, during(err, "claim an idempotency key")
		}
		stored, err := db.answer(ctx, b)
		if !errors.Is(err, sql.ErrNoRows) {
			return stored, false, during(err, "load a remembered answer")
		}
	}
	return access.Answer{}, false, during(notify.ErrInFlight, "claim an idempotency key")
}

func (db *DB) answer(ctx context.Context, b access.Begin) (access.Answer, error) {
	var a access.Answer
	var body string
	var at int64
	err := db.latest().QueryRowContext(ctx, "SELECT fingerprint, status, body, created_at FROM idempotency WHERE scope = ? AND key = ?",
		b.Scope, b.Key).Scan(&a.Fingerprint, &a.Status, &body, &at)
	a.Body, a.CreatedAt = []byte(body), fromMicros(at)
	return a, err
}

// FinishAnswer stores status and body of a claim that was won. When another
// caller took the claim over and finished first, that answer stays.
func (db *DB) FinishAnswer(ctx context.Context, scope, key string, status int, body []byte) error {
	_, err := db.w.ExecContext(ctx, "UPDATE idempotency SET status = ?, body = ? WHERE scope = ? AND key = ? AND status = 0",
		status, string(body), scope, key)
	return during(err, "remember an answer")
}

// DropAnswer forgets an unfinished claim.
func (db *DB) DropAnswer(ctx context.Context, scope, key string) error {
	_, err := db.w.ExecContext(ctx, "DELETE FROM idempotency WHERE scope = ? AND key = ? AND status = 0", scope, key)
	return during(err, "drop an idempotency key")
}

// PruneAnswers removes those created before the time.
func (db *DB) PruneAnswers(ctx context.Context, before time.Time) (int, error) {
	result, err := db.w.ExecContext(ctx, "DELETE FROM idempotency WHERE created_at < ?", micros(before))
	n, err := touched(result, err)
	return n, during(err, "prune remembered answers")
}
