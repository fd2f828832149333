package access

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRates(t *testing.T) {
	t.Parallel()
	clock := newHands()
	r := &Rates{Clock: clock, Default: 100}

	v := r.Take("a", 10, 4)
	require.True(t, v.OK)
	require.Equal(t, 10, v.Limit)
	require.Equal(t, 6, v.Remaining)

	v = r.Take("a", 10, 7)
	require.False(t, v.OK, "there is not enough")
	require.Equal(t, 6, v.Remaining, "and nothing was taken")
	require.Equal(t, 100*time.Millisecond, v.RetryAfter)

	clock.move(v.RetryAfter)
	require.True(t, r.Take("a", 10, 7).OK, "after the wait there is")

	require.True(t, r.Take("b", 0, 100).OK, "the default is used where a key has no rate")
	require.False(t, r.Take("b", 0, 1).OK)

	require.True(t, r.Take("c", 10, 1_000_000).OK, "what is larger than the bucket takes all of it")
	require.Zero(t, r.Take("c", 10, 1).Remaining)
}

func TestManyAtOnceGetNoMoreThanThereIs(t *testing.T) {
	t.Parallel()
	r := &Rates{Clock: newHands()}
	var got atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 10 {
				if r.Take("a", 120, 1).OK {
					got.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 120, got.Load())
}
