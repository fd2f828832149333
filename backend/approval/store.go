package approval

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Subject is one kind of thing under review.
type Subject interface {
	// Snapshot returns a version, or notify.ErrNotFound.
	Snapshot(ctx context.Context, key string, version int) (Snapshot, error)
	// Ready reports every fault that keeps a version from going live, as a
	// *notify.Invalid.
	Ready(ctx context.Context, key string, version int) error
	// Published forgets what is remembered of the version that was live.
	Published(key string)
}

// Store is what reviews need of the database.
type Store interface {
	HeadStore
	MoveStore
	BookStore
}

// HeadStore reads where subjects stand.
type HeadStore interface {
	// HeadOf returns notify.ErrNotFound for a key that was never saved.
	HeadOf(ctx context.Context, kind Kind, key string) (Head, error)
	// HeadsOf returns those that there are, by key.
	HeadsOf(ctx context.Context, kind Kind, keys []string) (map[string]Head, error)
	// VersionsOf returns all versions that were not discarded, newest first.
	VersionsOf(ctx context.Context, kind Kind, key string) ([]Version, error)
	// Publications returns the moves of a head, newest first, at most a hundred.
	Publications(ctx context.Context, kind Kind, key string) ([]Publication, error)
}

// MoveStore moves subjects on. Each method is one transaction that changes all
// of it or, when what it expects is no longer so, nothing: notify.ErrConflict.
type MoveStore interface {
	// Submit stores a and moves the draft to review, if it has the revision.
	Submit(ctx context.Context, a Approval, revision int) error
	Decide(ctx context.Context, d Decision) error
	// Publish moves the pointer of a head.
	Publish(ctx context.Context, m Move) error
	// DiscardDraft gives up the open version.
	DiscardDraft(ctx context.Context, kind Kind, key string, now time.Time) error
}

// BookStore keeps what was asked, decided and said.
type BookStore interface {
	Approval(ctx context.Context, id string) (Approval, error)
	// Approvals returns a page, newest first.
	Approvals(ctx context.Context, f Filter, p notify.Page) ([]Approval, string, error)
	AddComment(ctx context.Context, c Comment) error
	// Comments returns all of one approval, oldest first.
	Comments(ctx context.Context, id string) ([]Comment, error)
	// CountApprovals counts those that wait, by kind.
	CountApprovals(ctx context.Context) (map[Kind]int, error)
}

// People knows the members.
type People interface {
	// Approvers returns every member who may approve.
	Approvers(ctx context.Context) ([]Person, error)
	// Person returns one member, or notify.ErrNotFound.
	Person(ctx context.Context, id string) (Person, error)
	// Names returns the names of members and API keys, as far as they have one.
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Person is a member, as somebody to be told.
type Person struct {
	ID        string
	Recipient string
	Name      string
	Email     string
	Locale    string
}

// Filter picks approvals; empty fields do not filter.
type Filter struct {
	State []State
	Kind  []Kind
	Key   string
}

// Decision ends a waiting approval. A version that is not approved becomes a
// draft again.
type Decision struct {
	Approval Approval // as it is to be stored
	Revision int
	Comment  *Comment
	// Pins must still be live when the version is approved.
	Pins []Pin
	// Publish is the move that goes with an approval that publishes at once.
	Publish *Move
}

// Move is a publication with what must still be so when it happens.
type Move struct {
	Publication
	// From is the stage the version must be in: one of the open ones for a first
	// publication, empty for a version that was live before.
	From     Stage
	Revision int
	Pins     []Pin
}
