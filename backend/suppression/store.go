package suppression

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping suppressions needs of the database.
type Store interface {
	Reader
	Writer
}

// Reader finds suppressions.
type Reader interface {
	Suppressions(ctx context.Context, f Filter, p notify.Page) ([]notify.Suppression, string, error)
	// KnownSuppressions counts those whose address is suppressed already.
	KnownSuppressions(ctx context.Context, list []notify.Suppression) (int, error)
	Suppression(ctx context.Context, id string) (notify.Suppression, error)
	// EndedSuppressions returns those that block nothing any more.
	EndedSuppressions(ctx context.Context, f Filter, p notify.Page) ([]notify.Suppression, string, error)
}

// Writer adds and removes them.
type Writer interface {
	// AddSuppression keeps the first one when the address is suppressed already.
	AddSuppression(ctx context.Context, s notify.Suppression, now time.Time) (notify.Suppression, error)
	// AddSuppressions stores those whose address is not suppressed yet, all or
	// none, and returns how many.
	AddSuppressions(ctx context.Context, list []notify.Suppression, now time.Time) (int, error)
	// ReleaseSuppression ends an entry and returns it. Where it was the word of a
	// person, said is kept in the consent log about everybody whose address it is.
	ReleaseSuppression(ctx context.Context, id string, e notify.EndedSuppression, said notify.Consent) (notify.Suppression, error)
}

// Filter picks suppressions; empty fields do not filter.
type Filter struct {
	Channel notify.Channel
	// Address is a whole address; a mailbox is found in any case.
	Address string
	// Q is the beginning of an address, in either case.
	Q string
	// Recipient is whose addresses they are.
	Recipient string
	Reason    notify.SuppressionReason
	// Scope is a whole scope, or the kind of one.
	Scope notify.SuppressionScope
	// Ended asks for those that ended; How narrows to those that ended so.
	Ended bool
	How   notify.SuppressionEnd
}
