package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

const (
	// burstFor is for how long the pages of one audience are made one after the
	// other. Then the next one waits behind what was made: more would lie in the
	// queue for longer than it is left to it.
	burstFor = 8 * time.Second
	// burstMost is about how many messages a worker sends while the queue's lease of
	// bulk lasts: so many may be made in one go.
	burstMost = 120_000
	// burstWatch is how often a burst says where it is to whoever looks after
	// events that nobody works on.
	burstWatch = 2 * time.Second
)

// burst makes the next pages of an event's audience. While a page is saved the next
// begins to be, the one after that is decided and another is read. Since the cursor
// of a page moves in the transaction that saves it, and only from where the page
// before has left it, none is left out and none is made twice, whoever dies or is
// faster.
type burst struct {
	*Dispatcher
	priority notify.Priority
	event    string
	until    time.Time
	// ahead answers the next page.
	ahead chan fetched
	// under waits until nothing is under way any more.
	under sync.WaitGroup
	// watched is when the event was last listed as open.
	watched time.Time
	// made is how many messages there are so far.
	made int
	// before is the page before.
	before *saving
	// next is when the page after the last one is due, if that is soon.
	next time.Time
}

// fetched is a page that was read.
type fetched struct {
	job *job
	err error
}

// saving is a page on its way into the database.
type saving struct {
	// owned is closed when nobody else can take the event any more, known when the
	// page is saved or will not be.
	owned, known chan struct{}
	own          func()
	saved        bool
	err          error
}

func newSaving() *saving {
	s := &saving{owned: make(chan struct{}), known: make(chan struct{})}
	s.own = sync.OnceFunc(func() { close(s.owned) })
	return s
}

// end says what became of the page.
func (s *saving) end(saved bool, err error) {
	s.saved, s.err = saved, err
	s.own()
	close(s.known)
}

// wait reports whether the page was saved.
func (s *saving) wait() bool {
	<-s.known
	return s.saved
}

// further makes the pages that follow one that was saved, or lets the queue ask
// for them.
func (d *Dispatcher) further(ctx context.Context, p notify.Priority, event notify.Event) error {
	end, ok := d.Turns.Lead(p)
	if !ok {
		d.later(ctx, p, event.ID)
		return nil
	}
	now := d.Clock.Now()
	b := &burst{
		Dispatcher: d, priority: p, event: event.ID, until: now.Add(burstFor), watched: now,
		ahead: make(chan fetched, 1), before: newSaving(),
	}
	err := b.pages(ctx, event, end)
	if err == nil && !b.next.IsZero() {
		d.when(ctx, following{priority: p, id: event.ID, due: b.next})
	}
	return err
}

// pages makes pages until one of them is the last for now, and ends the turn.
func (b *burst) pages(ctx context.Context, event notify.Event, end func()) error {
	defer end()
	defer b.under.Wait()
	b.read(ctx, event)
	b.before.end(true, nil)
	for {
		more, err := b.page(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// page decides one page, waits until the one before it is about to be saved and
// begins to save it. It reports whether another one follows at once.
func (b *burst) page(ctx context.Context) (more bool, err error) {
	batch, err := b.decided(ctx)
	before := b.before
	<-before.owned
	if err != nil || before.failed() {
		<-before.known
		return false, cmp.Or(before.err, err)
	}
	follows, late := b.prepare(&batch)
	this := newSaving()
	b.before = this
	batch.Behind, batch.Owned = before.wait, this.own
	b.under.Go(func() { b.save(ctx, batch, before, this) })
	if follows && !late {
		return true, nil
	}
	if done := batch.Events[0]; !this.wait() || !follows {
		if this.saved && done.Soon {
			b.next = done.Due
		}
		return false, this.err
	}
	b.under.Wait() // what was made goes before what is still to be made
	b.later(ctx, b.priority, b.event)
	return false, nil
}

// failed reports whether it is known already that the page was not saved.
func (s *saving) failed() bool {
	select {
	case <-s.known:
		return !s.saved
	default:
		return false
	}
}

// prepare says of a page whether the event is listed as open with it and how long
// its messages are left to the queue. It reports whether another page follows, and
// whether it is too late for that one to follow at once.
func (b *burst) prepare(batch *Batch) (follows, late bool) {
	done := &batch.Events[0]
	follows = done.Status == notify.EventAccepted && !done.Due.After(batch.Now)
	b.made += len(batch.Messages)
	late = b.late(batch.Now)
	if done.Unwatched = follows && !late && batch.Now.Sub(b.watched) < burstWatch; !done.Unwatched {
		b.watched = batch.Now
	}
	if isBulk(batch.Messages) {
		batch.LeaseUntil = batch.Now.Add(bulkLease)
	}
	return follows, late
}

// late reports whether the next page waits behind what was made.
func (b *burst) late(now time.Time) bool { return now.After(b.until) || b.made >= burstMost }

// read begins to read the page at the event's cursor, with its people.
func (b *burst) read(ctx context.Context, event notify.Event) {
	b.under.Go(func() {
		b.Turns.Yield(b.priority)
		jobs, err := b.jobs(ctx, b.priority, []notify.Event{event})
		if err != nil {
			b.ahead <- fetched{err: err}
			return
		}
		b.ahead <- fetched{job: jobs[0]}
	})
}

// decided decides the page that was read and begins to read the next.
func (b *burst) decided(ctx context.Context) (Batch, error) {
	page := <-b.ahead
	batch := b.batch(b.Clock.Now())
	if page.err != nil {
		return batch, page.err
	}
	if j := page.job; j.more && len(j.ids) > 0 && !j.due.After(batch.Now) && !b.late(batch.Now) {
		next := j.event
		next.Cursor = j.ids[len(j.ids)-1]
		if !j.due.IsZero() { // or each page of a burst would be owed what the first was
			next.SendAt = j.due
		}
		b.read(ctx, next)
	}
	return batch, b.judge(ctx, page.job, &batch)
}

// save saves a page behind the one before it and hands its messages on. Where that
// one was not saved, why is why this one is not.
func (b *burst) save(ctx context.Context, batch Batch, before, this *saving) {
	b.Turns.Yield(b.priority)
	batch.reach(killpoint.BeforePage)
	saved, err := b.Store.Save(ctx, batch)
	if err != nil {
		err = fmt.Errorf("save %d messages of event %s: %w", len(batch.Messages), b.event, err)
	}
	if len(saved) == 0 {
		<-before.known
		err = cmp.Or(before.err, err)
	}
	ok := err == nil && len(saved) > 0
	if ok {
		batch.reach(killpoint.AfterPage)
	}
	this.end(ok, err)
	if ok {
		b.enqueueMessages(ctx, batch.Messages, saved, func(m *notify.Message) string { return m.EventID })
	}
}
