package dispatch

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what dispatching needs of the database.
type Store interface {
	// Accepted returns those of the events that are accepted and due. Nobody owns
	// them: who saves first has dispatched them.
	Accepted(ctx context.Context, ids []string, now time.Time) ([]notify.Event, error)
	// Audience returns the next page of distinct recipient ids among the given
	// ids and the members of the groups, ordered by id and greater than After.
	Audience(ctx context.Context, q AudienceQuery) ([]string, error)
	// People loads recipients with all that decides about them. Ids that do not
	// exist are missing from the answer.
	People(ctx context.Context, ids []string) ([]Person, error)
	// Save stores the batch in one transaction. An event that is no longer
	// accepted, or whose cursor has moved, was dispatched or cancelled by others
	// meanwhile: it is left out together with its rows. It returns the ids of the
	// events it did save. Messages that would go over one of their caps it skips,
	// in the batch as well, counting where nobody else counts the same person's.
	Save(ctx context.Context, b Batch) ([]string, error)
}

// AudienceQuery asks for one page of an event's audience.
type AudienceQuery struct {
	Recipients []string
	Groups     []string
	After      string
	Limit      int
}

// Person is a recipient and all that decides about messages to them.
type Person struct {
	notify.Recipient
	Preferences notify.Preferences
	// Suppressions are those of the person's own addresses.
	Suppressions []notify.Suppression
}

// Batch is what one dispatch run decided, for one or more events.
type Batch struct {
	Now           time.Time
	Events        []EventDone
	Notifications []notify.Notification
	// Messages includes the skipped ones. For each the store also writes a
	// "created" row and a row of its first status to message_events; a queued
	// message gets its first queue lease until LeaseUntil.
	Messages   []notify.Message
	LeaseUntil time.Time
}

// EventDone is the new state of a dispatched event. Status is EventDispatched,
// EventAccepted with a Cursor when more pages follow, or EventFailed.
type EventDone struct {
	ID     string
	Status notify.EventStatus
	// From is the cursor the run began with, Cursor where the next one begins.
	From   string
	Cursor string
	Error  string
}
