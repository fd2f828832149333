package store

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

var _ access.NonceStore = (*DB)(nil)

var (
	errKeyEnded    = errors.New("the key was revoked")
	errKeyReplaced = errors.New("the key has ended or was replaced already")
)

// ChangeKey stores what may change in the life of a key that is not revoked.
func (db *DB) ChangeKey(ctx context.Context, k access.Key) error {
	result, err := db.w.ExecContext(ctx, `UPDATE api_keys SET name = ?, rate_limit = ?, expires_at = ?, require_signature = ?
		WHERE id = ? AND revoked_at = 0`, k.Name, k.RateLimit, micros(k.ExpiresAt), k.RequireSignature, k.ID)
	n, err := touched(result, err)
	if err == nil && n == 0 {
		err = errors.Join(notify.ErrConflict, errKeyEnded)
	}
	return during(err, "change API key %s", k.ID)
}

// ReplaceKey stores the next key and lets the old one end. The old row decides
// who wins.
func (db *DB) ReplaceKey(ctx context.Context, r access.Replacement) error {
	row, err := rowOfKey(r.Next)
	if err != nil {
		return err
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		n, err := touched(tx.ExecContext(ctx, `UPDATE api_keys SET expires_at = ?, replaced_by = ?
			WHERE id = ? AND replaced_by = '' AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?)`,
			micros(r.OldEnd), r.Next.ID, r.Old, micros(r.Now)))
		if err == nil && n == 0 {
			err = errors.Join(notify.ErrConflict, errKeyReplaced)
		}
		if err != nil {
			return err
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return during(err, "replace API key %s", r.Old)
}

// UseNonce is notify.ErrConflict when the key used the nonce before.
func (db *DB) UseNonce(ctx context.Context, key, nonce string, now time.Time) error {
	_, err := db.w.ExecContext(ctx, "INSERT INTO used_nonces (key_id, nonce, seen_at) VALUES (?, ?, ?)", key, nonce, micros(now))
	return during(err, "use a nonce of API key %s", key)
}

// PruneNonces removes those seen before the time.
func (db *DB) PruneNonces(ctx context.Context, before time.Time) (int, error) {
	n, err := touched(db.w.ExecContext(ctx, "DELETE FROM used_nonces WHERE seen_at < ?", micros(before)))
	return n, during(err, "prune nonces")
}
