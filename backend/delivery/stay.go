package delivery

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// stayFor bounds how long a worker goes on with what waits in its lane. It is
// short, so that a stopping process need not wait long and other integrations
// get the worker back.
const stayFor = time.Second

// stay carries a chunk and then, from the same place in the lane, what was
// parked behind it. Sending parked chunks back through the queue instead would
// cost a round trip each, and they would often find the lane full again.
func (d *Deliverer) stay(ctx context.Context, account *notify.Account, lane *lane, work chunk) error {
	start := time.Now()
	if err := d.carry(ctx, account, lane, work); err != nil {
		return err // the queue puts this chunk back by itself
	}
	for time.Since(start) < stayFor && ctx.Err() == nil {
		next, ok := lane.follow(d.Clock.Now())
		if !ok {
			return nil
		}
		if err := d.carry(ctx, account, lane, next); err != nil {
			d.putBack(next)
			return err
		}
	}
	return nil
}

// carry delivers a chunk in parts of one claim each.
func (d *Deliverer) carry(ctx context.Context, account *notify.Account, lane *lane, work chunk) error {
	for start := 0; start < len(work.ids); start += claimSize {
		part := work.ids[start:min(start+claimSize, len(work.ids))]
		if err := d.deliver(ctx, account, lane, chunk{work.priority, work.channel, part}); err != nil {
			return fmt.Errorf("deliver %d %s messages by %s: %w", len(part), work.channel, account.ID, err)
		}
	}
	return nil
}

// follow hands out what waited longest, small chunks joined to what one claim
// takes. While the breaker is open it hands out nothing: those who leave put the
// parked back, to look for another way. Nor does it while the rate is used up.
func (l *lane) follow(now time.Time) (chunk, bool) {
	if !l.usable() || l.pace.stalled(now) {
		return chunk{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rationed {
		return chunk{}, false
	}
	return l.first()
}

// first takes what waited longest. The caller holds the lane's lock.
func (l *lane) first() (chunk, bool) {
	if len(l.parked) == 0 {
		return chunk{}, false
	}
	next := l.parked[0]
	n := 1
	for n < len(l.parked) && l.parked[n].channel == next.channel && len(next.ids)+len(l.parked[n].ids) <= claimSize {
		// The first append copies: the chunk's own ids belong to its task.
		next.ids = append(next.ids[:len(next.ids):len(next.ids)], l.parked[n].ids...)
		n++
	}
	l.parked = l.parked[n:]
	return next, true
}
