package sandbox

import (
	"container/heap"
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// giveUpAfter is how long a callback is tried again; real SendGrid tries for a
// day.
const giveUpAfter = 10 * time.Minute

// lane carries one vendor's callbacks: a heap by due time, one dispatcher and a
// few workers, however many callbacks are owed.
type lane struct {
	size    int // most events in one post
	workers int
	// linger is how long the first event due waits for company.
	linger time.Duration
	post   func(context.Context, []*event) error
	// open is false while there is nowhere to post to; nil is always open.
	open func() bool
	done func([]*event)
	lost func([]*event, error)

	mu    sync.Mutex
	queue dueHeap
	wake  chan struct{}
	work  chan []*event
}

func newLane(size, workers int, post func(context.Context, []*event) error) *lane {
	return &lane{size: size, workers: workers, post: post, wake: make(chan struct{}, 1), work: make(chan []*event)}
}

func (l *lane) run(ctx context.Context, group *sync.WaitGroup) {
	group.Go(func() { l.dispatch(ctx) })
	for range l.workers {
		group.Go(func() { l.deliver(ctx) })
	}
}

func (l *lane) push(e *event) {
	if e.next.IsZero() {
		e.next = e.Due
	}
	l.mu.Lock()
	heap.Push(&l.queue, e)
	first := l.queue[0] == e
	l.mu.Unlock()
	if first {
		l.nudge()
	}
}

// nudge makes the dispatcher look again. A vendor without callbacks has no
// lane, hence the nil.
func (l *lane) nudge() {
	if l == nil {
		return
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lane) dispatch(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		batch, wait := l.take(time.Now())
		if batch != nil {
			select {
			case l.work <- batch:
				continue
			case <-ctx.Done():
				return
			}
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-l.wake:
		case <-ctx.Done():
			return
		}
	}
}

// take removes what is due, at most one post full, or says how long to wait.
func (l *lane) take(now time.Time) ([]*event, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 || l.open != nil && !l.open() {
		return nil, time.Hour // until nudged
	}
	if wait := l.queue[0].next.Add(l.linger).Sub(now); wait > 0 {
		return nil, wait
	}
	var batch []*event
	for len(l.queue) > 0 && len(batch) < l.size && !l.queue[0].next.After(now) {
		batch = append(batch, heap.Pop(&l.queue).(*event))
	}
	return batch, 0
}

func (l *lane) deliver(ctx context.Context) {
	for {
		select {
		case batch := <-l.work:
			err := l.post(ctx, batch)
			switch {
			case err == nil:
				l.done(batch)
			case ctx.Err() == nil:
				l.retry(batch, err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// retry puts events back for later, or lets go of those tried for too long.
func (l *lane) retry(batch []*event, cause error) {
	var lost []*event
	now := time.Now()
	for _, e := range batch {
		if e.since.IsZero() {
			e.since = now
		}
		if now.Sub(e.since) > giveUpAfter {
			lost = append(lost, e)
			continue
		}
		e.tries++
		e.next = now.Add(backoff(e.tries))
		l.push(e)
	}
	if len(lost) > 0 {
		l.lost(lost, cause)
		l.done(lost)
	}
}

// backoff doubles from 100 ms to 15 s, with half of it left to chance.
func backoff(tries int) time.Duration {
	d := min(50*time.Millisecond<<min(tries, 9), 15*time.Second)
	return d/2 + rand.N(d/2)
}

// dueHeap orders events by when they are next to be sent, then by age.
type dueHeap []*event

func (h dueHeap) Len() int { return len(h) }
func (h dueHeap) Less(i, j int) bool {
	if h[i].next.Equal(h[j].next) {
		return h[i].ID < h[j].ID
	}
	return h[i].next.Before(h[j].next)
}
func (h dueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *dueHeap) Push(x any)   { *h = append(*h, x.(*event)) }
func (h *dueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
