package notify

import (
	"encoding/json"
	"time"
)

// EventStatus is where an accepted event is on its way to messages.
type EventStatus string

// The statuses of an event.
const (
	EventHeld       EventStatus = "held" // send_at lies ahead
	EventAccepted   EventStatus = "accepted"
	EventDispatched EventStatus = "dispatched"
	EventCancelled  EventStatus = "cancelled"
	// EventFailed could not be dispatched through a fault of ours; Error says
	// which, and it can be dispatched again.
	EventFailed EventStatus = "failed"
)

// ConfidentialSource is the source of what the house itself sends for one pair
// of eyes only, such as a link that lets in. Nobody else is shown its content.
const ConfidentialSource = "clarion.confidential"

// Event is a fact a source reported, or a direct notification (Direct is set),
// which is an event whose one workflow is written in the request.
type Event struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Type   string `json:"type"`
	// IdempotencyKey is empty when the caller gave none. Fingerprint is a hash
	// of the request it came with.
	IdempotencyKey string          `json:"idempotency_key,omitempty"`
	Fingerprint    string          `json:"-"`
	To             []Target        `json:"to"`
	Data           json.RawMessage `json:"data"`
	Actor          string          `json:"actor,omitempty"`
	Tenant         string          `json:"tenant,omitempty"`
	// Priority is empty when the workflow decides.
	Priority  Priority        `json:"priority,omitempty"`
	SendAt    time.Time       `json:"send_at,omitzero"`
	ExpiresAt time.Time       `json:"expires_at,omitzero"`
	CancelKey string          `json:"cancel_key,omitempty"`
	Metadata  json.RawMessage `json:"metadata,omitempty"`
	TraceID   string          `json:"trace_id"`
	Direct    *Direct         `json:"direct,omitempty"`
	Status    EventStatus     `json:"status"`
	Error     string          `json:"error,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	// DispatchedAt is zero until all its messages are saved.
	DispatchedAt time.Time `json:"dispatched_at,omitzero"`
	// Cursor says how far a long audience has been dispatched.
	Cursor string `json:"-"`
}

// Target is one entry of an event's "to": exactly one field is set.
type Target struct {
	Recipient string `json:"recipient,omitempty"`
	Group     string `json:"group,omitempty"`
	Segment   string `json:"segment,omitempty"`
	// Broadcast is the frozen audience of one; no caller can name it.
	Broadcast string `json:"broadcast,omitempty"`
	// NotificationID is the id promised to the caller of a direct send.
	NotificationID string `json:"notification_id,omitempty"`
}

// TestSource is the source of test runs. No business system may have the name:
// what comes from it is delivered by sandbox integrations only.
const TestSource = "workflow-test"

// IsTest reports whether the event is a test run of a workflow.
func (e Event) IsTest() bool { return e.Source == TestSource }

// Broadcast is the id of the broadcast that the event sends, or nothing.
func (e Event) Broadcast() string {
	if len(e.To) == 1 {
		return e.To[0].Broadcast
	}
	return ""
}

// Direct is a send whose workflow is in the request: a template or ready content
// for some channels or, in a test run, a whole workflow.
type Direct struct {
	Template string    `json:"template,omitempty"`
	Content  *Content  `json:"content,omitempty"`
	Channels []Channel `json:"channels"`
	Category string    `json:"category,omitempty"`
	Workflow *Workflow `json:"workflow,omitempty"`
	// Address, when set, is the one address of the recipient this may go to.
	Address string `json:"address,omitempty"`
	// Pins are the versions of templates that were approved, by their keys; the
	// live one is used where there is none.
	Pins map[string]int `json:"pins,omitempty"`
	// PerSecond is how many recipients of a long audience are let through in a
	// second; zero is as many as go. Window is when any are.
	PerSecond float64 `json:"per_second,omitempty"`
	Window    *Window `json:"window,omitempty"`
	// Test says in the words themselves that it is a test.
	Test bool `json:"test,omitempty"`
}
