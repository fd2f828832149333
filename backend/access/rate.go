package access

import (
	"math"
	"sync"
	"time"

	"clarion/backend/notify"
)

// DefaultRate is the units per second of a key that names none. One unit is one
// request or one recipient.
const DefaultRate = 10_000

// Rates limits callers with a token bucket each. A bucket holds what one second
// brings. Takes are decided in this process alone and at once; what the other
// processes took is known a moment later, see Share.
type Rates struct {
	Clock notify.Clock
	// Default is used for a key without a rate of its own; zero is DefaultRate.
	Default int

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket is below zero when others took more than was left.
type bucket struct {
	tokens, limit float64
	at            time.Time
	tally
}

// Verdict is the answer to Take, in the terms of the RateLimit headers.
type Verdict struct {
	OK        bool
	Limit     int
	Remaining int
	// Reset is when the bucket is full again.
	Reset time.Duration
	// RetryAfter is when the cost can be paid; zero when it was.
	RetryAfter time.Duration
}

// Take pays cost from the caller's bucket, or pays nothing when there is not
// enough. A cost above the whole bucket is taken as the whole bucket, or such a
// request could never pass.
func (r *Rates) Take(caller string, rate, cost int) Verdict {
	if rate <= 0 {
		rate = r.Default
	}
	if rate <= 0 {
		rate = DefaultRate
	}
	now, limit := r.Clock.Now(), float64(rate)
	price := math.Min(float64(cost), limit)
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buckets[caller]
	if b == nil {
		if r.buckets == nil {
			r.buckets = map[string]*bucket{}
		}
		b = &bucket{tokens: limit}
		r.buckets[caller] = b
	}
	b.fill(now, limit)
	v := Verdict{OK: b.tokens >= price, Limit: rate}
	if v.OK {
		b.tokens -= price
		b.taken += int64(price)
	} else {
		v.RetryAfter = seconds((price - b.tokens) / limit)
	}
	v.Remaining = max(0, int(b.tokens))
	v.Reset = seconds((limit - b.tokens) / limit)
	return v
}

// fill adds what the time since the last take has brought.
func (b *bucket) fill(now time.Time, limit float64) {
	if passed := now.Sub(b.at); passed > 0 {
		b.tokens = math.Min(limit, b.tokens+passed.Seconds()*limit)
		b.at = now
	}
	b.limit = limit
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
