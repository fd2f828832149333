package dispatch

import (
	"context"
	"slices"
	"time"

	"clarion/backend/notify"
)

// following is an event whose next page begins behind a cursor, at once or soon.
type following struct {
	priority   notify.Priority
	id, cursor string
	due        time.Time
}

// follow goes on with the events of a chunk that have further pages: with one of
// them at once, so that the others need not wait for its end.
func (d *Dispatcher) follow(ctx context.Context, list []following, jobs []*job) error {
	now := d.Clock.Now()
	slices.SortStableFunc(list, func(a, b following) int { return a.due.Compare(b.due) })
	first := -1
	for i, next := range list {
		if first < 0 && !next.due.After(now) {
			first = i
			continue
		}
		d.when(ctx, next)
	}
	if first < 0 {
		return nil
	}
	for _, j := range jobs {
		if event := j.event; event.ID == list[first].id {
			event.Cursor = list[first].cursor
			if due := list[first].due; !due.IsZero() {
				event.SendAt = due
			}
			return d.further(ctx, list[first].priority, event)
		}
	}
	return nil
}

// when lets the queue ask for the next page when it is due. A worker that has to
// stop leaves it to the sweeper.
func (d *Dispatcher) when(ctx context.Context, next following) {
	if wait := next.due.Sub(d.Clock.Now()); !next.due.IsZero() && wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
	d.later(ctx, next.priority, next.id)
}

// later lets the queue ask for the next page.
func (d *Dispatcher) later(ctx context.Context, p notify.Priority, id string) {
	if err := d.Queue.EnqueueDispatch(ctx, p, []string{id}); err != nil {
		d.Log.Warn("enqueue the next page; the sweeper will", "event", id, "error", err)
	}
}
