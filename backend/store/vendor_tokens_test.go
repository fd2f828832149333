package store

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
)

func leaseOf(owner string, revision int, now time.Time) integration.TokenLease {
	return integration.TokenLease{Key: "wechat:1", Owner: owner, Revision: revision, Now: now, Until: now.Add(20 * time.Second)}
}

func TestOfTwentyWhoWantToFetchATokenOneMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for round := range 3 {
			var won atomic.Int64
			var winner atomic.Value
			var all sync.WaitGroup
			for i := range 20 {
				all.Go(func() {
					ours, err := db.LeaseVendorToken(ctx, leaseOf(fmt.Sprint(i), round, start))
					if err == nil && ours {
						won.Add(1)
						winner.Store(fmt.Sprint(i))
					}
				})
			}
			all.Wait()
			require.EqualValues(t, 1, won.Load())
			token := integration.SealedToken{Key: "wechat:1", Sealed: fmt.Sprint("v1.", round), ExpiresAt: start.Add(time.Hour)}
			require.NoError(t, db.KeepVendorToken(ctx, winner.Load().(string), token, start))
			token.Revision = round + 1
			kept, err := db.VendorToken(ctx, "wechat:1")
			require.NoError(t, err)
			require.Equal(t, token, kept)
		}
	})
}

func TestALeaseEndsAndPasses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		lease := func(owner string, revision int, now time.Time) bool {
			ours, err := db.LeaseVendorToken(ctx, leaseOf(owner, revision, now))
			require.NoError(t, err)
			return ours
		}
		_, err := db.VendorToken(ctx, "wechat:1")
		require.ErrorIs(t, err, notify.ErrNotFound)
		require.True(t, lease("a", 0, start))
		require.False(t, lease("b", 0, start.Add(19*time.Second)), "somebody has it")
		require.NoError(t, db.ReleaseVendorToken(ctx, "b", "wechat:1"))
		require.False(t, lease("b", 0, start), "nobody ends another's lease")
		require.NoError(t, db.ReleaseVendorToken(ctx, "a", "wechat:1"))
		require.True(t, lease("b", 0, start), "ended without a token")
		require.True(t, lease("c", 0, start.Add(21*time.Second)), "its owner died")

		token := integration.SealedToken{Key: "wechat:1", Sealed: "v1.late", ExpiresAt: start.Add(time.Hour)}
		require.NoError(t, db.KeepVendorToken(ctx, "b", token, start))
		kept, err := db.VendorToken(ctx, "wechat:1")
		require.NoError(t, err)
		require.Empty(t, kept.Sealed, "a lease that passed keeps nothing")
		require.NoError(t, db.KeepVendorToken(ctx, "c", token, start))
		require.False(t, lease("d", 0, start), "the token this one looked for was brought meanwhile")
		require.True(t, lease("d", 1, start))
	})
}

func TestTokensLongOverGoWithTheNextOneKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for key, ends := range map[string]time.Time{"old": start.Add(-25 * time.Hour), "recent": start.Add(-time.Hour), "new": start.Add(time.Hour)} {
			l := leaseOf("a", 0, start.Add(-26*time.Hour))
			l.Key = key
			_, err := db.LeaseVendorToken(ctx, l)
			require.NoError(t, err)
			require.NoError(t, db.KeepVendorToken(ctx, "a", integration.SealedToken{Key: key, Sealed: "v1.x", ExpiresAt: ends}, start.Add(-26*time.Hour)))
		}
		require.NoError(t, db.KeepVendorToken(ctx, "a", integration.SealedToken{Key: "new"}, start))
		_, err := db.VendorToken(ctx, "old")
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, err = db.VendorToken(ctx, "recent")
		require.NoError(t, err)
	})
}
