package audit

import (
	"context"
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// ActorKind says what kind of caller acted.
type ActorKind string

// The kinds of actors. House is a process of ours, by itself.
const (
	Member ActorKind = "member"
	APIKey ActorKind = "api_key"
	House  ActorKind = "house"
)

// ActorKinds is the closed list.
var ActorKinds = []ActorKind{Member, APIKey, House}

// Actor is who acted. Name is what they were called at that time.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id"`
	Name string    `json:"name"`
}

// Target is what was acted on.
type Target struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	// Name is what a member or an API key is called; it is no part of the record.
	Name string `json:"name,omitempty"`
}

// Outcome says how far a change is known to have gone.
type Outcome string

// The outcomes. Done is the empty one, so that records of old read as they did.
const (
	Done Outcome = ""
	// Unknown is a change that was begun and whose end nobody saw: the process
	// was killed, or the database stopped answering.
	Unknown Outcome = "unknown"
)

// Entry is what is to be recorded. Before and After are anything that can be
// written as JSON, or nil.
type Entry struct {
	// Begun is what Begin answered, or empty for what was not announced.
	Begun   string
	Outcome Outcome
	Actor   Actor
	Action  string
	Target  Target
	Before  any
	After   any
	TraceID string
	IP      string
}

// Record is one line of the log. Lists leave Before and After out.
type Record struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	Actor   Actor           `json:"actor"`
	Action  string          `json:"action"`
	Target  Target          `json:"target"`
	Before  json.RawMessage `json:"before,omitempty"`
	After   json.RawMessage `json:"after,omitempty"`
	TraceID string          `json:"trace_id"`
	IP      string          `json:"ip"`
	// Outcome is empty where the change is known to be done.
	Outcome Outcome `json:"outcome,omitempty"`
}

// Filter picks records. Empty fields do not filter; From is inclusive, To
// exclusive.
type Filter struct {
	// Actor is an id or a kind of actors.
	Actor string
	// Action is a whole action, or the part before its dot.
	Action string
	// Target is an id or a kind of targets.
	Target string
	// Q is part of a name, an action, an id, an address or a trace id.
	Q    string
	From time.Time
	To   time.Time
	// Documents asks for Before and After too.
	Documents bool
}

// Store is what the log needs of the database, which itself refuses to change
// or delete a record.
type Store interface {
	// AppendAudit stores r with the seal that seal makes of the newest record's
	// seal ("" for the first), and forgets its announcement. No other record comes
	// in between.
	AppendAudit(ctx context.Context, r Record, seal func(previous string) string) error
	// AuditRecords returns a page, newest first.
	AuditRecords(ctx context.Context, f Filter, p notify.Page) ([]Record, string, error)
	// AuditRecord returns one record whole, or notify.ErrNotFound.
	AuditRecord(ctx context.Context, id string) (Record, error)
	// AuditChain returns records whole, oldest first, that come after the given
	// place; the first has place 1 or more.
	AuditChain(ctx context.Context, after int64, limit int) ([]Sealed, error)
}

// Announcements are the changes that were begun and are not yet recorded.
type Announcements interface {
	AnnounceAudit(ctx context.Context, r Record) error
	// WithdrawAudit forgets an announcement; one that is gone is no fault.
	WithdrawAudit(ctx context.Context, id string) error
	// AnnouncedAudits returns announcements older than the given time, the oldest
	// first.
	AnnouncedAudits(ctx context.Context, before time.Time, limit int) ([]Record, error)
	// SettleAudit appends r in the place of the announcement, and reports false
	// when somebody else has settled it.
	SettleAudit(ctx context.Context, announcement string, r Record, seal func(previous string) string) (bool, error)
}

// Sealed is a record with its place in the chain and its seal.
type Sealed struct {
	Record

	Place int64
	Seal  string
}
