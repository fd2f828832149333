package audience

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what keeping recipients and groups needs of the database.
type Store interface { //nolint:interfacebloat // the ports of one feature, each small
	PeopleStore
	AddressStore
	AttributeStore
	MergeStore
	GroupStore
	MembershipStore
	HoldingStore
	ActivityStore
}

// Filter picks recipients; empty fields do not filter.
type Filter struct {
	// Q is the beginning of an id, a name or an address, in either case.
	Q string
	// Group is the key of a group they are in.
	Group string
}

// PeopleStore keeps recipients.
type PeopleStore interface {
	Recipient(ctx context.Context, id string) (notify.Recipient, error)
	// Recipients returns a page ordered by id.
	Recipients(ctx context.Context, f Filter, p notify.Page) ([]notify.Recipient, string, error)
	// UpsertRecipients stores them whole when replace is true, else merges:
	// empty fields and channels that are not given stay as they are.
	UpsertRecipients(ctx context.Context, list []notify.Recipient, replace bool, now time.Time) error
	// EraseRecipient removes addresses, data, preferences, inbox and message
	// content; the id, the counts and the decisions stay.
	EraseRecipient(ctx context.Context, id string, now time.Time) error
}

// AddressStore keeps where one recipient is.
type AddressStore interface {
	// PutAddresses makes the addresses exactly these. A nil Invalid keeps what a
	// vendor said, a nil Verification what was found out. notify.ErrConflict when
	// the recipient was erased.
	PutAddresses(ctx context.Context, id string, list []AddressInput, now time.Time) error
	// BeginCheck notes that a code was sent to an address.
	BeginCheck(ctx context.Context, id string, c Check) error
	// Check returns the code that was sent to an address last.
	Check(ctx context.Context, id string, channel notify.Channel, address string) (Check, error)
	// EndCheck notes what came of a code; an address that has been sent another
	// code meanwhile is left alone.
	EndCheck(ctx context.Context, id string, c Check, found notify.Verification, now time.Time) error
}

// AddressInput is one address as a person sets it.
type AddressInput struct {
	Channel notify.Channel `json:"channel"`
	Address string         `json:"address"`
	Label   string         `json:"label"`
	Invalid *bool          `json:"invalid"`
	// Preferred is the one to use where a channel uses one of several.
	Preferred bool `json:"preferred"`
	// Verification as the caller knows it: unverified, verified or failed.
	Verification *notify.Verification `json:"verification"`
}

// GroupStore keeps groups.
type GroupStore interface {
	// Groups returns a page ordered by key; q is the beginning of a key or a name.
	Groups(ctx context.Context, q string, p notify.Page) ([]notify.Group, string, error)
	Group(ctx context.Context, key string) (notify.Group, error)
	PutGroup(ctx context.Context, g notify.Group, now time.Time) error
	DeleteGroup(ctx context.Context, key string, now time.Time) error
	// GroupUses returns the segments that name a group, and broadcasts and schedules
	// that do and have not ended, at most so many of each.
	GroupUses(ctx context.Context, key string, most int) ([]Use, error)
}

// Use is something that names a group.
type Use struct{ Kind, ID, Name string }

// MembershipStore keeps who is in which group.
type MembershipStore interface {
	// GroupsOf returns all groups of one recipient.
	GroupsOf(ctx context.Context, recipient string) ([]notify.Group, error)
	Members(ctx context.Context, group string, p notify.Page) ([]notify.RecipientRef, string, error)
	AddMembers(ctx context.Context, group string, recipients []string, now time.Time) error
	RemoveMembers(ctx context.Context, group string, recipients []string, now time.Time) error
}
