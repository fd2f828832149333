package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"clarion/backend/notify"
)

const (
	// emptyPause is Asynq's own sleep after an empty look: as good as none,
	// because fetcher does the pacing.
	emptyPause = time.Microsecond
	// delayedEvery is how often tasks whose retry is due are put back.
	delayedEvery = time.Second
	// janitorEvery is long: no task of ours is kept after it is done.
	janitorEvery = time.Hour
	// versionPause is how long a payload of another version rests.
	versionPause = 5 * time.Second
	maxRetryWait = 30 * time.Second
)

// Handlers do the work. An error puts the whole chunk back, so a handler
// returns one only for a fault that is not on record elsewhere; handling a
// chunk twice must be harmless.
type Handlers struct {
	Dispatch func(ctx context.Context, p notify.Priority, ids []string) error
	Deliver  func(ctx context.Context, p notify.Priority, ch notify.Channel, ids []string) error
	Resume   func(ctx context.Context, p notify.Priority, ids []string) error
	Saga     func(ctx context.Context, p notify.Priority, ids []string) error
}

// Run fetches and handles tasks until ctx is done; then it fetches no more,
// waits up to ShutdownTimeout for the handlers and puts back what is left.
// The handlers' contexts outlive ctx for that time. A Queue runs once.
func (q *Queue) Run(ctx context.Context, h Handlers) error {
	if !q.ran.CompareAndSwap(false, true) {
		return errors.New("run the queue: it ran already")
	}
	var servers []*asynq.Server
	defer func() {
		q.fetcher.halt()
		var stopping sync.WaitGroup
		for _, s := range servers {
			stopping.Go(s.Shutdown)
		}
		stopping.Wait()
	}()
	for _, p := range notify.Priorities {
		s := asynq.NewServerFromRedisClient(q.fetching, q.serverConfig(ctx, p))
		if err := s.Start(q.handler(h, p)); err != nil {
			return fmt.Errorf("start the %s priority server: %w", p, err)
		}
		servers = append(servers, s)
	}
	if q.announcer != nil {
		q.listen(ctx)
	}
	<-ctx.Done()
	return nil
}

func (q *Queue) serverConfig(ctx context.Context, p notify.Priority) asynq.Config {
	return asynq.Config{
		Concurrency:              q.cfg.Concurrency[p],
		Queues:                   map[string]int{queueName(p): 1},
		BaseContext:              func() context.Context { return context.WithoutCancel(ctx) },
		TaskCheckInterval:        emptyPause,
		DelayedTaskCheckInterval: delayedEvery,
		JanitorInterval:          janitorEvery,
		ShutdownTimeout:          q.cfg.ShutdownTimeout,
		RetryDelayFunc:           retryDelay,
		IsFailure:                isFailure,
		ErrorHandler:             errorLog{q.cfg.Log, p},
		Logger:                   asynqLog{q.cfg.Log},
		LogLevel:                 asynq.WarnLevel,
	}
}

// handler is the handler of one priority's server.
func (q *Queue) handler(h Handlers, p notify.Priority) asynq.HandlerFunc {
	return func(ctx context.Context, t *asynq.Task) error {
		defer q.turns.Begin(p)()
		ch, ids, err := decode(t.Payload())
		if err != nil {
			return err
		}
		switch t.Type() {
		case kindDispatch:
			return h.Dispatch(ctx, p, ids)
		case kindDeliver:
			return h.Deliver(ctx, p, ch, ids)
		case kindResume:
			return h.Resume(ctx, p, ids)
		case kindSaga:
			return h.Saga(ctx, p, ids)
		}
		return fmt.Errorf("task kind %.32q: %w", t.Type(), errVersion)
	}
}

// isFailure spends one of a task's retries. A crash of a worker and a payload
// from another version are no fault of the task.
func isFailure(err error) bool {
	return !errors.Is(err, errVersion) && !errors.Is(err, asynq.ErrLeaseExpired)
}

// retryDelay doubles from half a second, with jitter so that chunks that
// failed together do not come back together.
func retryDelay(retried int, err error, _ *asynq.Task) time.Duration {
	if errors.Is(err, errVersion) {
		return versionPause
	}
	d := min(maxRetryWait, 500*time.Millisecond<<min(retried, 10))
	return d/2 + rand.N(d/2)
}

// errorLog is the one place where a handler's error is logged.
type errorLog struct {
	log      *slog.Logger
	priority notify.Priority
}

// HandleError logs an error with the size of the chunk it put back.
func (l errorLog) HandleError(ctx context.Context, t *asynq.Task, err error) {
	ch, ids, _ := decode(t.Payload())
	retried, _ := asynq.GetRetryCount(ctx)
	l.log.ErrorContext(ctx, "queue task put back", "kind", t.Type(), "priority", string(l.priority),
		"channel", string(ch), "ids", len(ids), "retried", retried, "error", err)
}
