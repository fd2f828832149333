package audience

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// ActivityKind is what a line of somebody's activity is about.
type ActivityKind string

// The kinds of activity.
const (
	ActivityMessage     ActivityKind = "message"
	ActivityEvent       ActivityKind = "event"
	ActivityInbox       ActivityKind = "inbox"
	ActivityConsent     ActivityKind = "consent"
	ActivitySuppression ActivityKind = "suppression"
	ActivityGroup       ActivityKind = "group"
	ActivityProfile     ActivityKind = "profile"
	ActivityImport      ActivityKind = "import"
)

// ActivityKinds are all of them, in the order in which pages offer them.
var ActivityKinds = []ActivityKind{
	ActivityMessage, ActivityEvent, ActivityInbox, ActivityConsent, ActivitySuppression, ActivityGroup, ActivityProfile, ActivityImport,
}

// Activity is one thing that happened with a person.
type Activity struct {
	// ID tells the lines of one person's activity apart.
	ID   string       `json:"id"`
	At   time.Time    `json:"at"`
	Kind ActivityKind `json:"kind"`
	// What happened: the state of a message, the kind of a consent, how a
	// suppression ended, what was done to the profile.
	What string `json:"what"`
	// Ref is the id, key or place of what it happened to; Name how people call it.
	Ref  string `json:"ref"`
	Name string `json:"name,omitempty"`
	// Channel and Reason say more of messages and suppressions; Actor who did it.
	Channel notify.Channel `json:"channel,omitempty"`
	Reason  string         `json:"reason,omitempty"`
	Actor   string         `json:"actor,omitempty"`
	// Engaged is what the person did with a message: seen, read, opened, clicked.
	Engaged []string `json:"engaged,omitempty"`
}

// ActivityFilter picks activity; no kinds are all kinds.
type ActivityFilter struct {
	Recipient string
	Kinds     []ActivityKind
}

// ActivityStore reads together what is kept of a person in many places.
type ActivityStore interface {
	// RecipientActivity returns a page, newest first.
	RecipientActivity(ctx context.Context, f ActivityFilter, p notify.Page) ([]Activity, string, error)
}

// Activity returns a page of what happened with a person, newest first. The
// recipient must be known; an id that was merged means who it became.
func (a *Audience) Activity(ctx context.Context, f ActivityFilter, p notify.Page) ([]Activity, string, error) {
	person, err := a.Recipient(ctx, f.Recipient)
	if err != nil {
		return nil, "", fmt.Errorf("read the activity of %s: %w", f.Recipient, err)
	}
	f.Recipient = person.ID
	return a.RecipientActivity(ctx, f, p)
}
