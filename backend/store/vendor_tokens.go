package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/integration"
)

var _ integration.TokenStore = (*DB)(nil)

type vendorTokenRow struct {
	bun.BaseModel `bun:"table:vendor_tokens,alias:v"`

	Key         string `bun:",pk"`
	Sealed      string
	ExpiresAt   int64
	Revision    int
	LeasedBy    string
	LeasedUntil int64
}

// oldTokens is how long a token stays after its end, for an account that is
// used seldom; then its row goes.
const oldTokens = 24 * time.Hour

// VendorToken reads from the writer: a replica may not know the newest yet.
func (db *DB) VendorToken(ctx context.Context, key string) (integration.SealedToken, error) {
	var row vendorTokenRow
	err := db.w.NewSelect().Model(&row).Where("v.key = ?", key).Scan(ctx)
	if err != nil {
		return integration.SealedToken{}, during(err, "find the access token %s", key)
	}
	return integration.SealedToken{Key: row.Key, Sealed: row.Sealed, ExpiresAt: fromMicros(row.ExpiresAt), Revision: row.Revision}, nil
}

// LeaseVendorToken is one statement: of twenty who try, the database lets one
// win.
func (db *DB) LeaseVendorToken(ctx context.Context, l integration.TokenLease) (bool, error) {
	n, err := touched(db.w.ExecContext(ctx, `INSERT INTO vendor_tokens (key, leased_by, leased_until) VALUES (?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET leased_by = EXCLUDED.leased_by, leased_until = EXCLUDED.leased_until
		WHERE vendor_tokens.revision = ? AND vendor_tokens.leased_until < ?`,
		l.Key, l.Owner, micros(l.Until), l.Revision, micros(l.Now)))
	return n == 1, during(err, "lease the access token %s", l.Key)
}

// KeepVendorToken leaves the row alone when the lease has passed to another.
func (db *DB) KeepVendorToken(ctx context.Context, owner string, t integration.SealedToken, now time.Time) error {
	_, err := db.w.ExecContext(ctx, `UPDATE vendor_tokens SET sealed = ?, expires_at = ?, revision = revision + 1, leased_by = '', leased_until = 0
		WHERE key = ? AND leased_by = ?`, t.Sealed, micros(t.ExpiresAt), t.Key, owner)
	if err == nil {
		_, err = db.w.ExecContext(ctx, "DELETE FROM vendor_tokens WHERE expires_at < ? AND leased_until < ? AND key <> ?",
			micros(now.Add(-oldTokens)), micros(now), t.Key)
	}
	return during(err, "keep the access token %s", t.Key)
}

// ReleaseVendorToken is harmless when the lease has passed to another.
func (db *DB) ReleaseVendorToken(ctx context.Context, owner, key string) error {
	_, err := db.w.ExecContext(ctx, "UPDATE vendor_tokens SET leased_by = '', leased_until = 0 WHERE key = ? AND leased_by = ?", key, owner)
	return during(err, "release the access token %s", key)
}
