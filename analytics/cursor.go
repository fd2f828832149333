package analytics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"clarion/backend/notify"
)

// A row gets its place before its transaction commits, so a later place may be
// seen first. Whoever takes a place holds a lock on the table from before until
// the commit is visible; so once all who held it when a row was seen are gone,
// every place up to that row is taken for good or given up.

// next returns the next rows that may be copied and up to which place they are
// all there is.
func (e *Exporter) next(ctx context.Context) ([]notify.DeliveryEvent, int64, error) {
	after := e.held.Seq
	if got, ok := e.fromAhead(after); ok {
		return whole(got.rows, e.settled, got.err)
	}
	if e.settled <= after {
		if err := e.settle(ctx); err != nil {
			return nil, after, err
		}
	}
	if e.settled > after {
		rows, err := e.Stream.DeliveryEvents(ctx, after, e.settled, BatchRows)
		return whole(rows, e.settled, err)
	}
	if e.tip == nil || e.tip.Seq <= after {
		return nil, after, nil
	}
	// Somebody takes long. What has no gap before it can go.
	rows, err := e.Stream.DeliveryEvents(ctx, after, e.tip.Seq, BatchRows)
	if err != nil {
		return nil, after, err
	}
	rows = unbroken(rows, after)
	if len(rows) == 0 {
		return nil, after, nil
	}
	return rows, rows[len(rows)-1].Seq, nil
}

// whole says how far rows reach: a batch that is not full reaches as far as was
// asked, over places that were given up.
func whole(rows []notify.DeliveryEvent, upTo int64, err error) ([]notify.DeliveryEvent, int64, error) {
	if len(rows) == BatchRows {
		upTo = rows[len(rows)-1].Seq
	}
	return rows, upTo, err
}

// unbroken are the rows before the first gap.
func unbroken(rows []notify.DeliveryEvent, after int64) []notify.DeliveryEvent {
	for i, row := range rows {
		if row.Seq != after+int64(i)+1 {
			return rows[:i]
		}
	}
	return rows
}

// settle moves the settled place to the tip, unless somebody who was writing when
// the tip was seen still is after a short while.
func (e *Exporter) settle(ctx context.Context) error {
	if e.tip == nil {
		tip, err := e.Stream.StreamTip(ctx)
		if err != nil {
			return err
		}
		e.tip = &tip
	}
	for waited := time.Duration(0); len(e.tip.Writers) > 0 && waited < cmp.Or(e.Patience, patience); waited += look {
		if !pause(ctx, look) {
			return ctx.Err()
		}
		now, err := e.Stream.StreamTip(ctx)
		if err != nil {
			return err
		}
		e.tip.Writers = slices.DeleteFunc(e.tip.Writers, func(w string) bool { return !slices.Contains(now.Writers, w) })
	}
	if len(e.tip.Writers) == 0 {
		e.settled, e.tip = max(e.settled, e.tip.Seq), nil
	}
	return nil
}

// readAhead reads the batch after the one that is being inserted.
func (e *Exporter) readAhead(ctx context.Context, after int64) {
	if after >= e.settled {
		return
	}
	ahead, upTo := make(chan read, 1), e.settled
	e.ahead, e.aheadOf = ahead, after
	go func() {
		rows, err := e.Stream.DeliveryEvents(ctx, after, upTo, BatchRows)
		ahead <- read{rows, err}
	}()
}

// fromAhead hands over what was read ahead, if it is what comes next.
func (e *Exporter) fromAhead(after int64) (read, bool) {
	if e.ahead == nil {
		return read{}, false
	}
	got := <-e.ahead
	e.ahead = nil
	return got, e.aheadOf == after
}

// drain drops what was read ahead.
func (e *Exporter) drain() {
	if e.ahead != nil {
		<-e.ahead
		e.ahead = nil
	}
}
