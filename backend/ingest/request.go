package ingest

import (
	"encoding/json"
	"time"

	"clarion/backend/notify"
)

// Request is one event as a caller sent it, decoded but not yet checked against
// what Clarion knows.
type Request struct {
	// Source is the business system behind the credential.
	Source    string
	Type      string
	To        []To
	Data      json.RawMessage
	Actor     string
	Tenant    string
	Priority  notify.Priority
	SendAt    time.Time
	ExpiresAt time.Time
	CancelKey string
	Metadata  json.RawMessage
	// IdempotencyKey is empty when the caller gave none; Fingerprint is a hash
	// of the body it came with.
	IdempotencyKey string
	Fingerprint    string
	TraceID        string
	// Direct is set for POST /v1/notifications.
	Direct *notify.Direct
}

// To is one entry of "to": exactly one field is set.
type To struct {
	ID      string
	Group   string
	Segment string
	Inline  *notify.Recipient
}

// Decoded is one event of a batch: a request, or what was wrong with it.
type Decoded struct {
	Request Request
	Err     error
}

// Answer is what became of a request.
type Answer struct {
	EventID string
	TraceID string
	// NotificationIDs are those of a direct send to recipients named one by
	// one; members of a group get theirs at dispatch.
	NotificationIDs []string
	// Duplicate is true when the event had been accepted before; the ids are
	// then those of the first.
	Duplicate bool
	// Err is a *notify.Invalid, notify.ErrKeyReused or notify.ErrUnavailable.
	Err error
}
