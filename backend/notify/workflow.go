package notify

import (
	"encoding/json"
	"time"
)

// Workflow is what an event type starts: one live, immutable version.
type Workflow struct {
	Key string `json:"key"`
	// EventType is the type of event that starts it.
	EventType string   `json:"event_type"`
	Name      string   `json:"name"`
	Category  string   `json:"category"`
	Priority  Priority `json:"priority"`
	// Critical workflows pass over preferences that are not mandatory by law:
	// an opt-out or quiet hours do not stop them; a suppression does.
	Critical bool `json:"critical"`
	// ExpiresAfterSeconds is counted from the event; zero means never.
	ExpiresAfterSeconds int `json:"expires_after_seconds"`
	// Enabled is false when a member paused it: its messages are skipped.
	Enabled bool   `json:"enabled"`
	Steps   []Step `json:"steps"`
	// CancelOn are the events that end what of it is still to come.
	CancelOn []CancelOn `json:"cancel_on,omitempty"`
	// EventSchema is the JSON Schema of the event's data; empty allows any.
	EventSchema json.RawMessage `json:"event_schema,omitempty"`
	Version     int             `json:"version"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

// Condition compares one value of the event or the recipient, or is a group of
// conditions: then either All or Any is set, and nothing else.
type Condition struct {
	// Field is a dotted path: data.total, recipient.data.tier, event.tenant.
	Field string `json:"field,omitempty"`
	// Op is one of eq, ne, gt, gte, lt, lte, in, not_in, contains, not_contains,
	// starts_with, ends_with, exists, not_exists.
	Op    string          `json:"op,omitempty"`
	Value json.RawMessage `json:"value,omitzero"`
	// All must hold, or at least one of Any.
	All []Condition `json:"all,omitempty"`
	Any []Condition `json:"any,omitempty"`
}

// Decision is one answer of the dispatch policy about one recipient, and, when
// Channel is set, about one channel. It is kept for ever with the notification.
type Decision struct {
	Step    string     `json:"step"`
	Channel Channel    `json:"channel,omitempty"`
	Outcome string     `json:"outcome"` // pass, skip, hold, stop, or the status that ended it: expired
	Reason  SkipReason `json:"reason,omitempty"`
	// Detail is a plain sentence; Rule names what decided, for a link to it,
	// such as category:marketing or suppression:sup_….
	Detail string `json:"detail,omitempty"`
	Rule   string `json:"rule,omitempty"`
	// At is when it was made, where that is not when the notification was; Until
	// is how long what is held waits at most.
	At    time.Time `json:"at,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Consent is the place in the consent log at which the recipient stood when
	// they were asked what they want; zero before they said anything.
	Consent int64 `json:"consent,omitzero"`
}
