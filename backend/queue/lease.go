package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

const limitKey = "clarion:limit:"

// leaseScript keeps a bucket that holds one second's worth and refills
// steadily. The time is Redis's own, so the workers' clocks do not matter, and
// is written out with %.0f because Lua's tostring would round it.
// It answers {granted, microseconds until the rest could be had}.
var leaseScript = redis.NewScript(`
local rate, want = tonumber(ARGV[1]), tonumber(ARGV[2])
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(kept[1] or '') or rate
local at = tonumber(kept[2] or '') or now
tokens = math.min(rate, tokens + math.max(0, now - at) * rate / 1000000)
local granted = math.min(want, math.floor(tokens))
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], 2000)
local wait = 0
if granted < want then
  local rest = math.min(want - granted, rate)
  wait = math.ceil((rest - tokens) * 1000000 / rate)
end
return {granted, wait}
`)

// Lease takes up to want tokens at once from the bucket named key, which
// refills with perSecond tokens a second and holds as many. When it grants
// fewer, retryAfter says when the rest (one second's worth at most) could be
// there.
func (q *Queue) Lease(ctx context.Context, key string, perSecond, want int) (granted int, retryAfter time.Duration, err error) {
	if perSecond <= 0 || want <= 0 {
		return 0, 0, fmt.Errorf("lease %d tokens of %s at %d a second: both must be positive", want, key, perSecond)
	}
	answer, err := leaseScript.Run(ctx, q.plain, []string{limitKey + key}, perSecond, want).Int64Slice()
	if err != nil {
		return 0, 0, fmt.Errorf("lease %d tokens of %s: %w", want, key, err)
	}
	if len(answer) != 2 {
		return 0, 0, fmt.Errorf("lease %d tokens of %s: answer of %d numbers", want, key, len(answer))
	}
	return int(answer[0]), time.Duration(answer[1]) * time.Microsecond, nil
}
