package analytics

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"clarion/backend/notify"
)

// Stream is read in order.
type Stream interface {
	// StreamTip returns the newest row and who may yet add one before it.
	StreamTip(ctx context.Context) (notify.StreamTip, error)
	// DeliveryEvents returns rows after one place up to another, in order.
	DeliveryEvents(ctx context.Context, after, upTo int64, limit int) ([]notify.DeliveryEvent, error)
}

// Books keep how far the copy has come.
type Books interface {
	// HoldCopy takes or keeps the lease of a copy; false when another has it.
	HoldCopy(ctx context.Context, c notify.StreamCopy, now time.Time) (notify.StreamCopy, bool, error)
	// SaveCopy writes how far it has come; ErrConflict when another has the lease.
	SaveCopy(ctx context.Context, c notify.StreamCopy, now time.Time) error
	// Corrections are those that wait, oldest first; Corrected removes one.
	Corrections(ctx context.Context, limit int, now time.Time) ([]notify.StreamCorrection, error)
	Corrected(ctx context.Context, id int64) error
}

// Sink is where the copy is.
type Sink interface {
	Insert(ctx context.Context, token string, rows []notify.DeliveryEvent) error
	Correct(ctx context.Context, from, to string) error
}

// Observer hears how the copying goes.
type Observer interface {
	Copied(rows int, took time.Duration)
	CopyFailed()
}

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

// release gives the lease back, so that the next process need not wait for its end.
func (e *Exporter) release(ctx context.Context) {
	if e.held.Owner == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	e.held.LeaseUntil = 0
	if err := e.Books.SaveCopy(ctx, e.held, e.Clock.Now()); err != nil && !errors.Is(err, notify.ErrConflict) {
		e.Log.Warn("give back the lease of the copy", "error", err)
	}
	e.holds.Store(false)
	e.held = notify.StreamCopy{}
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

// hold takes the lease, or keeps it when half of it has passed.
func (e *Exporter) hold(ctx context.Context) (bool, error) {
	now := e.Clock.Now()
	if e.held.Owner != "" && now.Add(lease/2).UnixMicro() < e.held.LeaseUntil {
		return true, nil
	}
	c, ours, err := e.Books.HoldCopy(ctx, notify.StreamCopy{Name: cmp.Or(e.Copy, CopyName), Owner: e.Name, LeaseUntil: now.Add(lease).UnixMicro()}, now)
	if err != nil || !ours {
		e.holds.Store(false)
		e.held = notify.StreamCopy{}
		return false, err
	}
	e.held = c
	e.holds.Store(true)
	return true, nil
}

func (e *Exporter) save(ctx context.Context) error {
	now := e.Clock.Now()
	e.held.LeaseUntil = now.Add(lease).UnixMicro()
	return e.Books.SaveCopy(ctx, e.held, now)
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

// disguise replaces people by a hash that nobody can turn back without the key.
func (e *Exporter) disguise(rows []notify.DeliveryEvent) {
	for i := range rows {
		rows[i].Recipient = e.disguised(rows[i].Recipient)
	}
}

func (e *Exporter) disguised(recipient string) string {
	if len(e.HashKey) == 0 || recipient == "" {
		return recipient
	}
	mac := hmac.New(sha256.New, e.HashKey)
	mac.Write([]byte(recipient))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// correct changes people in what was copied. What was read ahead is dropped: it
// may know them still.
func (e *Exporter) correct(ctx context.Context) error {
	list, err := e.Books.Corrections(ctx, 100, e.Clock.Now())
	if err != nil {
		return err
	}
	for _, c := range list {
		e.drain()
		if err := e.Sink.Correct(ctx, e.disguised(c.Recipient), e.disguised(c.Becomes)); err != nil {
			return fmt.Errorf("correct a recipient in ClickHouse: %w", err)
		}
		if err := e.Books.Corrected(ctx, c.ID); err != nil {
			return err
		}
	}
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
