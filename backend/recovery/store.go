package recovery

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what the sweeper needs of the database.
type Store interface {
	DueStore
	DeadStore
	HeartStore
}

// DueStore finds rows that are due and that nobody looks after.
type DueStore interface {
	// DueMessages returns queued or held messages that are due and whose queue
	// lease has ended. Held ones become queued. Each gets a new lease of
	// base × 2^sweeps, at most max, and one sweep more.
	DueMessages(ctx context.Context, q Sweep) ([]MessageRef, error)
	// DueEvents does the same for held and accepted events.
	DueEvents(ctx context.Context, q Sweep) ([]EventRef, error)
	// EndLeases ends the queue leases of everything queued, held and accepted:
	// the queue has lost its memory.
	EndLeases(ctx context.Context, now time.Time) error
}

// DeadStore takes back what dead workers held.
type DeadStore interface {
	// TakeBackEvents returns events in dispatching whose lease ended or whose
	// worker is silent to accepted, with an ended lease.
	TakeBackEvents(ctx context.Context, now, silentSince time.Time) (int, error)
	// Interrupted returns messages in sending whose lease ended or whose worker
	// has been silent since the given time.
	Interrupted(ctx context.Context, now, silentSince time.Time, limit int) ([]notify.Message, error)
}

// HeartStore knows which workers are alive.
type HeartStore interface {
	// Beat records that the worker is alive; Forget removes it at a clean stop
	// together with workers silent for a day.
	Beat(ctx context.Context, worker string, now time.Time) error
	Forget(ctx context.Context, worker string, now time.Time) error
}

// Sweep asks for due rows.
type Sweep struct {
	Now   time.Time
	Base  time.Duration
	Max   time.Duration
	Limit int
}

// MessageRef is what the queue needs to know of a message.
type MessageRef struct {
	ID       string
	Channel  notify.Channel
	Priority notify.Priority
}

// EventRef is what the queue needs to know of an event.
type EventRef struct {
	ID       string
	Priority notify.Priority
}
