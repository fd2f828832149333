package analytics

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// RebuildName is the copy that a rebuild fills beside the one that reports read.
const RebuildName = "delivery_events_fresh"

// The phases of a copy. While one is filling, people are corrected nowhere; while
// one is being replaced, nobody adds to it.
const (
	filling   = "filling"
	replacing = "replacing"
)

// rebuilt are the tables of a set, and fillers the views that fill the counts.
var (
	rebuilt = []string{"delivery_events", "delivery_minutes", "delivery_hours", "delivery_days"}
	fillers = []string{"to_delivery_minutes", "to_delivery_hours", "to_delivery_days"}
)

// Phases are what a rebuild says to whoever follows the stream meanwhile.
type Phases interface {
	// ReadCopy returns how far a copy has come, without its lease.
	ReadCopy(ctx context.Context, name string) (notify.StreamCopy, error)
	// SetCopyPhase begins or ends a phase; in one that is not empty nobody begins
	// a batch, and what is under way is finished.
	SetCopyPhase(ctx context.Context, name, phase string) error
	// ReplaceCopy makes the first copy stand where the second does, ends its phase
	// and forgets the second.
	ReplaceCopy(ctx context.Context, name, by string) error
	// BeginCopy begins a copy anew, in a phase, under the owner's lease; false when
	// another holds it.
	BeginCopy(ctx context.Context, c notify.StreamCopy, now time.Time) (bool, error)
}

// Rebuilder fills a fresh set of tables from the whole stream, beside the one
// that reports read and that is followed meanwhile, and then swaps them.
type Rebuilder struct {
	Exporter  *Exporter
	Phases    Phases
	Warehouse *Warehouse
	// Say is told how far it is.
	Say func(format string, args ...any)
}

// errBusy says that somebody rebuilds already.
var errBusy = errors.New("a rebuild is under way already; if it died, its lease ends within a minute")

// Run rebuilds. What is cut short leaves the old tables as they were; cut short in
// the midst of the swap, it must be run again.
func (r *Rebuilder) Run(ctx context.Context) error {
	e := r.Exporter
	now := e.Clock.Now()
	ours, err := r.Phases.BeginCopy(ctx, notify.StreamCopy{
		Name: RebuildName, Phase: filling, Owner: e.Name, LeaseUntil: now.Add(lease).UnixMicro(),
	}, now)
	if err != nil {
		return err
	}
	if !ours {
		return errBusy
	}
	if err := r.Warehouse.Migrate(ctx); err != nil {
		return err
	}
	if err := r.Warehouse.makeFresh(ctx); err != nil {
		return err
	}
	e.Copy, e.Sink, e.Books = RebuildName, freshSink{r.Warehouse}, uncorrected{e.Books}
	e.Prepare = func(context.Context) error { return nil }
	if err := r.fill(ctx); err != nil {
		return err
	}
	r.Say("the fresh tables have all that there was; waiting for the batch that is under way\n")
	if err := r.freeze(ctx); err != nil {
		return err
	}
	if err := r.fill(ctx); err != nil {
		return errors.Join(err, r.Phases.SetCopyPhase(context.WithoutCancel(ctx), CopyName, ""))
	}
	if err := r.Warehouse.swap(ctx); err != nil {
		return fmt.Errorf("%w; run the rebuild again", err)
	}
	return r.Phases.ReplaceCopy(ctx, CopyName, RebuildName)
}

// fill copies until a batch finds no more.
func (r *Rebuilder) fill(ctx context.Context) error {
	for {
		full, err := r.Exporter.Step(ctx)
		if err != nil {
			return err
		}
		if !full {
			return nil
		}
		r.Say("copied up to row %d\n", r.Exporter.held.Seq)
	}
}

// freeze makes everybody stop adding to the copy that is replaced. A batch that
// was announced and whose process died is over when its lease is.
func (r *Rebuilder) freeze(ctx context.Context) error {
	if err := r.Phases.SetCopyPhase(ctx, CopyName, replacing); err != nil {
		return err
	}
	for {
		c, err := r.Phases.ReadCopy(ctx, CopyName)
		if err != nil {
			return err
		}
		if c.Token == "" || r.Exporter.Clock.Now().UnixMicro() > c.LeaseUntil {
			return nil
		}
		if !pause(ctx, pace/10) {
			return ctx.Err()
		}
	}
}

// freshSink adds to the fresh tables.
type freshSink struct{ *Warehouse }

// Insert adds the rows once, however often the same token comes.
func (f freshSink) Insert(ctx context.Context, token string, rows []notify.DeliveryEvent) error {
	return f.insertInto(ctx, "delivery_events"+fresh, token, rows)
}

// uncorrected are books in which no corrections stand: the rows are read as they
// are now, and what changes meanwhile is corrected after the swap.
type uncorrected struct{ Books }

// Corrections are none.
func (uncorrected) Corrections(context.Context, int, time.Time) ([]notify.StreamCorrection, error) {
	return nil, nil
}
