package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"clarion/backend/inbox"
	"clarion/backend/notify"
)

var _ inbox.Store = (*DB)(nil)

type itemRow struct {
	bun.BaseModel `bun:"table:inbox_items,alias:i"`

	ID           string `bun:",pk"`
	RecipientID  string
	MessageID    string
	FeedOffset   int64
	Category     string
	Content      string
	CreatedAt    int64
	SeenAt       int64
	ReadAt       int64
	ArchivedAt   int64
	SnoozedUntil int64
}

// itemContent is the part of an item that only its reader looks at.
type itemContent struct {
	Title   string            `json:"title,omitempty"`
	Body    string            `json:"body,omitempty"`
	URL     string            `json:"url,omitempty"`
	Actions []notify.Action   `json:"actions,omitempty"`
	Data    map[string]string `json:"data,omitempty"`
}

func (r itemRow) word() (notify.InboxItem, error) {
	var c itemContent
	if err := readDocument(r.Content, &c); err != nil {
		return notify.InboxItem{}, during(err, "inbox item %s", r.ID)
	}
	return notify.InboxItem{
		ID: r.ID, RecipientID: r.RecipientID, MessageID: r.MessageID, Offset: r.FeedOffset, Category: r.Category,
		Title: c.Title, Body: c.Body, URL: c.URL, Actions: c.Actions, Data: c.Data, CreatedAt: fromMicros(r.CreatedAt),
		SeenAt: fromMicros(r.SeenAt), ReadAt: fromMicros(r.ReadAt), ArchivedAt: fromMicros(r.ArchivedAt),
		SnoozedUntil: fromMicros(r.SnoozedUntil),
	}, nil
}

func rowOfItem(i notify.InboxItem) (itemRow, error) {
	content, err := document(itemContent{Title: i.Title, Body: i.Body, URL: i.URL, Actions: i.Actions, Data: i.Data})
	return itemRow{
		ID: i.ID, RecipientID: i.RecipientID, MessageID: i.MessageID, FeedOffset: i.Offset, Category: i.Category,
		Content: content, CreatedAt: micros(i.CreatedAt), SeenAt: micros(i.SeenAt), ReadAt: micros(i.ReadAt),
		ArchivedAt: micros(i.ArchivedAt), SnoozedUntil: micros(i.SnoozedUntil),
	}, err
}

type frameRow struct {
	bun.BaseModel `bun:"table:inbox_log,alias:l"`

	RecipientID string `bun:",pk"`
	FeedOffset  int64  `bun:",pk"`
	Frame       string
	CreatedAt   int64
}

// AddItems stores the items that are not there yet, in the order given.
func (db *DB) AddItems(ctx context.Context, items []notify.InboxItem, now time.Time) ([]notify.InboxItem, error) {
	if len(items) == 0 {
		return nil, nil
	}
	var out []notify.InboxItem
	err := db.tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		heads, err := db.lockFeeds(ctx, tx, recipientsOf(items))
		if err != nil {
			return err
		}
		known, err := itemsByMessage(ctx, tx, items)
		if err != nil {
			return err
		}
		add := newItems{now: now, heads: heads, known: known}
		if out, err = add.place(items); err != nil {
			return err
		}
		return add.write(ctx, tx)
	})
	if err != nil {
		return nil, during(err, "add %d inbox items", len(items))
	}
	return out, nil
}

// recipientsOf lists the feeds in one fixed order, in which everybody locks.
func recipientsOf(items []notify.InboxItem) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.RecipientID
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func itemsByMessage(ctx context.Context, tx bun.Tx, items []notify.InboxItem) (map[string]notify.InboxItem, error) {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.MessageID
	}
	var rows []itemRow
	if err := tx.NewSelect().Model(&rows).Where("i.message_id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	known := make(map[string]notify.InboxItem, len(rows))
	for _, r := range rows {
		item, err := r.word()
		if err != nil {
			return nil, err
		}
		known[r.MessageID] = item
	}
	return known, nil
}

// newItems is what one AddItems has to write.
type newItems struct {
	now    time.Time
	heads  map[string]int64
	before map[string]int64
	known  map[string]notify.InboxItem
	rows   []itemRow
	frames []frameRow
}

// place gives each new item the next offset of its feed.
func (n *newItems) place(items []notify.InboxItem) ([]notify.InboxItem, error) {
	n.before = map[string]int64{}
	out := make([]notify.InboxItem, len(items))
	for i, item := range items {
		if stored, ok := n.known[item.MessageID]; ok {
			out[i] = stored
			continue
		}
		if item.ID == "" {
			item.ID = notify.NewID(notify.InboxItemID)
		}
		if item.CreatedAt.IsZero() {
			item.CreatedAt = n.now
		}
		feed := item.RecipientID
		if _, touched := n.before[feed]; !touched {
			n.before[feed] = n.heads[feed]
		}
		n.heads[feed]++
		item.Offset = n.heads[feed]
		if err := n.add(item); err != nil {
			return nil, err
		}
		n.known[item.MessageID], out[i] = item, item
	}
	return out, nil
}

func (n *newItems) add(item notify.InboxItem) error {
	row, err := rowOfItem(item)
	if err != nil {
		return err
	}
	frame, err := json.Marshal(struct {
		Type   string           `json:"type"`
		Offset int64            `json:"offset"`
		Item   notify.InboxItem `json:"item"`
	}{"item", item.Offset, item})
	if err != nil {
		return fmt.Errorf("write the frame of message %s: %w", item.MessageID, err)
	}
	n.rows = append(n.rows, row)
	n.frames = append(n.frames, frameRow{
		RecipientID: item.RecipientID, FeedOffset: item.Offset, Frame: string(frame), CreatedAt: micros(n.now),
	})
	return nil
}

func (n *newItems) write(ctx context.Context, tx bun.Tx) error {
	if len(n.rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&n.rows).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&n.frames).Exec(ctx); err != nil {
		return err
	}
	var moves []feedMove
	for feed, before := range n.before {
		moves = append(moves, feedMove{feed, before, n.heads[feed]})
	}
	slices.SortFunc(moves, func(a, b feedMove) int { return cmp.Compare(a.feed, b.feed) })
	return moveFeeds(ctx, tx, moves)
}
