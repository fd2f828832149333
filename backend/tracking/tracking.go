package tracking

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Accounts finds the integration a callback is for.
type Accounts interface {
	// Account returns notify.ErrNotFound when there is none.
	Account(ctx context.Context, id string) (notify.Account, error)
}

// Observer is told which messages a receipt changed.
type Observer interface {
	Changed(ctx context.Context, messageIDs []string)
}

// Tracker takes vendors' callbacks.
type Tracker struct {
	Store    Store
	Accounts Accounts
	Observer Observer
	Clock    notify.Clock
}

// Receive verifies a callback, applies what it says and returns what the vendor
// needs to hear. An error means that the vendor should try again, or that the
// callback is not the vendor's (notify.ErrUnauthenticated).
func (t *Tracker) Receive(ctx context.Context, integration string, r notify.CallbackRequest) (notify.CallbackAnswer, error) {
	account, err := t.Accounts.Account(ctx, integration)
	if err != nil {
		return notify.CallbackAnswer{}, err
	}
	receiver, ok := account.Sender.(notify.Receiver)
	if !ok {
		return notify.CallbackAnswer{}, fmt.Errorf("integration %s takes no callbacks: %w", integration, notify.ErrNotFound)
	}
	r.Now = t.Clock.Now()
	receipts, answer, err := receiver.Receive(ctx, r)
	if err != nil {
		return answer, fmt.Errorf("callback for %s: %w", integration, err)
	}
	if len(receipts) == 0 {
		return answer, nil
	}
	applied, err := t.Store.ApplyReceipts(ctx, integration, receipts, r.Now)
	if err != nil {
		return answer, fmt.Errorf("apply %d receipts for %s: %w", len(receipts), integration, err)
	}
	t.Observer.Changed(ctx, applied.Changed)
	return answer, nil
}

// Unpark tries receipts again that came before their message was known.
func (t *Tracker) Unpark(ctx context.Context, after time.Time) error {
	applied, err := t.Store.ApplyParked(ctx, after, t.Clock.Now())
	if err != nil {
		return fmt.Errorf("apply parked receipts: %w", err)
	}
	t.Observer.Changed(ctx, applied.Changed)
	return nil
}
