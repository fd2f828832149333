package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/access"
	"clarion/backend/notify"
)

var (
	_ access.KeyStore     = (*DB)(nil)
	_ access.SourceStore  = (*DB)(nil)
	_ access.MemberStore  = (*DB)(nil)
	_ access.SessionStore = (*DB)(nil)
	_ access.SettingStore = (*DB)(nil)
	_ access.AnswerStore  = (*DB)(nil)
)

type keyRow struct {
	bun.BaseModel `bun:"table:api_keys,alias:k"`

	ID         string `bun:",pk"`
	Source     string
	Name       string
	Prefix     string
	Hash       string
	Scopes     string
	RateLimit  int
	ExpiresAt  int64
	RevokedAt  int64
	LastUsedAt int64
	CreatedAt  int64

	RequireSignature bool
	ReplacedBy       string
}

func rowOfKey(k access.Key) (keyRow, error) {
	scopes, err := document(k.Scopes)
	return keyRow{
		ID: k.ID, Source: k.Source, Name: k.Name, Prefix: k.Prefix, Hash: k.Hash, Scopes: scopes, RateLimit: k.RateLimit,
		ExpiresAt: micros(k.ExpiresAt), RevokedAt: micros(k.RevokedAt), LastUsedAt: micros(k.LastUsedAt), CreatedAt: micros(k.CreatedAt),
		RequireSignature: k.RequireSignature, ReplacedBy: k.ReplacedBy,
	}, err
}

func (r keyRow) word() (access.Key, error) {
	k := access.Key{
		ID: r.ID, Source: r.Source, Name: r.Name, Prefix: r.Prefix, Hash: r.Hash, Scopes: []access.Permission{},
		RateLimit: r.RateLimit, ExpiresAt: fromMicros(r.ExpiresAt), RevokedAt: fromMicros(r.RevokedAt),
		LastUsedAt: fromMicros(r.LastUsedAt), CreatedAt: fromMicros(r.CreatedAt),
		RequireSignature: r.RequireSignature, ReplacedBy: r.ReplacedBy,
	}
	return k, during(readDocument(r.Scopes, &k.Scopes), "scopes of key %s", r.ID)
}

// KeyByHash returns the key whatever its state.
func (db *DB) KeyByHash(ctx context.Context, hash string) (access.Key, error) {
	var row keyRow
	if err := db.latest().NewSelect().Model(&row).Where("k.hash = ?", hash).Scan(ctx); err != nil {
		return access.Key{}, during(err, "find an API key")
	}
	return row.word()
}

// Key returns one by its id, whatever its state.
func (db *DB) Key(ctx context.Context, id string) (access.Key, error) {
	var row keyRow
	if err := db.latest().NewSelect().Model(&row).Where("k.id = ?", id).Scan(ctx); err != nil {
		return access.Key{}, during(err, "find API key %s", id)
	}
	return row.word()
}

// Keys returns a page, newest first.
func (db *DB) Keys(ctx context.Context, f access.KeyFilter, p notify.Page) ([]access.Key, string, error) {
	var rows []keyRow
	query := db.latest().NewSelect().Model(&rows)
	for _, c := range []condition{
		when(f.Source != "", "k.source = ?", f.Source),
		when(f.State == access.KeyRevoked, "k.revoked_at > 0"),
		when(f.State == access.KeyExpired, "k.revoked_at = 0 AND k.expires_at > 0 AND k.expires_at <= ?", micros(f.Now)),
		when(f.State == access.KeyLive, "k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > ?)", micros(f.Now)),
	} {
		c.on(query)
	}
	if err := paged(query, p, "k.id", "DESC"); err != nil {
		return nil, "", err
	}
	if err := query.Scan(ctx); err != nil {
		return nil, "", during(err, "list API keys")
	}
	rows, next := cut(rows, p, func(r keyRow) string { return r.ID })
	list, err := listed(rows, keyRow.word)
	return list, next, err
}

// AddKey stores a new key. A source that exists is kept from being deleted in
// the same moment.
func (db *DB) AddKey(ctx context.Context, k access.Key) error {
	row, err := rowOfKey(k)
	if err != nil {
		return err
	}
	err = db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if db.postgres() {
			if _, err := tx.ExecContext(ctx, "SELECT key FROM sources WHERE key = ? FOR SHARE", k.Source); err != nil {
				return err
			}
		}
		_, err := tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return during(err, "add API key %s", k.ID)
}

// RevokeKey sets revoked_at unless it is set already.
func (db *DB) RevokeKey(ctx context.Context, id string, now time.Time) error {
	result, err := db.w.ExecContext(ctx,
		"UPDATE api_keys SET revoked_at = CASE WHEN revoked_at = 0 THEN ? ELSE revoked_at END WHERE id = ?", micros(now), id)
	return mustTouch(result, err, "revoke API key %s", id)
}

// TouchKeys sets last_used_at, never backwards.
func (db *DB) TouchKeys(ctx context.Context, used map[string]time.Time) error {
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, id := range slices.Sorted(maps.Keys(used)) {
			at := micros(used[id])
			_, err := tx.ExecContext(ctx, "UPDATE api_keys SET last_used_at = ? WHERE id = ? AND last_used_at < ?", at, id, at)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return during(err, "note the use of %d API keys", len(used))
}
