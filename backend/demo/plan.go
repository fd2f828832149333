package demo

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"clarion/backend/notify"
)

// Plan says what to make up. The same plan gives the same traffic.
type Plan struct {
	// Size is about how many delivery events there are: rows of all timelines.
	Size int
	// Days is how long the traffic lasted, Until when it ends.
	Days  int
	Seed  uint64
	Until time.Time
}

// The bounds of a plan.
const (
	maxSize = 20_000_000
	maxDays = 366
)

// Check reports what is wrong with the plan.
func (p Plan) Check() error {
	var faults notify.Invalid
	if p.Size < 1 || p.Size > maxSize {
		faults.Add("size", "out_of_range", fmt.Sprintf("must be 1 to %d", maxSize))
	}
	if p.Days < 1 || p.Days > maxDays {
		faults.Add("days", "out_of_range", fmt.Sprintf("must be 1 to %d", maxDays))
	}
	if p.Until.IsZero() {
		faults.Add("until", "required", "says when the traffic ends")
	}
	return faults.Err()
}

// Change is one row of a timeline.
type Change struct {
	notify.Change
	Channel notify.Channel
	Source  string
	// First marks the row that is also the message's entry in the books.
	First bool
}

// Message is a message that has come to its end.
type Message struct {
	notify.Message
	// DeadAt is when it became a dead letter.
	DeadAt time.Time
	// begun is set once its timeline has a row.
	begun bool
}

// Batch is a stretch of traffic. Its changes are in the order of their times, and
// later than those of the batches before.
type Batch struct {
	Events        []notify.Event
	Notifications []notify.Notification
	Messages      []Message
	Attempts      []notify.Attempt
	Changes       []Change
	Suppressions  []notify.Suppression
}

// Store keeps it.
type Store interface {
	PutCast(ctx context.Context, c Cast, now time.Time) error
	PutTraffic(ctx context.Context, b Batch) error
}

// Fill makes the plan up and stores it; it returns how many delivery events and
// messages that were.
func Fill(ctx context.Context, s Store, p Plan) (changes, messages int, err error) {
	if err := p.Check(); err != nil {
		return 0, 0, err
	}
	if err := s.PutCast(ctx, p.Cast(), p.start()); err != nil {
		return 0, 0, err
	}
	for b := range p.Traffic() {
		if err := s.PutTraffic(ctx, b); err != nil {
			return changes, messages, err
		}
		changes, messages = changes+len(b.Changes), messages+len(b.Messages)
	}
	return changes, messages, nil
}

func (p Plan) start() time.Time {
	return p.until().AddDate(0, 0, -p.Days)
}

// until is cut to what the databases keep.
func (p Plan) until() time.Time { return p.Until.UTC().Truncate(time.Microsecond) }

func (p Plan) random(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(p.Seed, stream)) }

// batchMessages is how many messages a batch has at least, except the last.
const batchMessages = 4000

// Traffic makes it up, from the first hour to the last.
func (p Plan) Traffic() iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		w := newWorld(p)
		hours := p.Days * 24
		var total, sofar float64
		for h := range hours {
			total += w.load(h)
		}
		for h := range hours {
			sofar += w.load(h)
			w.hour(h, int(sofar/total*float64(p.Size)))
			if len(w.batch.Messages) >= batchMessages || h == hours-1 {
				end := w.at(h + 1)
				if h == hours-1 {
					end = w.until.Add(time.Hour)
				}
				if !yield(w.flush(end)) {
					return
				}
			}
		}
	}
}
