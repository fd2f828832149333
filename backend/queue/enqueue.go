package queue

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hibiken/asynq"

	"clarion/backend/notify"
)

const (
	// maxRetry is for our own bugs: vendor retries have due times in SQL, and
	// the sweeper puts back what Asynq gives up.
	maxRetry = 25
	// taskTimeout cancels a handler's context. It is long, because it must not
	// cut a full chunk short; vendor calls have timeouts of their own.
	taskTimeout = 5 * time.Minute
)

// EnqueueDispatch hands events to the dispatch step.
func (q *Queue) EnqueueDispatch(ctx context.Context, p notify.Priority, ids []string) error {
	return q.enqueue(ctx, chunks{kind: kindDispatch, priority: p, ids: ids})
}

// EnqueueDeliver hands messages of one channel to the delivery step.
func (q *Queue) EnqueueDeliver(ctx context.Context, p notify.Priority, ch notify.Channel, ids []string) error {
	return q.enqueue(ctx, chunks{kind: kindDeliver, priority: p, channel: ch, ids: ids})
}

// EnqueueResume hands runs whose time has come to the dispatch step.
func (q *Queue) EnqueueResume(ctx context.Context, p notify.Priority, ids []string) error {
	return q.enqueue(ctx, chunks{kind: kindResume, priority: p, ids: ids})
}

// EnqueueSaga hands over sagas that can go on, each in a task of its own: one may
// take long.
func (q *Queue) EnqueueSaga(ctx context.Context, p notify.Priority, ids []string) error {
	for _, id := range ids {
		if err := q.enqueue(ctx, chunks{kind: kindSaga, priority: p, ids: []string{id}}); err != nil {
			return err
		}
	}
	return nil
}

// chunks is a list of ids on its way to become tasks.
type chunks struct {
	kind     string
	priority notify.Priority
	channel  notify.Channel
	ids      []string
}

// enqueue adds the chunks one after the other. After an error some may be
// queued: enqueueing them again is harmless, as claims are made in SQL.
func (q *Queue) enqueue(ctx context.Context, c chunks) error {
	if !c.priority.Known() {
		return fmt.Errorf("enqueue %s: unknown priority %q", c.kind, c.priority)
	}
	for chunk := range slices.Chunk(c.ids, chunkSize(c.priority)) {
		payload, err := encode(c.channel, chunk)
		if err != nil {
			return fmt.Errorf("enqueue %s: %w", c.kind, err)
		}
		_, err = q.tasks.EnqueueContext(ctx, asynq.NewTask(c.kind, payload),
			asynq.Queue(queueName(c.priority)), asynq.MaxRetry(maxRetry), asynq.Timeout(taskTimeout))
		if err != nil {
			return fmt.Errorf("enqueue %d ids for %s at %s priority: %w", len(chunk), c.kind, c.priority, err)
		}
		q.wake(c.priority)
	}
	return nil
}

// wake tells whoever fetches that there is work.
func (q *Queue) wake(p notify.Priority) {
	q.fetcher.wake(p)
	if q.announcer != nil {
		q.announcer.tell(p)
	}
}

// queueName keeps our queues apart from those of another program on the same
// Redis.
func queueName(p notify.Priority) string { return "clarion-" + string(p) }

// keyOf is where Asynq keeps a part of a queue: pending, paused, active, retry.
func keyOf(p notify.Priority, part string) string {
	return "asynq:{" + queueName(p) + "}:" + part
}

func taskKey(p notify.Priority, id string) string { return keyOf(p, "t:"+id) }
