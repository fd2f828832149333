package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

const noEviction = "noeviction"

// checkFit refuses a Redis that is away or that would evict work when memory
// is short.
func (q *Queue) checkFit(ctx context.Context) error {
	if err := q.Ping(ctx); err != nil {
		return err
	}
	if cluster, ok := q.plain.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			return q.checkPolicy(ctx, node)
		})
	}
	return q.checkPolicy(ctx, q.plain)
}

func (q *Queue) checkPolicy(ctx context.Context, node redis.Cmdable) error {
	policy, err := evictionPolicy(ctx, node)
	var refused redis.Error
	switch {
	case errors.As(err, &refused):
		// Hosted servers forbid CONFIG; there the operator has to know.
		q.cfg.Log.WarnContext(ctx, "this Redis does not tell its maxmemory-policy: make sure it is noeviction", "error", err)
		return nil
	case err != nil:
		return fmt.Errorf("read maxmemory-policy: %w", err)
	case policy != noEviction:
		return fmt.Errorf("this Redis has maxmemory-policy %s and would drop queued work when memory is short: set it to noeviction", policy)
	}
	return nil
}

// evictionPolicy asks CONFIG, and INFO where CONFIG is forbidden.
func evictionPolicy(ctx context.Context, node redis.Cmdable) (string, error) {
	values, err := node.ConfigGet(ctx, "maxmemory-policy").Result()
	if policy, ok := values["maxmemory-policy"]; ok {
		return policy, nil
	}
	info, infoErr := node.Info(ctx, "memory").Result()
	if infoErr != nil {
		return "", errors.Join(err, infoErr)
	}
	for line := range strings.Lines(info) {
		if policy, ok := strings.CutPrefix(strings.TrimSpace(line), "maxmemory_policy:"); ok {
			return policy, nil
		}
	}
	if err == nil {
		err = errors.New("neither CONFIG nor INFO names it")
	}
	return "", err
}

const epochKey = "clarion:queue:epoch"

// Epoch names the life of this Redis's memory: it changes exactly when the
// memory was lost, by a flush or a restart without persistence. Work enqueued
// under another epoch has to be enqueued again.
func (q *Queue) Epoch(ctx context.Context) (string, error) {
	epoch, err := q.plain.Get(ctx, epochKey).Result()
	if errors.Is(err, redis.Nil) {
		// Whoever asks first names it; then all read the same name.
		if err := q.plain.SetNX(ctx, epochKey, rand.Text(), 0).Err(); err != nil {
			return "", fmt.Errorf("name the queue's epoch: %w", err)
		}
		epoch, err = q.plain.Get(ctx, epochKey).Result()
	}
	if err != nil {
		return "", fmt.Errorf("read the queue's epoch: %w", err)
	}
	return epoch, nil
}
