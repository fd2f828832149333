package sandbox

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox/wire"
)

// runLane starts a lane and stops it with the test.
func runLane(t *testing.T, l *lane) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	l.run(ctx, &group)
	t.Cleanup(func() { cancel(); group.Wait() })
}

func TestEventsDueTogetherShareAPostOfAtMostItsSize(t *testing.T) {
	t.Parallel()
	sizes := make(chan int, 10)
	l := newLane(100, 1, func(_ context.Context, events []*event) error { sizes <- len(events); return nil })
	l.done = func([]*event) {}
	for i := range 250 {
		l.push(&event{Event: wire.Event{ID: int64(i), Due: time.Now()}})
	}
	runLane(t, l)
	require.Equal(t, []int{100, 100, 50}, []int{<-sizes, <-sizes, <-sizes})
}

func TestALaneNeverRunsMorePostsThanWorkers(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	done := make(chan struct{}, 2000)
	l := newLane(1, 3, func(context.Context, []*event) error {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
			continue
		}
		return nil
	})
	l.done = func([]*event) { done <- struct{}{} }
	runLane(t, l)
	for i := range 2000 {
		l.push(&event{Event: wire.Event{ID: int64(i), Due: time.Now()}})
	}
	for range 2000 {
		<-done
	}
	require.LessOrEqual(t, most.Load(), int64(3))
}

func TestACallbackTriedTooLongIsGivenUp(t *testing.T) {
	t.Parallel()
	lost := make(chan error, 1)
	settled := make(chan struct{}, 1)
	l := newLane(1, 1, func(context.Context, []*event) error { return errors.New("refused") })
	l.lost = func(_ []*event, cause error) { lost <- cause }
	l.done = func([]*event) { settled <- struct{}{} }
	runLane(t, l)
	l.push(&event{Event: wire.Event{Due: time.Now()}, since: time.Now().Add(-giveUpAfter - time.Second)})
	require.EqualError(t, <-lost, "refused")
	<-settled
}

func TestBackoffDoublesToFifteenSecondsAndIsNeverTheSame(t *testing.T) {
	t.Parallel()
	for tries := 1; tries < 40; tries++ {
		limit := min(50*time.Millisecond<<min(tries, 20), 15*time.Second)
		for range 50 {
			d := backoff(tries)
			require.GreaterOrEqual(t, d, limit/2)
			require.LessOrEqual(t, d, limit)
		}
	}
}

func TestOnlyLoopbackIsDialled(t *testing.T) {
	t.Parallel()
	for address, allowed := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		"10.0.0.1:80": false, "169.254.169.254:80": false, "[fe80::1]:80": false, "0.0.0.0:80": false, "nonsense": false,
	} {
		require.Equal(t, allowed, dialLoopback("tcp", address, nil) == nil, address)
	}
}
