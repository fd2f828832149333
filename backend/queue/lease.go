package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	limitKey = "clarion:rate:"
	// leaseParts is how many blocks make a second's worth: one script pays for a
	// block and not for one message, and a block is soon used up.
	leaseParts = 4
	// leaseKeep is how long what is left of a block may be used: until the bucket
	// has the next.
	leaseKeep = time.Second / leaseParts
	// bucketKeep is how long Redis keeps a bucket that nobody asks: by then it is full.
	bucketKeep = 10 * time.Second
)

// leaseScript keeps a bucket that refills steadily and gives out blocks: a whole
// one where it has it, else what it has, if that is all that is wanted. All that
// is kept is since when the bucket fills, so a script is one read and one write.
// The time is Redis's own unless one is given, so the workers' clocks do not
// matter, and is written with %.0f because Lua's tostring would round it; a thousandth of a
// token is forgiven for that.
// It answers {granted, microseconds until the next block}.
var leaseScript = redis.NewScript(`
local rate, block, most, first = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local want, now = tonumber(ARGV[5]), tonumber(ARGV[6])
if now == 0 then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local empty = tonumber(redis.call('GET', KEYS[1]) or '') or now - first * 1000000 / rate
local tokens = math.min(most, math.max(0, now - empty) * rate / 1000000)
local whole = math.floor(tokens + 0.001)
local granted = 0
if whole >= math.min(block, want) then
  granted = math.min(math.max(block, want), whole)
end
tokens = tokens - granted
redis.call('SET', KEYS[1], string.format('%.0f', now - tokens * 1000000 / rate), 'PX', ARGV[7])
return {granted, math.ceil(math.max(0, block - tokens) * 1000000 / rate)}
`)

// leases are the blocks this process has of the shared buckets.
type leases struct {
	redis redis.UniversalClient
	now   func() time.Time
	// at is the time for the script in microseconds, in place of Redis's own.
	at func() int64
	// kept is bucketKeep; it passes by Redis's own clock.
	kept time.Duration

	mu    sync.Mutex
	byKey map[string]*lease
}

// lease is what is left of a block.
type lease struct {
	mu        sync.Mutex
	perSecond int
	left      int
	until     time.Time
	// next is when the bucket may have another block: to ask before is in vain.
	next time.Time
}

func newLeases(client redis.UniversalClient) *leases {
	return &leases{redis: client, now: time.Now, at: func() int64 { return 0 }, kept: bucketKeep, byKey: map[string]*lease{}}
}

func (l *leases) of(key string) *lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byKey[key] == nil {
		l.byKey[key] = &lease{}
	}
	return l.byKey[key]
}

// Lease takes up to want tokens at once from the bucket named key, which all
// processes share. It refills with perSecond tokens a second and holds three
// eighths of a second's worth, so that nobody gets a burst for having been idle. When
// fewer are granted, retryAfter says when to ask again.
func (q *Queue) Lease(ctx context.Context, key string, perSecond, want int) (granted int, retryAfter time.Duration, err error) {
	if perSecond <= 0 || want <= 0 {
		return 0, 0, fmt.Errorf("lease %d tokens of %s at %d a second: both must be positive", want, key, perSecond)
	}
	return q.leases.take(ctx, key, perSecond, want)
}

// GiveBack returns tokens that were granted and not used, to this process's block.
func (q *Queue) GiveBack(key string, tokens int) {
	own := q.leases.of(key)
	own.mu.Lock()
	defer own.mu.Unlock()
	if now := q.leases.now(); !now.Before(own.until) {
		own.left, own.until = 0, now.Add(leaseKeep)
	}
	own.left += tokens
}

// take serves what it can from this process's block. Who needs more waits for the
// one who asks Redis.
func (l *leases) take(ctx context.Context, key string, perSecond, want int) (int, time.Duration, error) {
	own := l.of(key)
	own.mu.Lock()
	defer own.mu.Unlock()
	now := l.now()
	if own.perSecond != perSecond {
		own.perSecond, own.left, own.next = perSecond, 0, time.Time{}
	}
	if !now.Before(own.until) {
		own.left = 0
	}
	if own.left < want && !now.Before(own.next) {
		granted, wait, err := l.ask(ctx, key, perSecond, want-own.left)
		if err != nil {
			return 0, 0, fmt.Errorf("lease %d tokens of %s: %w", want, key, err)
		}
		if granted > 0 {
			own.left, own.until = own.left+granted, now.Add(leaseKeep)
		}
		own.next = now.Add(wait)
	}
	granted := min(want, own.left)
	own.left -= granted
	if granted == want {
		return granted, 0, nil
	}
	return granted, max(own.next.Sub(now), time.Millisecond), nil
}

func (l *leases) ask(ctx context.Context, key string, perSecond, want int) (granted int, wait time.Duration, err error) {
	block := max(1, perSecond/leaseParts)
	most, first := max(block, perSecond*3/8), max(1, perSecond/20)
	answer, err := leaseScript.Run(ctx, l.redis, []string{limitKey + key}, perSecond, block, most, first, min(want, most), l.at(), l.kept.Milliseconds()).Int64Slice()
	if err != nil {
		return 0, 0, err
	}
	if len(answer) != 2 {
		return 0, 0, fmt.Errorf("answer of %d numbers", len(answer))
	}
	return int(answer[0]), time.Duration(answer[1]) * time.Microsecond, nil
}
