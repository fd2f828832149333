package report

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"clarion/backend/notify"
)

// Books keep the roll-ups.
type Books interface {
	// StreamTip returns the newest row and who may yet add one before it.
	StreamTip(ctx context.Context) (notify.StreamTip, error)
	// RollUp counts rows up to a place of the stream, a batch of them, each row
	// once whoever else counts, and returns how many it counted.
	RollUp(ctx context.Context, upTo int64) (int, error)
}

// rollEvery is how often the roll-ups catch up; until then reports read the rows
// themselves.
const rollEvery = 10 * time.Second

// Roller keeps the roll-ups. It counts only up to a row before which none can
// come any more: everybody who was writing when that row was seen has ended.
type Roller struct {
	Books Books
	Log   *slog.Logger
	tip   *notify.StreamTip
}

// Run rolls until ctx is done.
func (r *Roller) Run(ctx context.Context) {
	ticker := time.NewTicker(rollEvery)
	defer ticker.Stop()
	for {
		if _, err := r.Pass(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("count for reports; going on later", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Pass counts all that can be counted, and returns how many rows that were. What
// was new at one pass is settled at the next, unless somebody still writes.
func (r *Roller) Pass(ctx context.Context) (int, error) {
	now, err := r.Books.StreamTip(ctx)
	if err != nil {
		return 0, err
	}
	if r.tip == nil {
		r.tip = &now
	}
	r.tip.Writers = slices.DeleteFunc(r.tip.Writers, func(w string) bool { return !slices.Contains(now.Writers, w) })
	if len(r.tip.Writers) > 0 {
		return 0, nil
	}
	upTo := r.tip.Seq
	r.tip = &now
	all := 0
	for {
		n, err := r.Books.RollUp(ctx, upTo)
		all += n
		if err != nil || n == 0 || ctx.Err() != nil {
			return all, err
		}
	}
}
