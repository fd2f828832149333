package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	takenKey = "clarion:taken:"
	// takenKept is how long a sum is kept that nobody adds to or asks for.
	takenKept = time.Minute
)

// Ledger adds up in Redis what all processes take of something, by name.
type Ledger struct{ redis redis.UniversalClient }

// Ledger returns the one that all processes share.
func (q *Queue) Ledger() *Ledger { return &Ledger{redis: q.plain} }

// Settle adds what this process took and answers what all have taken, of the same
// names, since somebody took the first. A sum begins anew when nobody asked for a
// minute and when Redis forgot it.
func (l *Ledger) Settle(ctx context.Context, taken map[string]int64) (map[string]int64, error) {
	sums := make(map[string]*redis.IntCmd, len(taken))
	_, err := l.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for name, n := range taken {
			sums[name] = p.IncrBy(ctx, takenKey+name, n)
			p.Expire(ctx, takenKey+name, takenKept)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add up what was taken of %d things: %w", len(taken), err)
	}
	all := make(map[string]int64, len(taken))
	for name, sum := range sums {
		all[name] = sum.Val()
	}
	return all, nil
}
