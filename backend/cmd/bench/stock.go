package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"
)

const (
	stockTask = "bench:noop"
	// stockWorkers is generous: Asynq's own choice is the number of processors,
	// but more workers let its acknowledgements overlap.
	stockWorkers = 64
)

// stock is Asynq as it comes: one task for each message, its own defaults. It
// uses the same Redis server, in databases of its own.
type stock struct {
	client *redis.Client
	tasks  *asynq.Client
}

func (h *house) openStock(database int) *stock {
	o := *h.redis.Options()
	o.DB = database
	client := redis.NewClient(&o)
	h.stage.Cleanup(func() { _ = client.Close() })
	return &stock{client: client, tasks: asynq.NewClientFromRedisClient(client)}
}

// serve starts a server with the given number of workers; zero is Asynq's own
// choice, the number of processors.
func (s *stock) serve(workers int, handle func(n int)) (*asynq.Server, error) {
	server := asynq.NewServerFromRedisClient(s.client, asynq.Config{Concurrency: workers, LogLevel: asynq.FatalLevel})
	err := server.Start(asynq.HandlerFunc(func(_ context.Context, t *asynq.Task) error {
		handle(int(binary.BigEndian.Uint64(t.Payload())))
		return nil
	}))
	if err != nil {
		return nil, fmt.Errorf("start stock Asynq: %w", err)
	}
	return server, nil
}

func (s *stock) enqueue(ctx context.Context, n int) error {
	if _, err := s.tasks.EnqueueContext(ctx, asynq.NewTask(stockTask, binary.BigEndian.AppendUint64(nil, uint64(n)))); err != nil {
		return fmt.Errorf("enqueue a stock task: %w", err)
	}
	return nil
}

// drainStock enqueues n tasks that do nothing and measures a server that runs
// them, once each.
func (h *house) drainStock(ctx context.Context, s *stock, n int) (result, error) {
	if err := s.client.FlushDB(ctx).Err(); err != nil {
		return result{}, fmt.Errorf("empty the stock queue: %w", err)
	}
	var senders errgroup.Group
	for at := range 16 {
		senders.Go(func() error {
			for i := at; i < n; i += 16 {
				if err := s.enqueue(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := senders.Wait(); err != nil {
		return result{}, err
	}
	var done, twice atomic.Int64
	seen, all := make([]atomic.Bool, n), make(chan struct{})
	var server *asynq.Server
	r, err := h.measure(ctx, n, func() (err error) {
		server, err = s.serve(stockWorkers, func(i int) {
			if seen[i].Swap(true) {
				twice.Add(1)
			} else if done.Add(1) == int64(n) {
				close(all)
			}
		})
		if err != nil {
			return err
		}
		select {
		case <-all:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if server != nil {
		server.Shutdown()
	}
	if err == nil && twice.Load() > 0 {
		err = fmt.Errorf("stock Asynq ran %d tasks twice", twice.Load())
	}
	return r, err
}
