package suppression

import (
	"context"

	"clarion/backend/notify"
)

// Suppressions keeps the list.
type Suppressions struct {
	Store Store
	Clock notify.Clock
}

// Add suppresses an address by hand or for a reason a caller knows.
func (s *Suppressions) Add(ctx context.Context, entry notify.Suppression) (notify.Suppression, error) {
	var faults notify.Invalid
	if !entry.Channel.Known() {
		faults.Add("channel", "unknown_channel", "must be a channel")
	}
	if entry.Address == "" {
		faults.Add("address", "required", "an address is required")
	}
	switch entry.Reason {
	case "":
		entry.Reason = notify.Manual
	case notify.Manual, notify.Bounce, notify.Complaint, notify.Unsubscribe:
	default:
		faults.Add("reason", "not_an_option", "must be manual, bounce, complaint or unsubscribe")
	}
	if err := faults.Err(); err != nil {
		return entry, err
	}
	entry.ID = notify.NewID(notify.SuppressionID)
	return s.Store.AddSuppression(ctx, entry, s.Clock.Now())
}

// List returns a page of the list.
func (s *Suppressions) List(ctx context.Context, f Filter, p notify.Page) ([]notify.Suppression, string, error) {
	return s.Store.Suppressions(ctx, f, p)
}

// Remove lets an address be contacted again.
func (s *Suppressions) Remove(ctx context.Context, id string) error {
	return s.Store.RemoveSuppression(ctx, id)
}
