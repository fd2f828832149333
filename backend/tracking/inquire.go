package tracking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

const (
	// inquireEvery is how often vendors that do not call back are asked.
	inquireEvery = 5 * time.Second
	// inquirePage bounds how many messages of one account are asked about in one
	// round. What is left over is asked about at its next age.
	inquirePage = 200
)

// inquireAges are how old messages are when their vendor is asked about them:
// soon, for those who wait, and then ever more seldom, for a day.
var inquireAges = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 23 * time.Hour}

// Span is a span of time; From is exclusive, To inclusive.
type Span struct{ From, To time.Time }

// Taken finds messages that a vendor has taken.
type Taken interface {
	// Taken returns messages that were made within one of the spans and are sent
	// or delivered by the integration, the newest first.
	Taken(ctx context.Context, integration string, spans []Span, limit int) ([]notify.Inquiry, error)
}

// Fleet lists the accounts in use.
type Fleet interface {
	List(ctx context.Context) ([]notify.Integration, error)
	Accounts
}

// Inquiries asks the vendors that tell only when they are asked.
type Inquiries struct {
	Tracker *Tracker
	Fleet   Fleet
	Taken   Taken
	Log     *slog.Logger

	last time.Time
}

// Run asks until ctx is done. Several processes that ask do no harm: a receipt
// counts once.
func (q *Inquiries) Run(ctx context.Context) {
	ticker := time.NewTicker(inquireEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := q.Ask(ctx); err != nil && ctx.Err() == nil {
			q.Log.Warn("ask vendors what became of messages", "error", err)
		}
	}
}

// Ask asks once about all messages that reached one of the ages since it asked
// last. What a vendor did not answer is asked about at the next age.
func (q *Inquiries) Ask(ctx context.Context) error {
	now := q.Tracker.Clock.Now()
	since := q.last
	if since.IsZero() || since.After(now) {
		since = now.Add(-inquireEvery)
	}
	q.last = now
	spans := make([]Span, len(inquireAges))
	for i, age := range inquireAges {
		spans[i] = Span{since.Add(-age), now.Add(-age)}
	}
	list, err := q.Fleet.List(ctx)
	if err != nil {
		return fmt.Errorf("list integrations: %w", err)
	}
	var faults []error
	for _, i := range list {
		// What is paused has no sender to ask with, or one whose vendor refuses it.
		if i.PausedReason == "" {
			faults = append(faults, q.ask(ctx, i.ID, spans))
		}
	}
	return errors.Join(faults...)
}

func (q *Inquiries) ask(ctx context.Context, integration string, spans []Span) error {
	account, err := q.Fleet.Account(ctx, integration)
	if err != nil {
		return fmt.Errorf("open integration %s: %w", integration, err)
	}
	inquirer, can := account.Sender.(notify.Inquirer)
	if !can {
		return nil
	}
	about, err := q.Taken.Taken(ctx, integration, spans, inquirePage)
	if err != nil || len(about) == 0 {
		return err
	}
	receipts, fault := inquirer.Inquire(ctx, about)
	if len(receipts) > 0 {
		applied, err := q.Tracker.Store.ApplyReceipts(ctx, integration, receipts, q.Tracker.Clock.Now())
		if err != nil {
			return fmt.Errorf("apply %d answers of %s: %w", len(receipts), integration, err)
		}
		q.Tracker.Observer.Changed(ctx, applied.Changed)
	}
	if fault != nil {
		return fmt.Errorf("ask %s about %d messages: %w", integration, len(about), fault)
	}
	return nil
}
