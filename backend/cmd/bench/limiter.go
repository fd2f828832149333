package main

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"clarion/backend/config"
	"clarion/backend/queue"
	"clarion/backend/testbed"
)

// limitRate is the limit under test, in messages a second.
const limitRate = 1000

// limiterBench asks two things of the limiter: whether the vendor's ledger shows
// the rate that was set, and what it costs beside one Redis script per message.
func limiterBench(ctx context.Context, b *bench) error {
	h, err := b.open(ctx, config.RoleAPI, config.RoleScheduler)
	if err != nil {
		return err
	}
	if err := h.limitedRate(ctx, b); err != nil {
		return err
	}
	return limitCost(ctx, b)
}

// limitedRate drains a backlog by an account with a limit and reads the vendor's
// ledger: the rate from the first call to the last, and second by second.
func (h *house) limitedRate(ctx context.Context, b *bench) error {
	if _, err := h.sql.Exec(ctx, "UPDATE integrations SET per_second = $1", limitRate); err != nil {
		return fmt.Errorf("set a limit: %w", err)
	}
	events := b.size(30, 4)
	if err := h.clear(ctx); err != nil {
		return err
	}
	if err := h.crowds(plainEvent, events).post(); err != nil {
		return err
	}
	worker, err := h.startWorker(ctx)
	if err != nil {
		return err
	}
	b.stage.Cleanup(func() { b.stop(worker) })
	messages := events * crowdSize
	if err := h.drained(ctx, messages); err != nil {
		return err
	}
	if err := h.exact(ctx, events, messages); err != nil {
		return err
	}
	calls := h.sink.ledger()
	took := calls[len(calls)-1].Sub(calls[0])
	rate := float64(len(calls)-1) / took.Seconds()
	seconds := perSecond(calls)
	worst := 0.0
	for _, n := range seconds {
		worst = max(worst, math.Abs(float64(n)-limitRate)/limitRate)
	}
	off := 100 * (rate - limitRate) / limitRate
	b.say("%d messages with a limit of %d/s: %.1f/s at the vendor's ledger, %+.2f %%; aim within 2 %%: %s\n", messages, limitRate, rate, off,
		judge(-math.Abs(off), -5, -2))
	b.say("  single seconds: %v, the worst %.1f %% off\n", seconds, 100*worst)
	return nil
}

// perSecond counts the calls of each whole second after the first call.
func perSecond(calls []time.Time) []int {
	counts := make([]int, int(calls[len(calls)-1].Sub(calls[0])/time.Second))
	for _, at := range calls {
		if second := int(at.Sub(calls[0]) / time.Second); second < len(counts) {
			counts[second]++
		}
	}
	return counts
}

// toll is what permission for some messages cost.
type toll struct {
	messages int
	scripts  int64
	// redis is the time Redis spent in scripts, waited what callers spent asking.
	redis, waited time.Duration
}

func (t toll) each() (redis, waited float64) {
	n := float64(t.messages) * 1000
	return float64(t.redis.Nanoseconds()) / n, float64(t.waited.Nanoseconds()) / n
}

// limitCost compares leasing in blocks, by a worker who takes 64 at a time and
// offers more than the limit, with one script per message.
func limitCost(ctx context.Context, b *bench) error {
	url := testbed.Redis(b.stage) // one at which nobody else works
	q, err := queue.Open(ctx, queue.Config{URL: url})
	if err != nil {
		return fmt.Errorf("open the limiter: %w", err)
	}
	b.stage.Cleanup(func() { _ = q.Close() })
	client := q.Client()
	messages := b.size(8*limitRate, limitRate)
	ours, err := measureToll(ctx, client, messages, func(int) (int, time.Duration, error) { return q.Lease(ctx, "bench", limitRate, 64) })
	if err != nil {
		return err
	}
	// A bucket of its own for each message: every one costs the script once. They
	// come at the same rate, as a Redis that is asked seldom is slower each time.
	theirs, err := measureToll(ctx, client, messages, func(n int) (int, time.Duration, error) {
		granted, _, err := q.Lease(ctx, "bench-"+strconv.Itoa(n), 1, 1)
		return granted, time.Second / limitRate, err
	})
	if err != nil {
		return err
	}
	oursRedis, oursWaited := ours.each()
	theirsRedis, theirsWaited := theirs.each()
	for _, side := range []struct {
		name          string
		t             toll
		redis, waited float64
	}{{"leased in blocks", ours, oursRedis, oursWaited}, {"one script per message", theirs, theirsRedis, theirsWaited}} {
		b.say("  %-24s %6d scripts for %d messages; Redis %.3f µs, the caller %.3f µs for each\n", side.name, side.t.scripts, side.t.messages, side.redis, side.waited)
	}
	ratio := 100 * oursRedis / theirsRedis
	b.say("  cost of a message beside one script: %.2f %% of Redis's time, %.2f %% of the caller's  floor 5 %%, aim 1 %%: %s\n",
		ratio, 100*oursWaited/theirsWaited, judge(-max(ratio, 100*oursWaited/theirsWaited), -5, -1))
	return nil
}

// measureToll asks until so many messages are permitted.
func measureToll(ctx context.Context, client redis.UniversalClient, messages int, lease func(n int) (int, time.Duration, error)) (toll, error) {
	scripts, spent, err := scriptStats(ctx, client)
	if err != nil {
		return toll{}, err
	}
	t := toll{}
	for n := 0; t.messages < messages; n++ {
		began := time.Now()
		granted, after, err := lease(n)
		t.waited += time.Since(began)
		t.messages += granted
		if err != nil {
			return t, err
		}
		if err := pause(ctx, after); err != nil {
			return t, err
		}
	}
	afterScripts, afterSpent, err := scriptStats(ctx, client)
	t.scripts, t.redis = afterScripts-scripts, afterSpent-spent
	return t, err
}

// scriptStats is how many scripts Redis has run, and for how long.
func scriptStats(ctx context.Context, client redis.UniversalClient) (calls int64, took time.Duration, err error) {
	text, err := client.Info(ctx, "commandstats").Result()
	if err != nil {
		return 0, 0, fmt.Errorf("ask Redis what it did: %w", err)
	}
	for line := range strings.Lines(text) {
		var us int64
		if n, _ := fmt.Sscanf(line, "cmdstat_evalsha:calls=%d,usec=%d", &calls, &us); n == 2 {
			return calls, time.Duration(us) * time.Microsecond, nil
		}
	}
	return 0, 0, nil
}
