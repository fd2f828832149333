package dispatch

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// RunStore keeps the runs that go on later.
type RunStore interface {
	// Parked reads those of the runs that are parked and whose time has come or
	// that wait for a message. Digests that they carry are closed by then.
	Parked(ctx context.Context, ids []string, now time.Time) ([]Parked, error)
	// Digest reads a digest with the newest keep of its items, oldest first.
	Digest(ctx context.Context, id string, keep int) (Digest, error)
	// SaveRuns stores how far runs have come, with their messages. A run that
	// others went on with meanwhile is left out. It returns the ids of the others.
	SaveRuns(ctx context.Context, b RunBatch) ([]string, error)
	// Waiting reads the runs of the workflows that wait for the recipients, or
	// wait in a digest, with the data of their events.
	Waiting(ctx context.Context, workflows, recipients []string) ([]Waiting, error)
}

// Parked is a run and all that going on with it needs.
type Parked struct {
	notify.Run
	Event        notify.Event
	Notification notify.Notification
	// Sent is the newest message on each channel.
	Sent map[notify.Channel]Sent
	// Signals are what is known of the message it waits for: its status first.
	Signals []string
}

// Sent is a message that a run has made.
type Sent struct {
	ID     string
	Status notify.Status
}

// Waiting is a run that an event may end.
type Waiting struct {
	ID, Workflow, RecipientID string
	Event                     notify.Event
}

// Digest is what a window has gathered.
type Digest struct {
	ID string
	// Total counts all items, of which Items are the newest.
	Total       int
	First, Last time.Time
	Items       []DigestItem
}

// DigestItem is one event that was gathered.
type DigestItem struct {
	At    time.Time
	Event notify.Event
}

// RunBatch is how far some runs have come.
type RunBatch struct {
	Now        time.Time
	Runs       []RunDone
	Messages   []notify.Message
	LeaseUntil time.Time
}

// RunDone is the next state of a run, whose Turn is the one that was read.
// Decisions are all of its notification's; nil leaves them.
type RunDone struct {
	Next      notify.Run
	Decisions []notify.Decision
	// Closed is the digest that the run has carried to its end.
	Closed string
}
