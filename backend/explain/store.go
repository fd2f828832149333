package explain

import (
	"context"
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Store is what explaining needs of the database. It only reads.
type Store interface {
	MessageStore
	EventStore
	RunStore
	BookStore
	ActivityStore
}

// MessageStore reads messages and what happened to them.
type MessageStore interface {
	// Messages returns a page, newest first, without Content, and the cursor of
	// the next page ("" at the end).
	Messages(ctx context.Context, f notify.MessageFilter, p notify.Page) ([]notify.Message, string, error)
	// Message returns one message, or notify.ErrNotFound.
	Message(ctx context.Context, id string) (notify.Message, error)
	Attempts(ctx context.Context, messageID string) ([]notify.Attempt, error)
	Changes(ctx context.Context, messageID string) ([]notify.Change, error)
}

// EventStore reads events and the notifications they became.
type EventStore interface {
	Event(ctx context.Context, id string) (notify.Event, error)
	Events(ctx context.Context, f EventFilter, p notify.Page) ([]notify.Event, string, error)
	// Outcomes counts an event's messages by status.
	Outcomes(ctx context.Context, eventID string) (map[notify.Status]int, error)
	Notification(ctx context.Context, id string) (notify.Notification, error)
	Notifications(ctx context.Context, f NotificationFilter, p notify.Page) ([]notify.Notification, string, error)
}

// RunStore reads where notifications stand whose workflows act over time.
type RunStore interface {
	// Run returns nil for a notification whose workflow does not.
	Run(ctx context.Context, notification string) (*Run, error)
}

// Run is where a notification stands, or stood last.
type Run struct {
	Status notify.RunStatus `json:"status"`
	Step   string           `json:"step"`
	Kind   notify.StepKind  `json:"kind"`
	// DueAt is when it goes on at the latest, Since when it came to the step.
	DueAt  time.Time `json:"due_at"`
	Since  time.Time `json:"since"`
	Awaits string    `json:"awaits,omitempty"`
	Digest string    `json:"digest,omitempty"`
	// Left are the steps that are left.
	Left []string `json:"left,omitempty"`
}

// BookStore counts.
type BookStore interface {
	// Ledger reads all counts in one snapshot.
	Ledger(ctx context.Context, f LedgerFilter) (LedgerCounts, error)
	// Causes groups dead letters by what went wrong, most frequent first.
	Causes(ctx context.Context, f notify.MessageFilter) ([]Cause, error)
}

// EventFilter picks events.
type EventFilter struct {
	Type, Source, Status, TraceID, Q string
	// Group and Segment are lists of people that the event names.
	Group, Segment string
	// Types are several types of which any will do.
	Types    []string
	From, To time.Time
}

// NotificationFilter picks notifications.
type NotificationFilter struct {
	Event, Recipient, Workflow string
	From, To                   time.Time
}

// LedgerFilter picks a part of the books, by the time a message was created.
type LedgerFilter struct {
	From, To time.Time
	Source   string
	Channel  notify.Channel
}

// LedgerCounts are read in one snapshot: Created from the append-only
// message_events, ByStatus from messages. That the two agree is the proof.
type LedgerCounts struct {
	Created  int
	ByStatus map[notify.Status]int
}

// Cause is a group of dead letters that failed for the same reason.
type Cause struct {
	Channel     notify.Channel `json:"channel"`
	Integration string         `json:"integration"`
	Outcome     notify.Outcome `json:"outcome"`
	ErrorCode   string         `json:"error_code"`
	ErrorDetail string         `json:"error_detail"`
	Template    string         `json:"template"`
	Count       int            `json:"count"`
	FirstAt     time.Time      `json:"first_at"`
	LastAt      time.Time      `json:"last_at"`
	SampleID    string         `json:"sample_id"`
}

// TimelineEntry is one line of a message's story.
type TimelineEntry struct {
	At     time.Time       `json:"at"`
	Kind   string          `json:"kind"`
	Detail json.RawMessage `json:"detail"`
}
