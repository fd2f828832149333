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
	// DueMessages looks at the lists of unfinished messages whose time has come:
	// it returns the queued and held messages that are due, held ones being
	// queued now, and those in sending whose lease ended. Each list is looked at
	// again after base × 2^sweeps, at most max.
	DueMessages(ctx context.Context, q Sweep) (Due[MessageRef], error)
	// DueEvents does the same for events, which nobody claims.
	DueEvents(ctx context.Context, q Sweep) (Due[EventRef], error)
	// DueRuns takes the runs over time whose time has come, in the same way.
	DueRuns(ctx context.Context, q Sweep) (Due[EventRef], error)
	// DueSagas does the same for sagas.
	DueSagas(ctx context.Context, q Sweep) (Due[EventRef], error)
	// AnyDue says of which of these any is due, in one statement that locks
	// nothing.
	AnyDue(ctx context.Context, now time.Time) (AnyDue, error)
}

// AnyDue says of what something is due.
type AnyDue struct{ Messages, Events, Runs, Sagas bool }

// DeadStore takes back what dead workers held.
type DeadStore interface {
	// Ping returns nil when the database answers.
	Ping(ctx context.Context) error
	// EndLeases makes all lists due that may hold something due: the queue or a
	// worker has lost its memory.
	EndLeases(ctx context.Context, now time.Time) error
	// Interrupted returns messages in sending whose worker has been silent since
	// the given time.
	Interrupted(ctx context.Context, silentSince time.Time, limit int) ([]notify.Message, error)
	// Bury removes silent workers from the list and returns how many. One that was
	// only asleep says so with its next beat; what it claims before then has a
	// lease.
	Bury(ctx context.Context, silentSince time.Time) (int, error)
}

// HeartStore knows which workers are alive.
type HeartStore interface {
	// Beat records that the worker is alive; Forget removes it at a clean stop.
	Beat(ctx context.Context, worker string, now time.Time) error
	Forget(ctx context.Context, worker string) error
}

// Sweep asks for due rows.
type Sweep struct {
	Now  time.Time
	Base time.Duration
	Max  time.Duration
	// Limit is how many lists one look takes.
	Limit int
}

// Due is what one look found.
type Due[Ref any] struct {
	Refs []Ref
	// Lapsed are messages in sending whose lease ended, whole, so that their
	// attempts can be finished as any other.
	Lapsed []notify.Message
	// More says that the limit was reached.
	More bool
}

// MessageRef is what the queue needs to know of a message.
type MessageRef struct {
	ID       string
	Channel  notify.Channel
	Priority notify.Priority
}

// EventRef is what the queue needs to know of an event, of a run or of a
// saga.
type EventRef struct {
	ID       string
	Priority notify.Priority
}
