package inbox

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Store is what the in-app feed needs of the database.
type Store interface {
	ItemStore
	FeedStore
}

// ItemStore keeps what a feed shows.
type ItemStore interface {
	// AddItems stores the items of one or more feeds in one transaction, gives
	// each its offset and appends its frame to the feed's log. An item whose
	// message is already there keeps its place and is returned as it is, so
	// adding twice is harmless.
	AddItems(ctx context.Context, items []notify.InboxItem, now time.Time) ([]notify.InboxItem, error)
	Items(ctx context.Context, f Filter, p notify.Page) ([]notify.InboxItem, string, error)
	Counts(ctx context.Context, recipient string, now time.Time) (Counts, error)
	// Mark applies the mark to the given items, or to all when IDs is empty and
	// All is set, and appends one change frame to the log. It returns the ids
	// that changed and the offset of the change (zero when nothing changed).
	Mark(ctx context.Context, m Mark, now time.Time) (Marked, error)
	// RemoveItems removes the items of messages from their feeds and from what a
	// reconnecting client is told, and appends a frame to each feed. Those that are
	// not there are left out.
	RemoveItems(ctx context.Context, messages []string, now time.Time) ([]Withdrawn, error)
}

// FeedStore keeps the log that sockets resume from.
type FeedStore interface {
	// Head returns the feed's epoch and last offset, making the feed if needed.
	Head(ctx context.Context, recipient string) (Head, error)
	// Since returns the frames after the offset, oldest first; complete is false
	// when the log no longer reaches back that far or holds more than limit.
	Since(ctx context.Context, recipient string, offset int64, limit int) (frames []Frame, complete bool, err error)
}

// Filter picks items of one feed.
type Filter struct {
	Recipient string
	// Status is unread, all, archived or snoozed.
	Status string
	// Category is the tab; empty shows all.
	Category string
	Now      time.Time
}

// Counts are the numbers on the bell.
type Counts struct {
	Unread int `json:"unread"`
	Unseen int `json:"unseen"`
}

// Mark is a change of items: seen, read, unread, archived, unarchived, snoozed.
type Mark struct {
	Recipient string
	IDs       []string
	All       bool
	As        string
	Until     time.Time
}

// Marked is what a Mark did.
type Marked struct {
	IDs    []string
	Offset int64
	// Messages are the message ids behind IDs, for engagement.
	Messages []string
}

// Head is where a feed is.
type Head struct {
	Epoch  string
	Offset int64
}

// Frame is one entry of a feed's log: the JSON that goes over the socket.
type Frame struct {
	Offset int64
	JSON   []byte
}
