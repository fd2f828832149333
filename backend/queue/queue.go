// Package queue carries work in flight: chunks of ids between the steps of the
// line, on Asynq, one server per priority. It may vanish at any moment, so it
// promises nothing: SQL holds the truth and the sweeper puts lost work back.
// Tasks never carry content, and no rule of a feature may live here.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"clarion/backend/notify"
)

// Config says where the queue lives and how wide it works.
type Config struct {
	// URL is redis://, rediss://, unix://, redis-sentinel://, redis-cluster://
	// or their rediss- forms; empty means an embedded server in this process.
	URL string
	// Concurrency is how many tasks of a priority are handled at once; missing
	// priorities take the default.
	Concurrency map[notify.Priority]int
	// ShutdownTimeout is how long a stop waits for running handlers; zero
	// means 15 seconds.
	ShutdownTimeout time.Duration
	// Log is nil for the default logger.
	Log *slog.Logger
}

const defaultShutdownTimeout = 15 * time.Second

// Few low-priority workers leave the processor to the urgent ones.
var defaultConcurrency = map[notify.Priority]int{notify.High: 32, notify.Medium: 16, notify.Low: 8}

// Queue is one process's hold on the queue. It is safe for concurrent use.
type Queue struct {
	cfg      Config
	embedded *embedded
	// plain serves everyone; fetching is the same Redis seen through fetcher,
	// and only the servers use it.
	plain    redis.UniversalClient
	fetching redis.UniversalClient
	fetcher  *fetcher
	tasks    *asynq.Client
	// announcer is nil when embedded: there is nobody to tell.
	announcer *announcer
	turns     *Turns
	leases    *leases
	ran       atomic.Bool
}

// Open connects and makes sure this Redis is fit to hold work: it answers, and
// it does not evict keys when memory is short.
func Open(ctx context.Context, cfg Config) (*Queue, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.ShutdownTimeout <= 0 {
		cfg.ShutdownTimeout = defaultShutdownTimeout
	}
	width := maps.Clone(defaultConcurrency)
	maps.Copy(width, cfg.Concurrency)
	cfg.Concurrency = width
	redis.SetLogger(redisLog{cfg.Log})
	if cfg.URL == "" {
		e, err := startEmbedded()
		if err != nil {
			return nil, fmt.Errorf("start the embedded queue: %w", err)
		}
		q := attach(cfg, e.dial, e)
		return q, nil
	}
	dial, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	q := attach(cfg, dial, nil)
	if err := q.checkFit(ctx); err != nil {
		return nil, errors.Join(err, q.Close())
	}
	return q, nil
}

// attach builds a Queue on a server that is already there; e is nil unless
// that server runs inside this process.
func attach(cfg Config, dial dialer, e *embedded) *Queue {
	q := &Queue{cfg: cfg, embedded: e, plain: dial(), fetching: dial(), turns: newTurns()}
	q.leases = newLeases(q.plain)
	q.fetcher = newFetcher(e)
	q.fetching.AddHook(q.fetcher)
	q.tasks = asynq.NewClientFromRedisClient(q.plain)
	if e == nil {
		q.announcer = startAnnouncer(q.plain)
	}
	return q
}

// Client is the connection pool, lent to live; Close ends it.
func (q *Queue) Client() redis.UniversalClient { return q.plain }

// Embedded reports whether the queue lives in this process only.
func (q *Queue) Embedded() bool { return q.embedded != nil }

// Turns lets work of this process that keeps processors busy give way to what is
// urgent.
func (q *Queue) Turns() *Turns { return q.turns }

// Ping asks the queue for a sign of life.
func (q *Queue) Ping(ctx context.Context) error {
	if err := q.plain.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping the queue: %w", err)
	}
	return nil
}

// Close lets go of the connections and ends the embedded server. Run must have
// returned before.
func (q *Queue) Close() error {
	if q.announcer != nil {
		q.announcer.close()
	}
	err := errors.Join(q.fetching.Close(), q.plain.Close())
	if q.embedded != nil {
		q.embedded.close()
	}
	return err
}
