package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

// crowd are callers who report payments that failed, each under its own key,
// and ask again until they are answered.
type crowd struct {
	house *caller
	size  int

	mu      sync.Mutex
	kept    promises
	refused int
}

// report has every caller report its events and returns when all are accepted.
func (c *crowd) report(t *testing.T, each int) {
	t.Helper()
	var callers sync.WaitGroup
	for n := range c.size {
		callers.Go(func() {
			for i := range each {
				c.insist(fmt.Sprintf("caller-%d-%d", n, i), fact{Type: "payment.failed", To: []any{"ada"}})
			}
		})
	}
	callers.Wait()
}

// insist asks until an event is accepted.
func (c *crowd) insist(key string, f fact) {
	await(c.house, time.Minute, key+" to be accepted", func() bool {
		id, ok := c.house.reportOnce(key, f)
		c.mu.Lock()
		defer c.mu.Unlock()
		if ok {
			c.kept[key] = promise{id, f}
		} else {
			c.refused++
		}
		return ok || c.house.Failed()
	})
}

func (c *crowd) accepted() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.kept)
}

func (c *crowd) refusals() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refused
}

// TestWithoutRedisEventsAreAcceptedAndSentOnceItIsBack cuts the cable to Redis
// while events come in and messages go out.
func TestWithoutRedisEventsAreAcceptedAndSentOnceItIsBack(t *testing.T) {
	t.Parallel()
	lasting := grounds[1].lasting(t)
	cable, address := testbed.Lay(t, lasting["REDIS_URL"])
	house := start(t, lasting.with(settings{"REDIS_URL": address})).admin()
	callers := &crowd{house: house, size: 6, kept: promises{}}
	var reporting sync.WaitGroup
	reporting.Go(func() { callers.report(t, 40) })
	await(t, time.Minute, "some events accepted", func() bool { return callers.accepted() >= 60 })
	cable.Cut()
	cut, before := time.Now(), callers.accepted()
	reporting.Wait()
	t.Logf("%d events accepted within %s without Redis", callers.accepted()-before, time.Since(cut))
	require.Zero(t, callers.refusals(), "SQL is the truth: nobody is sent away because Redis is")
	await(t, time.Minute, "the house to be ready with a degraded queue", func() bool {
		ready := house.do(ask{method: http.MethodGet, path: "/readyz"})
		return ready.status == http.StatusOK && strings.Contains(string(ready.raw), `{"name":"queue","state":"degraded"}`)
	})

	cable.Mend()
	mended := time.Now()
	house.finished(callers.kept, time.Minute)
	f := house.audit(callers.kept)
	t.Logf("all done %s after Redis was back; %+v", time.Since(mended), f)
	require.Zero(t, f.unknown, "no call was broken off: only the queue was away")
}

// TestWithoutPostgreSQLNobodyIsToldYesAndNothingAcceptedIsLost cuts the cable to
// the database while events come in and messages go out.
func TestWithoutPostgreSQLNobodyIsToldYesAndNothingAcceptedIsLost(t *testing.T) {
	t.Parallel()
	lasting := grounds[1].lasting(t)
	cable, address := testbed.Lay(t, lasting["DATABASE_URL"])
	house := start(t, lasting.with(settings{"DATABASE_URL": address})).admin()
	callers := &crowd{house: house, size: 6, kept: promises{}}
	var reporting sync.WaitGroup
	reporting.Go(func() { callers.report(t, 40) })
	await(t, time.Minute, "some events accepted", func() bool { return callers.accepted() >= 60 })
	cable.Cut()
	await(t, time.Minute, "callers to be sent away", func() bool { return callers.refusals() >= 6 })
	away := house.do(ask{method: http.MethodPost, path: "/v1/events", body: fact{Type: "payment.failed", To: []any{"wei"}}})
	require.Equal(t, http.StatusServiceUnavailable, away.status, string(away.raw))
	require.NotEmpty(t, away.header.Get("Retry-After"))
	require.False(t, strings.Contains(string(away.raw), "postgres"), "nothing of the inside is told: %s", away.raw)
	ready := house.do(ask{method: http.MethodGet, path: "/readyz"})
	require.Equal(t, http.StatusServiceUnavailable, ready.status)
	require.Equal(t, http.StatusOK, house.do(ask{method: http.MethodGet, path: "/healthz"}).status, "it lives, and need not be restarted")

	cable.Mend()
	mended := time.Now()
	reporting.Wait()
	house.finished(callers.kept, time.Minute)
	f := house.audit(callers.kept)
	require.Zero(t, f.unknown, "what vendors had answered was written down afterwards")
	t.Logf("all done %s after the database was back, %d refusals; %+v", time.Since(mended), callers.refusals(), f)
}
