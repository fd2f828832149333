package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/otp"
)

func newOTP(person string) otp.OTP {
	return otp.OTP{
		ID: notify.NewID(notify.OTPID), Source: "shop", Person: person, Length: 6, TriesLeft: 3, CreatedAt: start, ExpiresAt: later,
	}
}

func TestAnOTPIsTriedUsedAndForgotten(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		o := newOTP("ada")
		require.NoError(t, db.AddOTP(ctx, o, start.Add(-time.Minute), 5))
		got, open, err := db.TryOTP(ctx, "shop", o.ID, start)
		require.NoError(t, err)
		require.True(t, open)
		want := o
		want.TriesLeft = 2
		require.Equal(t, want, got)
		_, _, err = db.TryOTP(ctx, "other", o.ID, start)
		require.ErrorIs(t, err, notify.ErrNotFound)
		_, open, err = db.TryOTP(ctx, "shop", o.ID, later)
		require.NoError(t, err)
		require.False(t, open, "its time is over")

		first, err := db.UseOTP(ctx, o.ID, start)
		require.NoError(t, err)
		require.True(t, first)
		_, open, err = db.TryOTP(ctx, "shop", o.ID, start)
		require.NoError(t, err)
		require.False(t, open, "it is used")

		next := newOTP("ada")
		next.CreatedAt = later.Add(48 * time.Hour)
		require.NoError(t, db.AddOTP(ctx, next, later, 5))
		_, _, err = db.TryOTP(ctx, "shop", o.ID, start)
		require.ErrorIs(t, err, notify.ErrNotFound, "old ones are not kept")
	})
}

func TestTwentyWhoAskAtOnceGetNoMoreThanTheLimit(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var granted, refused atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if db.AddOTP(t.Context(), newOTP("ada"), start.Add(-time.Minute), 5) == nil {
					granted.Add(1)
				} else {
					refused.Add(1)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(5), granted.Load())
	})
}

func TestTwentyWhoUseAnOTPOneDoes(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		o := newOTP("ada")
		require.NoError(t, db.AddOTP(t.Context(), o, start, 5))
		var won atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if first, err := db.UseOTP(t.Context(), o.ID, start); err == nil && first {
					won.Add(1)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(1), won.Load())
	})
}
