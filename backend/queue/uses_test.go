package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var often = pace{most: 3, every: 2 * time.Second}

// seldom outlasts a slow machine: Redis drops what is as good as new by its own clock.
var seldom = pace{most: 3, every: 5 * time.Minute}

// counters runs a test on both counters, under a clock that stands.
func counters(t *testing.T, test func(t *testing.T, c counter, clock *hands)) {
	t.Run("local", func(t *testing.T) {
		t.Parallel()
		clock := &hands{noon}
		test(t, newLocalUses(func() time.Time { return clock.at }), clock)
	})
	backends(t, func(t *testing.T, open func(Config) *Queue) {
		clock := &hands{noon}
		test(t, &sharedUses{redis: open(Config{}).plain, at: func() int64 { return clock.at.UnixMicro() }}, clock)
	})
}

func TestAThingIsUsedSoOftenAtOnceAndThenOnceInAWhile(t *testing.T) {
	t.Parallel()
	counters(t, func(t *testing.T, c counter, clock *hands) {
		use := func(name string) time.Duration {
			wait, err := c.use(t.Context(), name, seldom)
			require.NoError(t, err)
			return wait
		}
		for range seldom.most {
			require.Zero(t, use("a"))
		}
		for range 5 {
			require.Equal(t, seldom.every, use("a"), "what is refused does not make the wait longer")
		}
		require.Zero(t, use("b"), "others are not in its way")
		clock.at = clock.at.Add(seldom.every / 4)
		require.Equal(t, seldom.every*3/4, use("a"))
		clock.at = clock.at.Add(seldom.every * 3 / 4)
		require.Zero(t, use("a"), "waiting helps")
		require.Equal(t, seldom.every, use("a"))
		clock.at = clock.at.Add(time.Hour)
		for range seldom.most {
			require.Zero(t, use("a"), "idle is as good as new, and no better")
		}
		require.Positive(t, use("a"))
	})
}

func TestOfTwentyAtOnceAsManyPassAsMay(t *testing.T) {
	t.Parallel()
	counters(t, func(t *testing.T, c counter, _ *hands) {
		var passed atomic.Int64
		var work sync.WaitGroup
		for range 20 {
			work.Go(func() {
				if wait, err := c.use(t.Context(), "a", seldom); err == nil && wait == 0 {
					passed.Add(1)
				}
			})
		}
		work.Wait()
		require.Equal(t, int64(seldom.most), passed.Load())
	})
}

func TestProcessesCountTogether(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	var processes []*Uses
	for range 2 {
		u := openQueue(t, Config{URL: server.url}, nil).Uses()
		u.patience = patience // a slow machine is no Redis that is away
		processes = append(processes, u)
	}
	passed := 0
	for i := range 20 {
		if processes[i%2].Use(t.Context(), "a", 6, time.Hour) == 0 {
			passed++
		}
	}
	require.Equal(t, 6, passed, "two of them allow no more than one")
	for _, u := range processes {
		require.True(t, u.away.IsZero())
		require.Less(t, time.Until(u.local.of("a")), 4*time.Hour, "a process counts only what it let through itself")
	}
}

func TestAProcessByItselfNeedsNoRedisToCount(t *testing.T) {
	t.Parallel()
	e, err := startEmbedded()
	require.NoError(t, err)
	t.Cleanup(e.close)
	q := openQueue(t, Config{URL: "redis://:" + e.password + "@" + e.server.Addr()}, nil)
	q.embedded = e
	u := q.Uses()
	q.embedded = nil
	require.Nil(t, u.shared)
	require.Zero(t, u.Use(t.Context(), "a", 1, time.Hour))
	require.Positive(t, u.Use(t.Context(), "a", 1, time.Hour))
}

// moody is a Redis that answers, fails or says nothing.
type moody struct {
	counter

	mu    sync.Mutex // who gave up waiting for it does not know when it ends
	err   error
	hang  bool
	asked int
}

func (m *moody) use(ctx context.Context, name string, p pace) (time.Duration, error) {
	m.mu.Lock()
	m.asked++
	hang, err, counter := m.hang, m.err, m.counter
	m.mu.Unlock()
	if hang {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	return counter.use(ctx, name, p)
}

func (m *moody) becomes(err error, hang bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err, m.hang = err, hang
}

func (m *moody) forgets(fresh counter) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counter = fresh
}

func (m *moody) times() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

func TestWhereRedisIsGoneNobodyIsLockedOutAndTheLimitHolds(t *testing.T) {
	t.Parallel()
	clock := &hands{noon}
	now := func() time.Time { return clock.at }
	others := newLocalUses(now)
	redis := &moody{counter: others, err: errors.New("connection refused")}
	u := &Uses{local: newLocalUses(now), shared: redis, patience: patience, now: now, log: slog.New(slog.DiscardHandler)}
	use := func() time.Duration { return u.Use(t.Context(), "a", often.most, often.every) }

	for range often.most {
		require.Zero(t, use(), "nobody is locked out")
	}
	require.Positive(t, use(), "the limit holds")
	require.Equal(t, 1, redis.times(), "who comes meanwhile does not wait for it")

	clock.at = clock.at.Add(useRest)
	redis.becomes(nil, true)
	u.patience = time.Millisecond
	require.Zero(t, use())
	u.patience = patience
	require.Equal(t, 2, redis.times(), "it is tried again after its rest")
	require.False(t, u.away.IsZero())

	clock.at = clock.at.Add(useRest)
	redis.becomes(nil, false)
	require.Zero(t, use())
	require.True(t, u.away.IsZero(), "it is back")
	asked := redis.times()
	for use() == 0 {
		require.Less(t, redis.times(), asked+often.most)
	}

	others = newLocalUses(now)
	redis.forgets(others)
	require.Positive(t, use(), "what this process saw still counts")

	clock.at = clock.at.Add(time.Hour)
	for range often.most { // another process is busy with the same link
		_, err := others.use(t.Context(), "a", often)
		require.NoError(t, err)
	}
	for range 2 * often.most {
		require.Equal(t, often.every, use())
	}
	redis.becomes(errors.New("gone again"), false)
	require.Zero(t, use(), "what was refused was not counted here")
}

func TestADeadRedisIsNoticed(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	u := openQueue(t, Config{URL: server.url}, nil).Uses()
	require.Zero(t, u.Use(t.Context(), "a", 3, time.Hour))
	stop(t, server)
	require.Zero(t, u.Use(t.Context(), "a", 3, time.Hour))
	require.Zero(t, u.Use(t.Context(), "a", 3, time.Hour))
	require.Positive(t, u.Use(t.Context(), "a", 3, time.Hour))
	require.False(t, u.away.IsZero())
}

func TestManyOthersMakeNoRoomForTheBusy(t *testing.T) {
	t.Parallel()
	l := newLocalUses(func() time.Time { return noon })
	for range often.most {
		wait, err := l.use(t.Context(), "busy", often)
		require.NoError(t, err)
		require.Zero(t, wait)
	}
	for i := range 3 * usesKept {
		_, _ = l.use(t.Context(), fmt.Sprint(i), often)
		if i%(usesKept/2) == 0 {
			wait, _ := l.use(t.Context(), "busy", often)
			require.Positive(t, wait, "after %d others", i)
		}
	}
	require.LessOrEqual(t, len(l.young)+len(l.old), 2*usesKept)
}

// stop ends a server and waits until nobody answers.
func stop(t *testing.T, s redisServer) {
	t.Helper()
	require.NoError(t, syscall.Kill(s.pid, syscall.SIGKILL))
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, patience, time.Millisecond)
}
