package analytics

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"clarion/backend/notify"
)

const (
	// CopyName is the copy that reports read.
	CopyName = "delivery_events"
	// BatchRows is the largest insert, pace the shortest time between two that
	// are smaller: ClickHouse likes few and large ones.
	BatchRows = 50_000
	pace      = time.Second
	// lease is how long a holder that went silent keeps others out.
	lease          = 30 * time.Second
	patience, look = 200 * time.Millisecond, 5 * time.Millisecond
	// slowest is the longest wait after failures in a row.
	slowest = 15 * time.Second
)

// Exporter copies the stream into ClickHouse: in order, each row once, one
// process at a time. It keeps at most two batches in memory; when ClickHouse is
// slow or away it waits, and the stream waits in SQL.
type Exporter struct {
	Stream   Stream
	Books    Books
	Sink     Sink
	Observer Observer
	Clock    notify.Clock
	Log      *slog.Logger
	// Prepare makes the tables before the first insert, and again after it failed.
	Prepare func(context.Context) error
	// HashKey replaces recipients by a keyed hash; nobody is replaced without.
	HashKey []byte
	// Name is this process's own; Copy is CopyName when empty.
	Name string
	Copy string
	// Patience is how long a writer is waited for before what came before it goes;
	// zero is 200 ms.
	Patience time.Duration
	// Inserted is called when a batch is in ClickHouse and not yet in the books.
	Inserted func()

	held     notify.StreamCopy
	tip      *notify.StreamTip
	settled  int64
	ahead    chan read
	aheadOf  int64
	prepared bool
	holds    atomic.Bool
}

type read struct {
	rows []notify.DeliveryEvent
	err  error
}

// Holds reports whether this process copies at the moment.
func (e *Exporter) Holds() bool { return e.holds.Load() }

// Run copies until the context ends.
func (e *Exporter) Run(ctx context.Context) {
	wait, quiet := time.Duration(0), pace
	for pause(ctx, wait) {
		begun := time.Now()
		full, err := e.Step(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
		case err != nil:
			e.failed(err)
			quiet = min(2*quiet, slowest)
			wait = quiet
		case full:
			wait, quiet = 0, pace
		default:
			wait, quiet = pace-min(pace, time.Since(begun)), pace
		}
	}
	e.drain()
	e.release(context.WithoutCancel(ctx))
}

func (e *Exporter) failed(err error) {
	e.Observer.CopyFailed()
	e.holds.Store(false)
	e.held, e.prepared = notify.StreamCopy{}, false
	e.drain()
	if !errors.Is(err, notify.ErrConflict) {
		e.Log.Warn("copy events to ClickHouse; trying again", "error", err)
	}
}

// Step copies one batch, if there is one and the copy is ours; full says that
// there is more at once.
func (e *Exporter) Step(ctx context.Context) (full bool, err error) {
	if ours, err := e.hold(ctx); err != nil || !ours {
		return false, err
	}
	if !e.prepared {
		if err := e.Prepare(ctx); err != nil {
			return false, err
		}
		e.prepared = true
	}
	if e.held.Token != "" { // somebody began it: the same rows, the same token
		rows, err := e.Stream.DeliveryEvents(ctx, e.held.Seq, e.held.BatchTo, 2*BatchRows)
		if err != nil {
			return false, err
		}
		if err := e.send(ctx, rows); err != nil {
			return false, err
		}
	}
	if err := e.correct(ctx); err != nil {
		return false, err
	}
	rows, upTo, err := e.next(ctx)
	if err != nil || upTo <= e.held.Seq {
		return false, err
	}
	e.held.BatchTo = upTo
	if len(rows) == 0 { // only places that were given up
		e.held.Seq = upTo
		return false, e.save(ctx)
	}
	e.held.Token = notify.NewID("")
	if err := e.save(ctx); err != nil {
		return false, err
	}
	full = len(rows) == BatchRows
	if full {
		e.readAhead(ctx, upTo)
	}
	return full, e.send(ctx, rows)
}

// send inserts the batch that the books announce, and then says so there.
func (e *Exporter) send(ctx context.Context, rows []notify.DeliveryEvent) error {
	begun := time.Now()
	e.disguise(rows)
	if len(rows) > 0 {
		// It must be over before another may take the lease.
		ctx, cancel := context.WithTimeout(ctx, lease-lease/6)
		defer cancel()
		if err := e.Sink.Insert(ctx, e.held.Token, rows); err != nil {
			return fmt.Errorf("insert %d events after %d: %w", len(rows), e.held.Seq, err)
		}
	}
	if e.Inserted != nil {
		e.Inserted()
	}
	e.held.Seq, e.held.Token = e.held.BatchTo, ""
	if err := e.save(ctx); err != nil {
		return err
	}
	e.Observer.Copied(len(rows), time.Since(begun))
	return nil
}

// pause waits; false when the context ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}
