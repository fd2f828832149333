package recovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	// tick is how often due rows are looked for: it bounds how late a retry is.
	tick = 200 * time.Millisecond
	// slowTick is how often the dead and missing receipts are looked for and
	// receipts unparked.
	slowTick = time.Second
	// silence is how long a worker may be quiet before its claims are taken
	// back: several heartbeats, so that a busy moment is not a death.
	silence = 5 * time.Second
	// beatEvery is the heartbeat's period.
	beatEvery = time.Second
	// leaseBase and leaseMax bound how often a list is put on the queue again
	// while a backlog keeps it waiting: each time the wait doubles.
	leaseBase = 5 * time.Second
	leaseMax  = 5 * time.Minute
	// page is how many lists one look takes, of up to 128 ids each; most name
	// few that are still open.
	page = 64
	// interruptedPage is how many interrupted messages are settled together.
	interruptedPage = 2000
	// receiptAge is how long a receipt waits for its message.
	receiptAge = time.Hour
)

// Queue takes work again.
type Queue interface {
	EnqueueDispatch(ctx context.Context, p notify.Priority, ids []string) error
	EnqueueDeliver(ctx context.Context, p notify.Priority, channel notify.Channel, ids []string) error
	EnqueueResume(ctx context.Context, p notify.Priority, ids []string) error
	EnqueueSaga(ctx context.Context, p notify.Priority, ids []string) error
	// Epoch changes when the queue has lost its memory.
	Epoch(ctx context.Context) (string, error)
}

// Settler decides and stores what becomes of interrupted messages.
type Settler interface {
	SettleInterrupted(ctx context.Context, messages []notify.Message) error
}

// Receipts tries parked receipts again.
type Receipts interface {
	Unpark(ctx context.Context, after time.Time) error
}

// Silence sends what stayed without a receipt another way.
type Silence interface {
	CheckSilence(ctx context.Context) error
}

// Deps is what a Sweeper works with.
type Deps struct {
	Store    Store
	Queue    Queue
	Settler  Settler
	Receipts Receipts
	Silence  Silence
	Clock    notify.Clock
	Log      *slog.Logger
}

// Sweeper puts back to work what fell off.
type Sweeper struct {
	Deps
	epoch string
	down  map[string]bool
	// reached is when the database last answered, back when it last did so after
	// a silence of its own.
	reached, back time.Time
}

// NewSweeper makes a Sweeper. One per process with the scheduler role; several
// do no harm, because every row is taken by one statement.
func NewSweeper(d Deps) *Sweeper { return &Sweeper{Deps: d, down: map[string]bool{}} }

// Run sweeps until ctx is done. It never gives up: a fault is logged when it
// starts and when it ends, not at every tick.
func (s *Sweeper) Run(ctx context.Context) {
	fast, slow := time.NewTicker(tick), time.NewTicker(slowTick)
	defer fast.Stop()
	defer slow.Stop()
	s.slow(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-fast.C:
			s.fast(ctx)
		case <-slow.C:
			s.slow(ctx)
		}
	}
}

// fast sweeps what is due. Mostly nothing is, and one look says so: each sweep
// would begin a transaction, on SQLite the only one that may write. A look that
// fails keeps nothing from being swept.
func (s *Sweeper) fast(ctx context.Context) {
	due, err := s.Store.AnyDue(ctx, s.Clock.Now())
	s.log("see what is due", err)
	for _, one := range []struct {
		due   bool
		what  string
		sweep func(context.Context) error
	}{
		{due.Messages, "sweep due messages", s.SweepMessages},
		{due.Events, "sweep due events", s.SweepEvents},
		{due.Runs, "sweep due runs", s.SweepRuns},
		{due.Sagas, "sweep due sagas", s.SweepSagas},
	} {
		if one.due || err != nil || s.down[one.what] {
			s.log(one.what, one.sweep(ctx))
		}
	}
}

func (s *Sweeper) slow(ctx context.Context) {
	s.log("watch the queue's memory", s.WatchQueue(ctx))
	s.log("take back from dead workers", s.TakeBack(ctx))
	s.log("look for missing receipts", s.Silence.CheckSilence(ctx))
	s.log("apply parked receipts", s.Receipts.Unpark(ctx, s.Clock.Now().Add(-receiptAge)))
}

func (s *Sweeper) log(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		if !s.down[what] {
			s.down[what] = true
			s.Log.Error("sweeper cannot "+what, "error", err)
		}
		return
	}
	if s.down[what] {
		delete(s.down, what)
		s.Log.Info("sweeper can " + what + " again")
	}
}

// unreachable is no epoch of a queue.
const unreachable = "unreachable"

// WatchQueue notices a queue that has lost its memory (a flush, a restart) or was
// away, so that nothing could be enqueued, and ends the leases of all that it
// was supposed to hold.
func (s *Sweeper) WatchQueue(ctx context.Context) error {
	epoch, err := s.Queue.Epoch(ctx)
	if err != nil {
		s.epoch = unreachable
		return fmt.Errorf("read the queue's epoch: %w", err)
	}
	if epoch == s.epoch {
		return nil
	}
	if err := s.Store.EndLeases(ctx, s.Clock.Now()); err != nil {
		return fmt.Errorf("end leases: %w", err)
	}
	if s.epoch != "" {
		s.Log.Warn("the queue was away or has lost its memory; enqueueing from SQL")
	}
	s.epoch = epoch
	return nil
}

// SweepMessages enqueues messages that are due and that nobody looks after.
func (s *Sweeper) SweepMessages(ctx context.Context) error {
	for {
		due, err := s.Store.DueMessages(ctx, s.sweep())
		if err != nil {
			return err
		}
		type lane struct {
			priority notify.Priority
			channel  notify.Channel
		}
		lanes := map[lane][]string{}
		for _, ref := range due.Refs {
			key := lane{ref.Priority, ref.Channel}
			lanes[key] = append(lanes[key], ref.ID)
		}
		for key, ids := range lanes {
			if err := s.Queue.EnqueueDeliver(ctx, key.priority, key.channel, ids); err != nil {
				return fmt.Errorf("enqueue %d messages: %w", len(ids), err)
			}
		}
		if err := s.settle(ctx, due.Lapsed); err != nil {
			return err
		}
		if !due.More {
			return nil
		}
	}
}

// SweepEvents enqueues events that are due and that nobody looks after.
func (s *Sweeper) SweepEvents(ctx context.Context) error {
	return s.sweepAll(ctx, "events", s.Store.DueEvents, s.Queue.EnqueueDispatch)
}

// SweepRuns enqueues runs whose time has come.
func (s *Sweeper) SweepRuns(ctx context.Context) error {
	return s.sweepAll(ctx, "runs", s.Store.DueRuns, s.Queue.EnqueueResume)
}

// SweepSagas enqueues sagas whose time has come.
func (s *Sweeper) SweepSagas(ctx context.Context) error {
	return s.sweepAll(ctx, "sagas", s.Store.DueSagas, s.Queue.EnqueueSaga)
}

func (s *Sweeper) sweepAll(ctx context.Context, what string,
	look func(context.Context, Sweep) (Due[EventRef], error), enqueue func(context.Context, notify.Priority, []string) error,
) error {
	for {
		due, err := look(ctx, s.sweep())
		if err != nil {
			return err
		}
		lanes := map[notify.Priority][]string{}
		for _, ref := range due.Refs {
			p := ref.Priority
			if p == "" {
				p = notify.Medium
			}
			lanes[p] = append(lanes[p], ref.ID)
		}
		for p, ids := range lanes {
			if err := enqueue(ctx, p, ids); err != nil {
				return fmt.Errorf("enqueue %d %s: %w", len(ids), what, err)
			}
		}
		if !due.More {
			return nil
		}
	}
}

func (s *Sweeper) sweep() Sweep {
	return Sweep{Now: s.Clock.Now(), Base: leaseBase, Max: leaseMax, Limit: page}
}

// afterSilence says whether the database was out of reach just now, for everybody
// or for this process alone. Then no heartbeat could be heard, and the living
// first need a moment to say that they live and what came of their calls.
func (s *Sweeper) afterSilence(ctx context.Context) (bool, error) {
	if err := s.Store.Ping(ctx); err != nil {
		return true, fmt.Errorf("reach the database: %w", err)
	}
	now := s.Clock.Now()
	if !s.reached.IsZero() && now.Sub(s.reached) > silence/2 {
		s.back = now
	}
	s.reached = now
	return !s.back.IsZero() && now.Sub(s.back) < 2*silence, nil
}

// TakeBack settles the messages of workers that died as interrupted, because the
// vendor may have them, and makes everything due that such a worker may have
// had from the queue without a claim on record: events and parked chunks.
func (s *Sweeper) TakeBack(ctx context.Context) error {
	if wait, err := s.afterSilence(ctx); err != nil || wait {
		return err
	}
	now := s.Clock.Now()
	silentSince := now.Add(-silence)
	for {
		messages, err := s.Store.Interrupted(ctx, silentSince, interruptedPage)
		if err != nil {
			return fmt.Errorf("find interrupted messages: %w", err)
		}
		if err := s.settle(ctx, messages); err != nil {
			return err
		}
		if len(messages) < interruptedPage {
			break
		}
	}
	buried, err := s.Store.Bury(ctx, silentSince)
	if err != nil {
		return fmt.Errorf("take dead workers off the list: %w", err)
	}
	if buried == 0 {
		return nil
	}
	s.Log.Warn("a worker died; enqueueing from SQL what it may have taken off the queue", "workers", buried)
	if err := s.Store.EndLeases(ctx, now); err != nil {
		return fmt.Errorf("end leases: %w", err)
	}
	return nil
}

// settle decides what becomes of messages whose claim ended without a result.
func (s *Sweeper) settle(ctx context.Context, messages []notify.Message) error {
	if len(messages) == 0 {
		return nil
	}
	s.Log.Warn("settling messages interrupted by a dead worker", "messages", len(messages))
	if err := s.Settler.SettleInterrupted(ctx, messages); err != nil {
		return fmt.Errorf("settle %d interrupted messages: %w", len(messages), err)
	}
	return nil
}
