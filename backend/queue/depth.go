package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"clarion/backend/notify"
)

// Depth is how much work one priority holds, in tasks.
type Depth struct {
	Priority notify.Priority
	Pending  int
	Active   int
	// Retrying counts tasks that wait after an error.
	Retrying int
	// Oldest is how long the first pending task has waited.
	Oldest time.Duration
}

// Depths looks at all priorities. It reads Asynq's lists itself, as Asynq's
// inspector does not know a queue again after the memory was lost.
func (q *Queue) Depths(ctx context.Context) ([]Depth, error) {
	type reads struct {
		pending, active, retrying *redis.IntCmd
		first                     *redis.StringCmd
	}
	asked := make([]reads, len(notify.Priorities))
	_, err := q.plain.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, p := range notify.Priorities {
			asked[i] = reads{
				pending:  pipe.LLen(ctx, keyOf(p, "pending")),
				active:   pipe.LLen(ctx, keyOf(p, "active")),
				retrying: pipe.ZCard(ctx, keyOf(p, "retry")),
				first:    pipe.LIndex(ctx, keyOf(p, "pending"), -1),
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("read the queue's depths: %w", err)
	}
	depths := make([]Depth, len(asked))
	for i, p := range notify.Priorities {
		depths[i] = Depth{Priority: p, Pending: int(asked[i].pending.Val()),
			Active: int(asked[i].active.Val()), Retrying: int(asked[i].retrying.Val())}
		if id := asked[i].first.Val(); id != "" {
			if depths[i].Oldest, err = q.waited(ctx, p, id); err != nil {
				return nil, err
			}
		}
	}
	return depths, nil
}

// waited is zero for a task that was fetched in the meantime.
func (q *Queue) waited(ctx context.Context, p notify.Priority, id string) (time.Duration, error) {
	since, err := q.plain.HGet(ctx, taskKey(p, id), "pending_since").Result()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the age of the first %s task: %w", p, err)
	}
	nanos, err := strconv.ParseInt(since, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("age of the first %s task: %w", p, err)
	}
	return max(0, time.Since(time.Unix(0, nanos))), nil
}
