package queue

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	useKey = "clarion:use:"
	// usePatience is how long a visitor waits for Redis at most.
	usePatience = 100 * time.Millisecond
	// useRest is how long Redis is left alone after it gave no answer: meanwhile
	// nobody waits for it.
	useRest = 3 * time.Second
)

// pace is how often a thing may be used: so often at once, then once in a while.
type pace struct {
	most  int
	every time.Duration
}

// counter counts the uses of things by their names. A refused use does not count:
// waiting must help.
type counter interface {
	use(ctx context.Context, name string, p pace) (wait time.Duration, err error)
}

// Uses counts how often things are used: in Redis for all processes together, and
// here beside it. Each process keeps its own count all the time, so that the limit
// holds while Redis is away and after it forgot; where Redis is silent, each counts
// for itself.
type Uses struct {
	local *localUses
	// shared is nil where there is one process only.
	shared   counter
	patience time.Duration
	now      func() time.Time
	log      *slog.Logger

	mu sync.Mutex
	// away is until when Redis is left alone; zero while it answers.
	away time.Time
}

// Uses returns the counter of uses of things.
func (q *Queue) Uses() *Uses {
	u := &Uses{local: newLocalUses(time.Now), patience: usePatience, now: time.Now, log: q.cfg.Log}
	if !q.Embedded() {
		u.shared = &sharedUses{redis: q.plain, at: func() int64 { return 0 }}
	}
	return u
}

// Use counts one use and returns zero, or how long to wait and counts nothing.
func (u *Uses) Use(ctx context.Context, name string, most int, every time.Duration) time.Duration {
	p := pace{most, every}
	wait, _ := u.local.use(ctx, name, p) // it cannot fail
	if wait > 0 || u.shared == nil || !u.mayAsk() {
		return wait
	}
	// Who goes away must not look like a Redis that is away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), u.patience)
	defer cancel()
	type answer struct {
		wait time.Duration
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		wait, err := u.shared.use(ctx, name, p)
		answers <- answer{wait, err}
	}()
	got := answer{err: context.DeadlineExceeded}
	select {
	case got = <-answers:
	case <-ctx.Done(): // a connection that hangs is not ended by it
	}
	u.heard(got.err)
	if got.err != nil {
		return 0
	}
	if got.wait > 0 {
		u.local.back(name, every)
	}
	return got.wait
}

// mayAsk reports whether Redis may be asked: always while it answers, and by one
// caller after each rest.
func (u *Uses) mayAsk() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away.IsZero() {
		return true
	}
	now := u.now()
	if now.Before(u.away) {
		return false
	}
	u.away = now.Add(useRest)
	return true
}

func (u *Uses) heard(err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch was := u.away; {
	case err == nil:
		if u.away = (time.Time{}); !was.IsZero() {
			u.log.Info("uses of links are counted by all processes together again")
		}
	default:
		if u.away = u.now().Add(useRest); was.IsZero() {
			u.log.Warn("uses of links are counted by each process for itself: Redis gives no answer", "error", err)
		}
	}
}

// useScript keeps of each thing when it will be as good as new: one read and one
// write, and a key that goes by itself. It answers the microseconds to wait.
var useScript = redis.NewScript(`
local most, every, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if now == 0 then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local new = math.max(tonumber(redis.call('GET', KEYS[1]) or '') or now, now) + every
local wait = new - now - most * every
if wait > 0 then
  return wait
end
redis.call('SET', KEYS[1], string.format('%.0f', new), 'PX', math.ceil((new - now) / 1000))
return 0
`)

// sharedUses counts in Redis.
type sharedUses struct {
	redis redis.UniversalClient
	// at is the time for the script in microseconds, in place of Redis's own.
	at func() int64
}

func (s *sharedUses) use(ctx context.Context, name string, p pace) (time.Duration, error) {
	wait, err := useScript.Run(ctx, s.redis, []string{useKey + name}, p.most, p.every.Microseconds(), s.at()).Int64()
	return time.Duration(wait) * time.Microsecond, err
}
