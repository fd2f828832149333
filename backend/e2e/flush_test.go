package e2e_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestARedisThatForgetsLosesNothingAndDoublesNothing empties Redis while work is
// queued and under way. No process dies, so nothing is in doubt either.
func TestARedisThatForgetsLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	lasting := grounds[1].lasting(t)
	house := start(t, lasting).admin()
	// A slow vendor leaves work in the queue for Redis to forget.
	house.fault(map[string]any{"provider": "twilio", "fault": "rate_limit", "rate": 0.3, "retry_after_seconds": 1})
	var mu sync.Mutex
	kept := promises{}
	var callers sync.WaitGroup
	const each, forgets = 50, 3
	for n := range 8 {
		callers.Go(func() {
			for i := range each {
				key, f := fmt.Sprintf("caller-%d-%d", n, i), fact{Type: "payment.failed", To: []any{"ada"}}
				id, ok := house.reportOnce(key, f)
				if !ok {
					t.Errorf("event %s had no answer", key)
					return
				}
				mu.Lock()
				kept[key] = promise{id, f}
				mu.Unlock()
			}
		})
	}
	for n := range forgets {
		await(t, time.Minute, "more events accepted", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return t.Failed() || len(kept) >= 8*each*(n+1)/forgets-10
		})
		flush(t, lasting["REDIS_URL"])
	}
	forgotten := time.Now()
	callers.Wait()
	house.fault(map[string]any{"provider": "twilio", "fault": "none"})
	house.finished(kept, time.Minute)
	took := time.Since(forgotten)
	f := house.audit(kept)
	t.Logf("all done %s after Redis had forgotten everything for the last time; %+v", took, f)
	require.Zero(t, f.unknown)
	require.Zero(t, f.explained)
}
