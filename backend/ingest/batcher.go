package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

const (
	// maxCommit is how many events one transaction takes.
	maxCommit = 512
	// commitTimeout bounds a commit: a database that does not answer is a 503
	// for the callers, not a hanging connection.
	commitTimeout = 10 * time.Second
	// enqueueTimeout bounds the hand-over to the queue; the sweeper does it
	// again when it fails.
	enqueueTimeout = 5 * time.Second
	// enqueuePause is the least time between two hand-overs: under load it makes
	// few large tasks of what would be one small task for each commit.
	enqueuePause = 2 * time.Millisecond
)

// ticket is one request waiting for its commit.
type ticket struct {
	request  *Request
	entry    Entry
	priority notify.Priority
	place    int
	answer   Answer
	done     *sync.WaitGroup
}

// batcher gathers requests naturally: whoever arrives while a commit is under
// way joins the next one; when the system is idle nobody waits.
type batcher struct {
	acceptor *Acceptor
	mu       sync.Mutex
	waiting  []*ticket
	running  bool
	// accepted are events that wait for the queue; handing is true while somebody
	// hands over.
	accepted map[notify.Priority][]string
	handing  bool
	work     sync.WaitGroup
}

func newBatcher(a *Acceptor) *batcher {
	return &batcher{acceptor: a, accepted: map[notify.Priority][]string{}}
}

// submit returns when every ticket has its answer.
func (b *batcher) submit(tickets []*ticket) {
	var done sync.WaitGroup
	done.Add(len(tickets))
	for _, t := range tickets {
		t.done = &done
	}
	b.mu.Lock()
	b.waiting = append(b.waiting, tickets...)
	if !b.running {
		b.running = true
		b.work.Go(b.run)
	}
	b.mu.Unlock()
	done.Wait()
}

func (b *batcher) wait() { b.work.Wait() }

// run commits batch after batch until nobody waits.
func (b *batcher) run() {
	for {
		b.mu.Lock()
		b.gather()
		if len(b.waiting) == 0 {
			b.running = false
			b.mu.Unlock()
			return
		}
		n := min(len(b.waiting), maxCommit)
		batch := b.waiting[:n:n]
		b.waiting = b.waiting[n:]
		if len(b.waiting) == 0 {
			b.waiting = nil
		}
		b.mu.Unlock()
		b.commit(batch)
	}
}

// gather lets everybody go first who is able to run, for as long as that brings
// company: a commit costs the database much by itself and little for each event
// more. The caller holds the lock.
func (b *batcher) gather() {
	for seen := 0; seen < len(b.waiting) && len(b.waiting) < maxCommit; {
		seen = len(b.waiting)
		b.mu.Unlock()
		runtime.Gosched()
		b.mu.Lock()
	}
}

// commit saves one batch, lets the callers go and hands the events to the
// queue, in that order.
func (b *batcher) commit(batch []*ticket) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	saved := b.save(ctx, batch)
	for _, t := range batch {
		t.done.Done()
	}
	if len(saved) == 0 {
		return
	}
	killpoint.Reach(killpoint.AfterCommit)
	b.handOver(saved)
}

// handOver gives saved events to the queue behind the answers, as naturally
// gathered as the commits: what is saved while a hand-over is under way joins
// the next one, which makes fewer and larger tasks.
func (b *batcher) handOver(saved map[notify.Priority][]string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for p, ids := range saved {
		b.accepted[p] = append(b.accepted[p], ids...)
	}
	if !b.handing {
		b.handing = true
		b.work.Go(b.hand)
	}
}

func (b *batcher) hand() {
	for {
		b.mu.Lock()
		taken := b.accepted
		if len(taken) == 0 {
			b.handing = false
			b.mu.Unlock()
			return
		}
		b.accepted = map[notify.Priority][]string{}
		b.mu.Unlock()
		b.enqueue(taken)
		<-time.After(enqueuePause)
	}
}

// save writes every ticket's answer and returns the events to enqueue.
func (b *batcher) save(ctx context.Context, batch []*ticket) map[notify.Priority][]string {
	a := b.acceptor
	good, err := a.dropUnknown(ctx, batch)
	if err != nil {
		fail(batch, err)
		return nil
	}
	if len(good) == 0 {
		return nil
	}
	entries := make([]Entry, len(good))
	for i, t := range good {
		entries[i] = t.entry
	}
	killpoint.Reach(killpoint.BeforeCommit)
	saved, err := a.Store.SaveEvents(ctx, entries, a.Clock.Now())
	if err != nil && len(good) > 1 && !errors.Is(err, notify.ErrUnavailable) && ctx.Err() == nil {
		return b.saveEach(ctx, good)
	}
	if err != nil {
		fail(good, err)
		return nil
	}
	fresh := map[notify.Priority][]string{}
	for i, t := range good {
		t.answer = answer(saved[i])
		if t.answer.Err == nil && !t.answer.Duplicate && t.entry.Event.Status == notify.EventAccepted {
			fresh[t.priority] = append(fresh[t.priority], saved[i].ID)
		}
		a.known.addAll(t.entry.Upserts)
	}
	return fresh
}

// saveEach saves one by one what could not be saved together: one event that
// the database refuses must not take its neighbours with it.
func (b *batcher) saveEach(ctx context.Context, batch []*ticket) map[notify.Priority][]string {
	fresh := map[notify.Priority][]string{}
	for i := range batch {
		for p, ids := range b.save(ctx, batch[i:i+1]) {
			fresh[p] = append(fresh[p], ids...)
		}
	}
	return fresh
}

func answer(s Saved) Answer {
	a := Answer{EventID: s.ID, TraceID: s.TraceID, Duplicate: s.Duplicate}
	if s.KeyReused {
		a.Err = notify.ErrKeyReused
	}
	for _, target := range s.To {
		if target.NotificationID != "" {
			a.NotificationIDs = append(a.NotificationIDs, target.NotificationID)
		}
	}
	return a
}

// fail answers every ticket with a fault of the store: nothing was accepted.
func fail(batch []*ticket, err error) {
	if !errors.Is(err, notify.ErrUnavailable) && errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	for _, t := range batch {
		t.answer = Answer{Err: fmt.Errorf("save events: %w", err)}
	}
}

// enqueue hands events to the queue. It runs behind the answer, so this is the
// door at which a failure is logged; the sweeper repairs it.
func (b *batcher) enqueue(byPriority map[notify.Priority][]string) {
	ctx, cancel := context.WithTimeout(context.Background(), enqueueTimeout)
	defer cancel()
	for _, p := range notify.Priorities {
		if ids := byPriority[p]; len(ids) > 0 {
			if err := b.acceptor.Queue.EnqueueDispatch(ctx, p, ids); err != nil {
				b.acceptor.Log.Warn("enqueue accepted events; the sweeper will", "priority", p, "events", len(ids), "error", err)
			}
		}
	}
}
