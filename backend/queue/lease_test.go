package queue

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hands is a clock that stands until it is moved, for the script too.
type hands struct{ at time.Time }

func (h *hands) set(q *Queue) *Queue {
	q.leases.now = func() time.Time { return h.at }
	q.leases.at = func() int64 { return h.at.UnixMicro() }
	q.leases.kept = time.Hour
	return q
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestABucketGivesItsRateToAllProcessesTogetherByFewScripts(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		clock := &hands{noon}
		scripts := 0
		var processes []*Queue
		for range 2 {
			q := clock.set(open(Config{}))
			at := q.leases.at
			q.leases.at = func() int64 { scripts++; return at() }
			processes = append(processes, q)
		}
		const rate, seconds = 1000, 20
		total := 0
		for range seconds * 100 { // every 10 ms each process has more to send than it may
			for _, q := range processes {
				for granted := 1; granted > 0; {
					var err error
					granted, _, err = q.Lease(t.Context(), "int_1", rate, 64)
					require.NoError(t, err)
					total += granted
				}
			}
			clock.at = clock.at.Add(10 * time.Millisecond)
		}
		require.InDelta(t, rate*seconds, total, rate*seconds*0.02)
		require.Less(t, scripts, total*2/100, "two processes at the same bucket ask in vain now and then")
	})
}

func TestOneProcessAsksOncePerBlock(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		clock := &hands{noon}
		q := clock.set(open(Config{}))
		scripts, total, waits := 0, 0, 0
		at := q.leases.at
		q.leases.at = func() int64 { scripts++; return at() }
		for total < 20_000 {
			granted, after, err := q.Lease(t.Context(), "int_1", 1000, 64)
			require.NoError(t, err)
			total += granted
			if granted < 64 {
				require.Positive(t, after)
				clock.at = clock.at.Add(after)
				waits++
			}
		}
		require.Positive(t, waits)
		require.InDelta(t, 20, clock.at.Sub(noon).Seconds(), 0.4)
		require.LessOrEqual(t, scripts, total/100)
	})
}

func TestWhoWasIdleGetsNoBurst(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		clock := &hands{noon}
		q := clock.set(open(Config{}))
		for _, idle := range []time.Duration{0, time.Second, time.Hour} {
			clock.at = clock.at.Add(idle)
			total := 0
			for granted := 1; granted > 0; {
				var err error
				granted, _, err = q.Lease(t.Context(), "int_1", 1000, 10)
				require.NoError(t, err)
				total += granted
			}
			require.LessOrEqual(t, total, 375, "three eighths of a second's worth")
			require.GreaterOrEqual(t, total, 50)
		}
	})
}

func TestWhatIsLeftOfABlockIsForgotten(t *testing.T) {
	t.Parallel()
	q := openQueue(t, Config{}, nil)
	clock := &hands{noon}
	clock.set(q)
	granted, _, err := q.Lease(t.Context(), "int_1", 1000, 5)
	require.NoError(t, err)
	require.Equal(t, 5, granted)
	own := q.leases.of("int_1")
	require.Equal(t, 45, own.left)
	q.GiveBack("int_1", 2)
	require.Equal(t, 47, own.left)
	clock.at = clock.at.Add(leaseKeep)
	granted, _, err = q.Lease(t.Context(), "int_1", 1000, 5)
	require.NoError(t, err)
	require.Equal(t, 5, granted)
	require.Equal(t, 245, own.left, "of a new block")
	clock.at = clock.at.Add(time.Hour)
	q.GiveBack("int_1", 3)
	require.Equal(t, 3, own.left, "what comes back later is no reason to remember the rest")
	granted, _, err = q.Lease(t.Context(), "int_1", 8, 5)
	require.NoError(t, err)
	require.LessOrEqual(t, granted, 3, "another limit makes the old block void")
}

func TestASmallLimitIsKeptToo(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		clock := &hands{noon}
		q := clock.set(open(Config{}))
		total := 0
		for clock.at.Before(noon.Add(10 * time.Second)) {
			granted, after, err := q.Lease(t.Context(), "int_1", 3, 64)
			require.NoError(t, err)
			total += granted
			require.Positive(t, after)
			clock.at = clock.at.Add(after)
		}
		require.InDelta(t, 30, total, 2)
		granted, _, err := q.Lease(t.Context(), "int_2", 3, 1)
		require.NoError(t, err)
		require.Equal(t, 1, granted, "buckets do not share")
	})
}

func TestTwentyLeaseAtOnceAndNobodyGetsAnothersTokens(t *testing.T) {
	t.Parallel()
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		q := (&hands{noon}).set(open(Config{}))
		var total, failed atomic.Int64
		var leasing sync.WaitGroup
		for range 20 {
			leasing.Go(func() {
				granted, _, err := q.Lease(t.Context(), "int_1", 400, 3)
				if err != nil {
					failed.Add(1)
				}
				total.Add(int64(granted))
			})
		}
		leasing.Wait()
		require.Zero(t, failed.Load())
		require.Equal(t, int64(20), total.Load(), "what there was")
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
