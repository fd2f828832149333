package tracking

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what tracking needs of the database.
type Store interface {
	// ApplyReceipts stores the receipts, each once by (integration, DedupKey),
	// and applies the new ones in one transaction: the status where the
	// message's status is superseded (notify.Status.Supersedes), engagement and
	// notes as event rows, suppressions, invalid addresses. A receipt whose
	// message is not known yet stays parked. One that names a channel is about its
	// address alone: it suppresses it, or takes an unsubscription back.
	ApplyReceipts(ctx context.Context, integration string, receipts []notify.Receipt, now time.Time) (Applied, error)
	// ApplyParked tries the parked receipts received after the given time again.
	ApplyParked(ctx context.Context, after, now time.Time) (Applied, error)
}

// Applied tells what receipts did.
type Applied struct {
	// Changed are the messages whose status changed.
	Changed    []string
	Applied    int
	Duplicates int
	Parked     int
}
