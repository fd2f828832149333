package store

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/notify"
)

// race starts n at once and waits for all; none may go wrong.
func race(t *testing.T, n int, try func(i int) error) {
	t.Helper()
	var all, gate sync.WaitGroup
	gate.Add(1)
	faults := make([]error, n)
	for i := range n {
		all.Go(func() {
			gate.Wait()
			faults[i] = try(i)
		})
	}
	gate.Done()
	all.Wait()
	require.NoError(t, errors.Join(faults...))
}

// aMessage is a queued email to the recipient.
func aMessage(recipient string) messageView {
	return messageView{
		ID: notify.NewID(notify.MessageID), NotificationID: notify.NewID(notify.NotificationID),
		EventID: notify.NewID(notify.EventID), TraceID: "trace", Source: "shop", RecipientID: recipient,
		RecipientName: "Name of " + recipient, Channel: "email", Address: recipient + "@example.com", Workflow: "order.shipped",
		Category: "orders", Priority: "medium", Status: "queued", Template: "order", TemplateVersion: 3, Locale: "en",
		Content: `{"subject":"Hello","text":"It left."}`, SizeBytes: 13, CreatedAt: micros(start),
	}
}

// seed stores messages as dispatch would: each with its first row, and with what finds it.
func seed(t testing.TB, db *DB, list ...messageView) {
	t.Helper()
	_, err := db.w.NewInsert().Model(&list).Exec(t.Context())
	require.NoError(t, err)
	rows := make([]timelineRow, len(list))
	for i, m := range list {
		rows[i] = timelineRow{MessageID: m.ID, At: m.CreatedAt, Kind: m.Status, Channel: m.Channel, Source: m.Source, First: true}
	}
	_, err = db.w.NewInsert().Model(&rows).Exec(t.Context())
	require.NoError(t, err)
	var open []watched
	for _, m := range list {
		id := m.ID
		if notify.Status(m.Status).Dead() {
			_, err = db.w.NewUpdate().Table("messages").Set("dead_at = 1").Where("id = ?", id).Exec(t.Context())
			require.NoError(t, err)
		}
		if m.ProviderMessageID != "" {
			_, err = db.w.ExecContext(t.Context(), "INSERT INTO provider_ids VALUES (?, ?)", m.ProviderMessageID, id)
			require.NoError(t, err)
		}
		if !notify.Status(m.Status).Ended() {
			open = append(open, watched{id: m.ID})
		}
	}
	require.NoError(t, db.tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		return watch(ctx, tx, watchLists(watchMessages, open))
	}))
}

// makeAndMove makes a message and moves it on, each in one transaction.
func makeAndMove(t *testing.T, db *DB) error {
	m := aMessage("ada")
	err := db.tx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&m).Exec(ctx); err != nil {
			return err
		}
		return writeTimeline(ctx, tx, []timelineRow{{MessageID: m.ID, At: m.CreatedAt, Kind: m.Status, First: true}})
	})
	if err != nil {
		return err
	}
	_, err = db.w.ExecContext(t.Context(), "UPDATE messages SET status = 'sent' WHERE id = ?", m.ID)
	return err
}

func anItem(recipient string) notify.InboxItem {
	return notify.InboxItem{
		RecipientID: recipient, MessageID: notify.NewID(notify.MessageID), Category: "orders", Title: "Shipped",
		Body: "It left.", URL: "https://example.com/1", Actions: []notify.Action{{ID: "open", Label: "Open"}},
		Data: map[string]string{"order": "1"},
	}
}

// allPages reads all pages of two and returns the keys in order.
func allPages[T any](t *testing.T, list func(p notify.Page) ([]T, string, error), key func(T) string) []string {
	t.Helper()
	var keys []string
	page := notify.Page{Limit: 2}
	for {
		rows, next, err := list(page)
		require.NoError(t, err)
		require.LessOrEqual(t, len(rows), 2)
		for _, r := range rows {
			keys = append(keys, key(r))
		}
		if next == "" {
			return keys
		}
		require.NotEqual(t, page.After, next)
		page.After = next
	}
}
