package notify

import (
	"encoding/json"
	"time"
)

// Notification is one workflow run for one recipient.
type Notification struct {
	ID              string       `json:"id"`
	EventID         string       `json:"event_id"`
	Recipient       RecipientRef `json:"recipient"`
	Workflow        string       `json:"workflow"`
	WorkflowVersion int          `json:"workflow_version"`
	Category        string       `json:"category"`
	Priority        Priority     `json:"priority"`
	Decisions       []Decision   `json:"decisions"`
	TraceID         string       `json:"trace_id"`
	CreatedAt       time.Time    `json:"created_at"`
}

// TemplateRef pins the version a message was made with.
type TemplateRef struct {
	Key     string `json:"key"`
	Version int    `json:"version"`
	Locale  string `json:"locale"`
}

// Message is one rendered content for one recipient on one channel: the unit of
// truth.
type Message struct {
	ID             string `json:"id"`
	NotificationID string `json:"notification_id"`
	EventID        string `json:"event_id"`
	TraceID        string `json:"trace_id"`
	Source         string `json:"source"`
	// Broadcast is the one it belongs to, if any.
	Broadcast  string       `json:"broadcast,omitempty"`
	Tenant     string       `json:"tenant,omitempty"`
	Recipient  RecipientRef `json:"recipient"`
	Channel    Channel      `json:"channel"`
	Address    string       `json:"address"`
	Workflow   string       `json:"workflow"`
	Category   string       `json:"category"`
	Priority   Priority     `json:"priority"`
	Critical   bool         `json:"critical"`
	Status     Status       `json:"status"`
	SkipReason SkipReason   `json:"skip_reason,omitempty"`
	Template   TemplateRef  `json:"template"`
	// Integration is the one last tried; empty before the first attempt.
	Integration       string  `json:"integration"`
	ProviderMessageID string  `json:"provider_message_id,omitempty"`
	Content           Content `json:"content"`
	SizeBytes         int     `json:"size_bytes"`
	// Parts is in how many billed parts a text message goes out; zero elsewhere.
	Parts     int             `json:"parts,omitempty"`
	Ambiguity AmbiguityPolicy `json:"-"`
	// ErrorCode and ErrorDetail are the last attempt's, for the Failures page.
	ErrorCode   string    `json:"error_code,omitempty"`
	ErrorDetail string    `json:"error_detail,omitempty"`
	Outcome     Outcome   `json:"outcome,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	SentAt      time.Time `json:"sent_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
	// DueAt is when it may next be claimed.
	DueAt time.Time `json:"due_at,omitzero"`
	// HeldFor is why it waits; set until its preferences were asked again.
	HeldFor HoldReason `json:"held_for,omitempty"`
	// Gather asks for a place in the recipient's digest when it is saved.
	Gather *Gathering `json:"-"`
	// Caps are those it must stay below when it is saved.
	Caps []WishCap `json:"-"`
	// AttemptID is the attempt that holds the claim while Status is sending.
	AttemptID string `json:"-"`
	// Attempts counts tries of the current run; a replay starts again at zero.
	// AttemptNumber counts all there ever were.
	Attempts      int `json:"-"`
	AttemptNumber int `json:"-"`
	// Deferrals counts waits that cost no attempt: rate limits, open breakers.
	Deferrals int `json:"-"`
	// Next is the integration to try next, set on failover.
	Next string `json:"-"`
}

// Gathering is the digest that a message waits in, and when that leaves.
type Gathering struct {
	Scope    string
	ClosesAt time.Time
}

// IsTest reports whether the message is of a test run of a workflow.
func (m Message) IsTest() bool { return m.Source == TestSource }

// Attempt is one try to hand a message to one integration. The row is written
// before the call.
type Attempt struct {
	ID          string    `json:"id"`
	MessageID   string    `json:"-"`
	Number      int       `json:"number"`
	Integration string    `json:"integration"`
	Outcome     Outcome   `json:"outcome,omitempty"` // empty while under way
	ErrorCode   string    `json:"error_code,omitempty"`
	ErrorDetail string    `json:"error_detail,omitempty"`
	StartedAt   time.Time `json:"started_at"`
	EndedAt     time.Time `json:"ended_at,omitzero"`
	// NextAttemptAt is set when a further try was planned.
	NextAttemptAt time.Time `json:"next_attempt_at,omitzero"`
}

// Change is one row of message_events: a state change, an engagement or a note.
// The rows of a message are its timeline; all rows are the analytics stream.
type Change struct {
	Seq       int64
	MessageID string
	At        time.Time
	// Kind is created, a Status, an Engagement, or one of the notes: attempt,
	// retry, failover, deferred, receipt, replayed, resent, recalled,
	// not_recalled, redacted.
	Kind string
	// Detail is a small JSON object whose keys depend on Kind.
	Detail json.RawMessage
}

// Integration is one configured account of a provider. Settings are sealed at
// rest and never leave in plain text.
type Integration struct {
	ID       string  `json:"id"`
	Provider string  `json:"provider"`
	Name     string  `json:"name"`
	Channel  Channel `json:"channel"`
	// Order is the place in the failover list of its channel, lowest first;
	// Weight shares the traffic among those of equal order.
	Order   int  `json:"order"`
	Weight  int  `json:"weight"`
	Enabled bool `json:"enabled"`
	// PausedReason is set when Clarion itself stopped using it, for example
	// after the vendor refused the credential.
	PausedReason string `json:"paused_reason,omitempty"`
	// Sandbox sends to the vendor in the box instead of the real one; refused
	// in production.
	Sandbox  bool              `json:"sandbox"`
	Settings map[string]string `json:"-"`
	// PerSecond limits the calls; zero means no limit. Concurrency is the size
	// of its bulkhead; zero means the default.
	PerSecond   int `json:"per_second"`
	Concurrency int `json:"concurrency"`
	// PerDay limits the calls of one day of UTC; zero means no limit.
	PerDay int `json:"per_day"`
	// Categories are the only ones it carries; none means all.
	Categories []string `json:"categories,omitempty"`
	// Countries are the only calling codes it reaches, such as +44, where an
	// address is a phone number; none means all.
	Countries []string `json:"countries,omitempty"`
	// ReceiptWithin is how many seconds a message may stay without word of its
	// delivery before it goes out by another integration as well; zero means for
	// ever.
	ReceiptWithin int `json:"receipt_within_seconds"`
	// UnitCostMicros is what a message, or a part of a text message, costs by
	// estimate, in millionths of the currency the house reckons in.
	UnitCostMicros int64     `json:"unit_cost_micros"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
}

// InboxItem is a message as the in-app feed shows it.
type InboxItem struct {
	ID          string `json:"id"`
	RecipientID string `json:"-"`
	MessageID   string `json:"message_id"`
	// Offset orders the recipient's feed and is what a client resumes from.
	Offset       int64             `json:"offset"`
	Category     string            `json:"category"`
	Title        string            `json:"title"`
	Body         string            `json:"body"`
	URL          string            `json:"url,omitempty"`
	Actions      []Action          `json:"actions,omitempty"`
	Data         map[string]string `json:"data,omitempty"`
	CreatedAt    time.Time         `json:"created_at"`
	SeenAt       time.Time         `json:"seen_at,omitzero"`
	ReadAt       time.Time         `json:"read_at,omitzero"`
	ArchivedAt   time.Time         `json:"archived_at,omitzero"`
	SnoozedUntil time.Time         `json:"snoozed_until,omitzero"`
}
