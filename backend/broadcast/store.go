package broadcast

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store keeps broadcasts.
type Store interface { //nolint:interfacebloat // the books of one thing
	AddBroadcast(ctx context.Context, b Broadcast, e Entry) error
	Broadcast(ctx context.Context, id string) (Broadcast, error)
	// Broadcasts returns a page, newest first, without what is frozen.
	Broadcasts(ctx context.Context, f Filter, p notify.Page) ([]Broadcast, string, error)
	History(ctx context.Context, id string) ([]Entry, error)
	// ChangeBroadcast holds the broadcast, lets change decide and stores what it
	// says, all in one transaction; when change fails nothing is stored.
	ChangeBroadcast(ctx context.Context, id string, now time.Time, change func(b *Broadcast) (Change, error)) (Broadcast, error)
	// TakeAudience writes down who is in the audience now, one row for each, in
	// the place of who was there before, and counts in the broadcast that it did.
	// It fails with ErrConflict when the revision is another.
	TakeAudience(ctx context.Context, b Broadcast, now time.Time) (Roll, error)
	// SampleAudience returns some of those written down, spread over all.
	SampleAudience(ctx context.Context, id string, most int) ([]Person, error)
	// AudiencePerson returns one of the audience with what is said to them alone:
	// as it was written down when it is frozen, as it is now before that. It fails
	// with ErrNotFound for who is not in it.
	AudiencePerson(ctx context.Context, b Broadcast, recipient string, now time.Time) (Person, error)
	// BroadcastProgress counts what became of it so far.
	BroadcastProgress(ctx context.Context, b Broadcast) (Progress, error)
	// KeepTally keeps what was counted, unless a later count is there; BroadcastTally
	// returns it, and false when there is none.
	KeepTally(ctx context.Context, id string, t Tally) error
	BroadcastTally(ctx context.Context, id string) (Tally, bool, error)
	// Outcomes returns a page of the audience with what became of each.
	BroadcastOutcomes(ctx context.Context, f OutcomeFilter, p notify.Page) ([]Outcome, string, error)
	// ReleaseHeld queues messages that were held while it was paused, at most
	// limit, and returns how many.
	ReleaseHeld(ctx context.Context, eventID string, now time.Time, limit int) (int, error)
}

// Roll is an audience as it was written down: how many they are and a digest of
// them. Turn tells it from what was written down before and after.
type Roll struct {
	People int
	Digest string
	Turn   int
}

// Books is what working on broadcasts needs besides.
type Books interface {
	Store
	// ClaimBroadcast gives one whose time has come to a worker until the given
	// one; notify.ErrNotFound when there is none.
	ClaimBroadcast(ctx context.Context, worker string, now, until time.Time) (Broadcast, error)
}

// EventMove is what happens to the event of a broadcast along with it.
type EventMove string

// The moves. A held event is nobody's to dispatch, and what is saved of it
// meanwhile is not stored.
const (
	LeaveEvent   EventMove = ""
	HoldEvent    EventMove = "hold"
	ReleaseEvent EventMove = "release"
	CancelEvent  EventMove = "cancel"
)

// Change is what is stored along with a changed broadcast.
type Change struct {
	Entry Entry
	// Launch is the event to begin with.
	Launch *notify.Event
	Event  EventMove
	// ForgetFailedRecalls forgets which recalls failed, so that they are tried again.
	ForgetFailedRecalls bool
}
