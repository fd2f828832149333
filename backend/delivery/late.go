package delivery

import (
	"context"
	"math"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// lateHalf is how long it takes for half of what late receipts cost to come
	// back, and lateWindow how far back they count at all.
	lateHalf   = 2 * time.Minute
	lateWindow = 20 * time.Minute
	// lateFew are receipts that are taken to have come in time: few missing ones
	// tell little, and old ones less and less.
	lateFew = 5
	// lateAgain is how often a process looks.
	lateAgain = 5 * time.Second
)

// Lateness keeps, for all processes, how many receipts were due and how many had
// not come by then.
type Lateness interface {
	// CountReceipts adds up, for the minute in which now is.
	CountReceipts(ctx context.Context, list []ReceiptCount, now time.Time) error
	// ReceiptCounts returns what was counted since.
	ReceiptCounts(ctx context.Context, since time.Time) ([]ReceiptCount, error)
}

// ReceiptCount is how many receipts of an integration were due in a minute, and
// how many of those were missing.
type ReceiptCount struct {
	Integration  string
	At           time.Time
	Due, Missing int
}

// late is what is known of receipts that do not come, by integration: the part of
// its weight that each keeps.
type late struct {
	mu   sync.Mutex
	at   time.Time
	keep map[string]float64
}

func (l *late) of(integration string) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if keep, known := l.keep[integration]; known {
		return keep
	}
	return 1
}

// due reports whether it is time to look again, and says so to one caller only.
func (l *late) due(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.at.IsZero() && now.Sub(l.at) < lateAgain {
		return false
	}
	l.at = now
	return true
}

// take reckons what each keeps. All counts fade, and those few that came in time
// do not: so weight drifts back although an account that gets no traffic has no
// way to do better.
func (l *late) take(counts []ReceiptCount, now time.Time) {
	due, missing := map[string]float64{}, map[string]float64{}
	for _, c := range counts {
		fade := math.Exp2(-max(now.Sub(c.At), 0).Seconds() / lateHalf.Seconds())
		due[c.Integration] += fade * float64(c.Due)
		missing[c.Integration] += fade * float64(c.Missing)
	}
	keep := map[string]float64{}
	for id := range due {
		keep[id] = 1 - missing[id]/(due[id]+lateFew)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keep = keep
}

// heedReceipts learns how the receipts of the accounts fare, where any of them
// has a time for it.
func (d *Deliverer) heedReceipts(ctx context.Context, accounts []notify.Account) {
	timed := false
	for i := range accounts {
		timed = timed || accounts[i].ReceiptWithin > 0
	}
	now := d.Clock.Now()
	if !timed || !d.late.due(now) {
		return
	}
	counts, err := d.Lateness.ReceiptCounts(ctx, now.Add(-lateWindow))
	if err != nil {
		d.Log.Warn("read how receipts fare; going on with what is known", "error", err)
		return
	}
	d.late.take(counts, now)
}
