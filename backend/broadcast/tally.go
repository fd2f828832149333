package broadcast

import (
	"context"
	"time"
)

const (
	// manyMessages is from how many messages on counting takes long enough to be
	// kept: up to there every question is answered by a count of its own.
	manyMessages = 20_000
	// tallyLeast and tallyShare are how old a tally gets before it is counted anew:
	// some time, and some times what the last count took.
	tallyLeast = time.Second
	tallyShare = 5
	// tallyMost bounds one count.
	tallyMost = 2 * time.Minute
)

// Tally is a progress as it was once counted.
type Tally struct {
	Progress Progress
	At       time.Time
	// Took is how long counting took.
	Took time.Duration
}

// due reports whether it is to be counted anew.
func (t Tally) due(now time.Time) bool { return now.Sub(t.At) >= max(tallyLeast, t.Took*tallyShare) }

// Progress says how far a broadcast has come. Of a large one it says what was counted
// last, and has it counted anew when that is due: a question waits for no count.
func (d *Desk) Progress(ctx context.Context, id string) (Progress, error) {
	b, err := d.Store.Broadcast(ctx, id)
	if err != nil {
		return Progress{}, err
	}
	last, kept, err := d.Store.BroadcastTally(ctx, id)
	if err != nil {
		return Progress{}, err
	}
	if !kept || b.EventID == "" {
		return d.count(ctx, b)
	}
	due := last.due(d.Clock.Now())
	if due {
		d.recount(ctx, b)
	}
	p := last.Progress
	p.State, p.People, p.CountedAt = b.State, b.People, last.At
	p.Stale = due || last.At.Before(b.UpdatedAt)
	return p, nil
}

// count counts what became of a broadcast, and keeps it when that was much.
func (d *Desk) count(ctx context.Context, b Broadcast) (Progress, error) {
	at, begun := d.Clock.Now(), time.Now()
	p, err := d.Store.BroadcastProgress(ctx, b)
	if err != nil {
		return p, err
	}
	p.CountedAt = at
	if p.Messages >= d.many() {
		err = d.Store.KeepTally(ctx, b.ID, Tally{Progress: p, At: at, Took: time.Since(begun)})
	}
	return p, err
}

func (d *Desk) many() int {
	if d.Many > 0 {
		return d.Many
	}
	return manyMessages
}

// recount counts a broadcast behind the back of whoever asked, once at a time.
func (d *Desk) recount(ctx context.Context, b Broadcast) {
	if _, busy := d.counting.LoadOrStore(b.ID, true); busy {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tallyMost)
	go func() {
		defer d.counting.Delete(b.ID)
		defer cancel()
		if _, err := d.count(ctx, b); err != nil {
			d.Log.Warn("count the messages of a broadcast", "broadcast", b.ID, "error", err)
		}
	}()
}
