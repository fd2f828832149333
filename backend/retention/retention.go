// Package retention removes from the database what has ended long ago. It decides
// what may go and at what pace; how rows are found and removed is the store's part.
// What proves something - consents, the audit log, suppressions - is none of its
// business.
package retention

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

// Rules say for how many days things are kept; zero is for ever.
type Rules struct {
	Messages int
	Events   int
}

// Slice is one small piece of the work: rows after one id that are older than a
// time and whose story ends before a place of the stream.
type Slice struct {
	After  string
	Before time.Time
	// UpTo is the last place of the stream that everybody who reads it has.
	UpTo int64
}

// Done is what became of a slice. Next is empty when there was nothing left.
type Done struct {
	Next    string
	Removed int
}

// Store removes.
type Store interface {
	// RemoveMessages removes messages that ended, with all that is told of them.
	RemoveMessages(ctx context.Context, s Slice) (Done, error)
	// RemoveEvents removes events that ended and have no messages any more.
	RemoveEvents(ctx context.Context, s Slice) (Done, error)
	// RemoveQuotas removes what broadcasts without messages used of past months.
	RemoveQuotas(ctx context.Context, s Slice) (Done, error)
}

// Outlook is what there is, and what would go now.
type Outlook struct {
	// Messages and Events are counted up to Most each.
	Messages int
	Events   int
	// Removed are the messages that are gone, RemovedUntil when the youngest of
	// them was made.
	Removed      int64
	RemovedUntil time.Time
	// Oldest is when the oldest message was made that is still there.
	Oldest time.Time
}

// Most is up to how many rows an outlook counts.
const Most = 100_000

// Keeper removes what is too old, again and again.
type Keeper struct {
	Store Store
	Rules Rules
	// Settled is the last place of the stream that reports have counted and, where
	// there is ClickHouse, that was copied.
	Settled func(ctx context.Context) (int64, error)
	// Removed is told what went; nil where nobody counts.
	Removed func(kind string, n int)
	Clock   notify.Clock
	Log     *slog.Logger
}

// every is how often there is a look for what has become too old, the first time
// soon after the start, when the counts for reports have caught up.
const (
	every = time.Minute
	soon  = 15 * time.Second
)

// Run removes until ctx is done.
func (k *Keeper) Run(ctx context.Context) {
	if k.Rules == (Rules{}) {
		return
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	if !rest(ctx, soon) {
		return
	}
	for {
		if err := k.Pass(ctx); err != nil && ctx.Err() == nil {
			k.Log.Warn("remove what is too old; going on later", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Pass removes all that may go now, one slice after the other.
func (k *Keeper) Pass(ctx context.Context) error {
	upTo, err := k.Settled(ctx)
	if err != nil {
		return fmt.Errorf("find how far the stream was read: %w", err)
	}
	for _, part := range []struct {
		kind   string
		days   int
		remove func(context.Context, Slice) (Done, error)
	}{
		{"messages", k.Rules.Messages, k.Store.RemoveMessages}, {"events", k.Rules.Events, k.Store.RemoveEvents},
		{"quotas", k.Rules.Messages, k.Store.RemoveQuotas},
	} {
		if part.days == 0 {
			continue
		}
		slice := Slice{Before: k.Clock.Now().AddDate(0, 0, -part.days), UpTo: upTo}
		for {
			begun := time.Now()
			done, err := part.remove(ctx, slice)
			if err != nil {
				return err
			}
			if k.Removed != nil && done.Removed > 0 {
				k.Removed(part.kind, done.Removed)
			}
			if slice.After = done.Next; done.Next == "" {
				break
			}
			// The line comes first: four fifths of the time are its own.
			if !rest(ctx, min(4*time.Since(begun), 2*time.Second)) {
				return ctx.Err()
			}
		}
	}
	return nil
}

// rest waits; false when ctx ended meanwhile.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
