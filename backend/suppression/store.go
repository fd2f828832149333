package suppression

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping suppressions needs of the database.
type Store interface {
	Suppressions(ctx context.Context, f Filter, p notify.Page) ([]notify.Suppression, string, error)
	// AddSuppression keeps the first one when the address is suppressed already.
	AddSuppression(ctx context.Context, s notify.Suppression, now time.Time) (notify.Suppression, error)
	RemoveSuppression(ctx context.Context, id string) error
}

// Filter picks suppressions; empty fields do not filter.
type Filter struct {
	Channel notify.Channel
	Address string
	Reason  notify.SuppressionReason
}
