package audience

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping recipients and groups needs of the database.
type Store interface {
	PeopleStore
	GroupStore
	MembershipStore
}

// PeopleStore keeps recipients.
type PeopleStore interface {
	Recipient(ctx context.Context, id string) (notify.Recipient, error)
	// Recipients returns a page ordered by id; q matches id, name or address by
	// prefix.
	Recipients(ctx context.Context, q string, group string, p notify.Page) ([]notify.Recipient, string, error)
	// UpsertRecipients stores them whole when replace is true, else merges:
	// empty fields and channels that are not given stay as they are.
	UpsertRecipients(ctx context.Context, list []notify.Recipient, replace bool, now time.Time) error
	// EraseRecipient removes addresses, data, preferences, inbox and message
	// content; the id, the counts and the decisions stay.
	EraseRecipient(ctx context.Context, id string, now time.Time) error
}

// GroupStore keeps groups.
type GroupStore interface {
	Groups(ctx context.Context, p notify.Page) ([]notify.Group, string, error)
	Group(ctx context.Context, key string) (notify.Group, error)
	PutGroup(ctx context.Context, g notify.Group, now time.Time) error
	DeleteGroup(ctx context.Context, key string) error
}

// MembershipStore keeps who is in which group.
type MembershipStore interface {
	Members(ctx context.Context, group string, p notify.Page) ([]notify.RecipientRef, string, error)
	AddMembers(ctx context.Context, group string, recipients []string) error
	RemoveMembers(ctx context.Context, group string, recipients []string) error
}
