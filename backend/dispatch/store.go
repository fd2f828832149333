package dispatch

import (
	"context"
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Store is what dispatching needs of the database.
type Store interface {
	// Accepted returns those of the events that are accepted and due. Nobody owns
	// them: who saves first has dispatched them.
	Accepted(ctx context.Context, ids []string, now time.Time) ([]notify.Event, error)
	// Audience returns the next page of distinct recipients among the given ids,
	// the members of the groups and those who fit the segments when they are asked
	// for, ordered by id and greater than After.
	Audience(ctx context.Context, q AudienceQuery) ([]Selected, error)
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
	Segments   []string
	// Broadcast asks for its frozen audience and nobody else.
	Broadcast string
	// Now is the time that rules count days from.
	Now   time.Time
	After string
	Limit int
}

// whole reports whether the audience is the given ids and nobody else.
func (q AudienceQuery) whole() bool { return len(q.Groups)+len(q.Segments) == 0 && q.Broadcast == "" }

// Selected is a recipient and what brought them in: "group:ops", "segment:beta",
// or nothing when the event named them. Data is laid over the event's for them.
type Selected struct {
	ID, By string
	Data   json.RawMessage
}

// Person is a recipient and all that decides about messages to them.
type Person struct {
	notify.Recipient
	// Asked is the id by which they were asked for, when they were merged into
	// another: the rest is who they became.
	Asked       string
	Preferences notify.Preferences
	// Consent is the newest record of the consent log about the person.
	Consent int64
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
	// Runs are those that wait at a step over time. The store answers what they
	// ask for: a place in a digest, a ticket of a throttle.
	Runs []notify.Run
	// Stops are the runs that the events end.
	Stops []Stop
	// Behind waits for the page of the same audience that is saved before this one,
	// and reports whether it was: if not, this one is not saved either. What can be
	// undone may be done before it is asked. Nil where no page is.
	Behind func() bool
	// Owned hears, if the store can tell, that nobody else can take the event before
	// this batch is saved or is not.
	Owned func()
}

// Stop ends runs because of an event.
type Stop struct {
	EventID  string
	Runs     []string
	Decision notify.Decision
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
	// Due is when the next page may be made; zero is at once.
	Due time.Time
	// Unwatched says that the page before is watched still.
	Unwatched bool
	// Soon says that whoever makes this page hands the next one on when it is due.
	Soon bool
}
