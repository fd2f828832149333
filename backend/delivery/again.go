package delivery

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// again enqueues what is due at once: failovers and resends.
func (d *Deliverer) again(ctx context.Context, finishes []Finish, now time.Time) {
	waiting := map[chunkKey][]string{}
	for _, f := range finishes {
		if f.Status == notify.Queued && !f.DueAt.After(now) {
			key := chunkKey{f.Priority, f.Channel}
			waiting[key] = append(waiting[key], f.MessageID)
		}
	}
	d.enqueueAll(ctx, waiting)
}

// chunkKey is what the messages of one queue task have in common.
type chunkKey struct {
	priority notify.Priority
	channel  notify.Channel
}

// enqueueAll hands messages to the queue. What fails here the sweeper finds in
// SQL, so it is logged and not returned.
func (d *Deliverer) enqueueAll(ctx context.Context, waiting map[chunkKey][]string) {
	for key, ids := range waiting {
		if err := d.Queue.EnqueueDeliver(ctx, key.priority, key.channel, ids); err != nil {
			d.Log.Warn("enqueue messages; the sweeper will", "channel", key.channel, "messages", len(ids), "error", err)
		}
	}
}
