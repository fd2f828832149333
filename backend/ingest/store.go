package ingest

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what accepting an event needs of the database.
type Store interface {
	// SaveEvents stores all entries in one transaction: the recipients to be
	// upserted first, then the events that are not duplicates of a stored
	// (source, idempotency key) or of one another. It returns one Saved per
	// entry, in order. An error means that nothing was stored.
	SaveEvents(ctx context.Context, entries []Entry, now time.Time) ([]Saved, error)
	// Missing returns those recipient ids and keys of groups and segments that do
	// not exist. Erased recipients count as missing.
	Missing(ctx context.Context, recipients, groups, segments []string) (Unknown, error)
}

// Entry is one event on its way into the store.
type Entry struct {
	Event notify.Event
	// LeaseUntil is when the sweeper may put the event on the queue: shortly
	// after now, or at send_at for a held one.
	LeaseUntil time.Time
	// Upserts are the recipients given inline: non-empty fields and given
	// addresses replace what is stored, everything else stays. A channel that
	// is given replaces the addresses of that channel.
	Upserts []notify.Recipient
}

// Saved tells what became of an Entry.
type Saved struct {
	// ID, TraceID and To are those of the stored event: the first one when the
	// entry was a duplicate.
	ID      string
	TraceID string
	To      []notify.Target
	// Duplicate is true when an event with the key was stored before; KeyReused
	// when that one had another fingerprint.
	Duplicate bool
	KeyReused bool
}

// Unknown lists what was asked for and does not exist.
type Unknown struct {
	Recipients map[string]bool
	Groups     map[string]bool
	Segments   map[string]bool
}

// Canceller stops what has not been sent. It moves held and accepted events, held
// and queued messages and parked runs to cancelled, writes the message events,
// and returns how many of each it stopped. A message under way is not stopped.
type Canceller interface {
	CancelEvent(ctx context.Context, eventID string, now time.Time) (Cancelled, error)
	CancelByKey(ctx context.Context, source, cancelKey string, now time.Time) (Cancelled, error)
	CancelNotification(ctx context.Context, notificationID string, now time.Time) (Cancelled, error)
	CancelMessage(ctx context.Context, messageID string, now time.Time) (Cancelled, error)
}

// Cancelled counts what a cancellation stopped.
type Cancelled struct {
	Events   int `json:"events"`
	Messages int `json:"messages"`
	// Runs are workflow runs that waited for their next step.
	Runs int `json:"runs"`
}
