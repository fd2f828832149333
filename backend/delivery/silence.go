package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// silentPage is how many lists of messages without a receipt one look takes.
const silentPage = 64

// Silences finds messages of which nothing was heard in time.
type Silences interface {
	// Silent returns the messages of whose delivery word was due.
	Silent(ctx context.Context, now time.Time, limit int) (Silence, error)
	// Redirect queues messages again for the integration named in each, where
	// they are still sent by the same attempt. It returns references to those.
	Redirect(ctx context.Context, list []Redirection, now time.Time) ([]Ref, error)
	// Heed drops lists that were seen to.
	Heed(ctx context.Context, lists []int64) error
}

// Silence is what a look for missing receipts has found.
type Silence struct {
	// Messages are still sent; Lists named them and those that were heard of.
	Messages []notify.Message
	Lists    []int64
	// Counts is how many receipts of each integration were due and missing.
	Counts []ReceiptCount
}

// Redirection sends a message out once more, another way.
type Redirection struct {
	MessageID string
	// AttemptNumber is the attempt after which nothing was heard.
	AttemptNumber int
	Next          string
	Detail        json.RawMessage
}

// CheckSilence sends messages that stayed without a receipt for longer than
// their integration allows by the next one. Whoever sets such a time asks for
// it: the person may get the message twice, and the timeline says why. A message
// that must not be sent in doubt, or that has no other way, stays sent.
func (d *Deliverer) CheckSilence(ctx context.Context) error {
	for {
		now := d.Clock.Now()
		found, err := d.Silences.Silent(ctx, now, silentPage)
		if err != nil {
			return fmt.Errorf("find messages without a receipt: %w", err)
		}
		if err := d.Lateness.CountReceipts(ctx, found.Counts, now); err != nil {
			return fmt.Errorf("count receipts that were due: %w", err)
		}
		var redirections []Redirection
		for i := range found.Messages {
			if r, ok := d.redirection(ctx, &found.Messages[i]); ok {
				redirections = append(redirections, r)
			}
		}
		refs, err := d.Silences.Redirect(ctx, redirections, now)
		if err != nil {
			return fmt.Errorf("redirect %d messages without a receipt: %w", len(redirections), err)
		}
		waiting, ids := map[chunkKey][]string{}, make([]string, len(refs))
		for i, ref := range refs {
			key := chunkKey{ref.Priority, ref.Channel}
			waiting[key], ids[i] = append(waiting[key], ref.ID), ref.ID
		}
		d.enqueueAll(ctx, waiting)
		d.Observer.Changed(ctx, ids)
		if err := d.Silences.Heed(ctx, found.Lists); err != nil {
			return fmt.Errorf("drop lists of messages without a receipt: %w", err)
		}
		if len(found.Lists) < silentPage {
			return nil
		}
	}
}

func (d *Deliverer) redirection(ctx context.Context, m *notify.Message) (Redirection, bool) {
	if m.Ambiguity == notify.FailUnknown {
		return Redirection{}, false
	}
	next := d.after(ctx, *m, m.Integration)
	if next == "" {
		return Redirection{}, false
	}
	why, _ := json.Marshal(detail{"from": m.Integration, "to": next, "code": "no_receipt",
		"detail": "No word of its delivery came in time."})
	return Redirection{m.ID, m.AttemptNumber, next, why}, true
}
