package queue

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLeaseGrantsASecondsWorthAndSaysWhenTheRestComes(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		granted, wait, err := q.Lease(t.Context(), "int_1", 10, 8)
		require.NoError(t, err)
		require.Equal(t, 8, granted)
		require.Zero(t, wait)
		granted, wait, err = q.Lease(t.Context(), "int_1", 10, 128)
		require.NoError(t, err)
		require.GreaterOrEqual(t, granted, 2)
		require.Less(t, granted, 128)
		require.Greater(t, wait, 500*time.Millisecond)
		require.LessOrEqual(t, wait, time.Second)
		granted, _, err = q.Lease(t.Context(), "int_2", 10, 8)
		require.NoError(t, err)
		require.Equal(t, 8, granted, "buckets do not share")
	})
}

func TestABucketRefillsAtItsRate(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		start, total := time.Now(), 0
		require.Eventually(t, func() bool {
			granted, _, err := q.Lease(t.Context(), "int_1", 1000, 7)
			require.NoError(t, err)
			total += granted
			return total >= 1500
		}, patience, 100*time.Microsecond)
		took := time.Since(start).Seconds()
		require.GreaterOrEqual(t, took, 0.49, "1,000 at once, 500 more take half a second")
		require.LessOrEqual(t, float64(total), 1000+1000*took)
	})
}

func TestTwentyLeaseAtOnceAndNobodyGetsAnothersTokens(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := open(Config{})
		var total, failed atomic.Int64
		start := time.Now()
		var leasing sync.WaitGroup
		for range 20 {
			leasing.Go(func() {
				granted, _, err := q.Lease(t.Context(), "int_1", 10, 3)
				if err != nil {
					failed.Add(1)
				}
				total.Add(int64(granted))
			})
		}
		leasing.Wait()
		require.Zero(t, failed.Load())
		require.GreaterOrEqual(t, total.Load(), int64(10))
		require.LessOrEqual(t, float64(total.Load()), 10+10*time.Since(start).Seconds())
	})
}

func TestLeaseRefusesNonsense(t *testing.T) {
	t.Parallel()
	q := openQueue(t, Config{}, nil)
	for _, tc := range [][2]int{{0, 1}, {1, 0}, {-1, 5}} {
		_, _, err := q.Lease(t.Context(), "int_1", tc[0], tc[1])
		require.Error(t, err)
	}
}
