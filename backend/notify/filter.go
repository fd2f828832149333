package notify

import "time"

// Page asks for one page of a list, newest first. After is the cursor of the
// page before; empty for the first.
type Page struct {
	After string
	Limit int
}

// MessageFilter picks messages. Empty fields do not filter; From is inclusive,
// To exclusive, both by the time the message was created.
type MessageFilter struct {
	Status      []Status
	Channel     []Channel
	Priority    []Priority
	Source      string
	Workflow    string
	Category    string
	Recipient   string
	Group       string
	Template    string
	Integration string
	Tenant      string
	TraceID     string
	EventID     string
	Broadcast   string
	ErrorCode   string
	SkipReason  SkipReason
	HeldFor     HoldReason
	// Q matches any id exactly, an address exactly, or a recipient's name or a
	// workflow by prefix.
	Q    string
	From time.Time
	To   time.Time
}
