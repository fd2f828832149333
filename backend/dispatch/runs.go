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
	// Content is what its own message says, where messages are gathered.
	Content notify.Content
}

// LeaveStore keeps the digests of messages that leave later.
type LeaveStore interface {
	// Leaving reads those of the digests whose time has come, and closes them:
	// what comes from then on opens the next.
	Leaving(ctx context.Context, ids []string, now time.Time) ([]Leaving, error)
	// SaveLeaving stores what became of a digest and its messages, and reports
	// false when others did so before or one of the messages has gone meanwhile.
	SaveLeaving(ctx context.Context, l Left) (bool, error)
}

// Leaving is a digest whose time has come.
type Leaving struct {
	ID       string
	Priority notify.Priority
	// Items are the messages that still wait, in the order in which they came.
	Items []LeavingItem
}

// LeavingItem is one message that waits in a digest.
type LeavingItem struct {
	notify.Message
	At time.Time
	// Event is that of the first item, and of the newest notify.DigestKeep, which
	// are also those whose content was read.
	Event notify.Event
}

// Left is what becomes of the messages of a digest: the carrier goes out, the
// rest has its status. All that were read are among them.
type Left struct {
	ID         string
	Now        time.Time
	LeaseUntil time.Time
	// Carriers are the message that carries the digest and, where a channel
	// reaches every device, new ones for the others. It is empty when nothing is
	// to go out.
	Carriers []notify.Message
	// Rest are the other messages, ended.
	Rest []notify.Message
	// Decisions are added to those of the notifications.
	Decisions map[string][]notify.Decision
}

// RunBatch is how far some runs have come.
type RunBatch struct {
	Now        time.Time
	Runs       []RunDone
	Messages   []notify.Message
	LeaseUntil time.Time
}

// RunDone is the next state of a run, whose Turn is the one that was read.
type RunDone struct {
	Next notify.Run
	// Waits is one that was looked at in vain: it waits on as it did.
	Waits bool
	// Decisions are added to those of its notification.
	Decisions []notify.Decision
	// Closed is the digest that the run has carried to its end.
	Closed string
}
