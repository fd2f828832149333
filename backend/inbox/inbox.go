package inbox

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// ItemFrame is the frame of a new item.
type ItemFrame struct {
	Type   string           `json:"type"`
	Offset int64            `json:"offset"`
	Item   notify.InboxItem `json:"item"`
}

// ChangedFrame is the frame of a mark.
type ChangedFrame struct {
	Type   string   `json:"type"`
	Offset int64    `json:"offset"`
	IDs    []string `json:"ids"`
	As     string   `json:"as"`
}

// CountsFrame carries the absolute numbers of the bell.
type CountsFrame struct {
	Type string `json:"type"`
	Counts
}

// marks are the ways to mark an item.
var marks = map[string]bool{
	"seen": true, "read": true, "unread": true, "archived": true, "unarchived": true, "snoozed": true,
}

// Inbox is the in-app feed as its owner uses it.
type Inbox struct {
	Store Store
	Push  Pusher
	Clock notify.Clock
}

// Items returns a page of the feed, newest first.
func (b *Inbox) Items(ctx context.Context, f Filter, p notify.Page) ([]notify.InboxItem, string, error) {
	switch f.Status {
	case "":
		f.Status = "all"
	case "unread", "all", "archived", "snoozed":
	default:
		return nil, "", notify.InvalidField("status", "not_an_option", "must be unread, all, archived or snoozed")
	}
	f.Now = b.Clock.Now()
	return b.Store.Items(ctx, f, p)
}

// Counts returns the numbers on the bell.
func (b *Inbox) Counts(ctx context.Context, recipient string) (Counts, error) {
	return b.Store.Counts(ctx, recipient, b.Clock.Now())
}

// Mark marks items, tells every socket of the recipient and returns the new
// counts.
func (b *Inbox) Mark(ctx context.Context, m Mark) (Counts, error) {
	if err := checkMark(m, b.Clock.Now()); err != nil {
		return Counts{}, err
	}
	marked, err := b.Store.Mark(ctx, m, b.Clock.Now())
	if err != nil {
		return Counts{}, fmt.Errorf("mark items of %s: %w", m.Recipient, err)
	}
	counts, err := b.Counts(ctx, m.Recipient)
	if err != nil {
		return counts, err
	}
	if len(marked.IDs) > 0 {
		b.tell(ctx, m.Recipient, ChangedFrame{Type: "changed", Offset: marked.Offset, IDs: marked.IDs, As: m.As})
		b.tell(ctx, m.Recipient, CountsFrame{Type: "counts", Counts: counts})
	}
	return counts, nil
}

// Head returns where the feed is.
func (b *Inbox) Head(ctx context.Context, recipient string) (Head, error) {
	return b.Store.Head(ctx, recipient)
}

// Since returns the frames a client has missed; see Store.
func (b *Inbox) Since(ctx context.Context, recipient string, offset int64, limit int) ([]Frame, bool, error) {
	return b.Store.Since(ctx, recipient, offset, limit)
}

// tell pushes a frame; a lost one is found again in the log.
func (b *Inbox) tell(ctx context.Context, recipient string, frame any) {
	if text, err := json.Marshal(frame); err == nil {
		_ = b.Push.Push(ctx, recipient, text)
	}
}

func checkMark(m Mark, now time.Time) error {
	var faults notify.Invalid
	if !marks[m.As] {
		faults.Add("as", "not_an_option", "must be seen, read, unread, archived, unarchived or snoozed")
	}
	if len(m.IDs) == 0 && !m.All {
		faults.Add("ids", "required", "name items, or say all")
	}
	if len(m.IDs) > 500 {
		faults.Add("ids", "out_of_range", "must hold at most 500 ids")
	}
	if m.As == "snoozed" && !m.Until.After(now) {
		faults.Add("until", "required", "snoozing needs a time in the future")
	}
	return faults.Err()
}
