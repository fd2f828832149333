package inbox

import (
	"context"
	"encoding/json"
	"errors"

	"clarion/backend/notify"
)

// AccountID is the built-in integration that carries in-app messages.
const AccountID = "in_app"

// Pusher carries frames to the sockets of a recipient, in this process and in
// others. What it loses the feed's log still has.
type Pusher interface {
	Push(ctx context.Context, recipient string, frame []byte) error
}

// Sender delivers in-app messages: its vendor is the database.
type Sender struct {
	Store Store
	Push  Pusher
	Clock notify.Clock
}

// Send stores one item.
func (s *Sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	return s.SendBatch(ctx, []notify.Outbound{m})[0]
}

// SendBatch stores the items of a chunk in one transaction and tells the open
// sockets. Storing an item twice is harmless, so a fault of the store is always
// a certain "not yet".
func (s *Sender) SendBatch(ctx context.Context, list []notify.Outbound) []notify.Result {
	results := make([]notify.Result, len(list))
	now := s.Clock.Now()
	items := make([]notify.InboxItem, len(list))
	for i, m := range list {
		items[i] = notify.InboxItem{
			ID: notify.NewID(notify.InboxItemID), RecipientID: m.To, MessageID: m.MessageID, Category: m.Category,
			Title: m.Content.Title, Body: m.Content.Body, URL: m.Content.URL, Actions: m.Content.Actions,
			Data: m.Content.Data, CreatedAt: now,
		}
	}
	stored, err := s.Store.AddItems(ctx, items, now)
	if err != nil {
		code := "store_failed"
		if errors.Is(err, notify.ErrUnavailable) {
			code = "store_unavailable"
		}
		for i := range results {
			results[i] = notify.Result{Outcome: notify.Temporary, Code: code, Detail: "The inbox could not be written."}
		}
		return results
	}
	for i, item := range stored {
		results[i] = notify.Result{Outcome: notify.OK, Delivered: true, ProviderMessageID: item.ID}
		s.push(ctx, item)
	}
	return results
}

// push tells the sockets of one recipient. A lost frame is not a lost item: the
// client sees the gap and asks again.
func (s *Sender) push(ctx context.Context, item notify.InboxItem) {
	frame, err := json.Marshal(ItemFrame{Type: "item", Offset: item.Offset, Item: item})
	if err == nil {
		_ = s.Push.Push(ctx, item.RecipientID, frame)
	}
}
