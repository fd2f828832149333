package inbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/inbox"
	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory is a Store of one feed and a Pusher that keeps the frames.
type memory struct {
	items     []notify.InboxItem
	filter    inbox.Filter
	mark      inbox.Mark
	marked    inbox.Marked
	counts    inbox.Counts
	countsErr error
	err       error
	frames    []string
	pushErr   error
}

func (m *memory) AddItems(_ context.Context, items []notify.InboxItem, _ time.Time) ([]notify.InboxItem, error) {
	if m.err != nil {
		return nil, m.err
	}
	out := make([]notify.InboxItem, len(items))
	for i, item := range items {
		for _, old := range m.items {
			if old.MessageID == item.MessageID {
				item = old
			}
		}
		if item.Offset == 0 {
			item.Offset = int64(len(m.items) + 1)
			m.items = append(m.items, item)
		}
		out[i] = item
	}
	return out, nil
}

func (m *memory) Items(_ context.Context, f inbox.Filter, _ notify.Page) ([]notify.InboxItem, string, error) {
	m.filter = f
	return m.items, "next", m.err
}

func (m *memory) Counts(context.Context, string, time.Time) (inbox.Counts, error) {
	return m.counts, m.countsErr
}

func (m *memory) Mark(_ context.Context, mark inbox.Mark, _ time.Time) (inbox.Marked, error) {
	m.mark = mark
	return m.marked, m.err
}

func (m *memory) RemoveItems(_ context.Context, messages []string, _ time.Time) ([]inbox.Withdrawn, error) {
	var gone []inbox.Withdrawn
	for i, item := range m.items {
		if slices.Contains(messages, item.MessageID) {
			gone = append(gone, inbox.Withdrawn{Recipient: item.RecipientID, IDs: []string{item.ID}, Offset: int64(10 + i)})
		}
	}
	return gone, m.err
}

func (m *memory) Head(context.Context, string) (inbox.Head, error) {
	return inbox.Head{Epoch: "e", Offset: 4}, m.err
}

func (m *memory) Since(_ context.Context, _ string, offset int64, _ int) ([]inbox.Frame, bool, error) {
	return []inbox.Frame{{Offset: offset + 1}}, true, m.err
}

func (m *memory) Push(_ context.Context, recipient string, frame []byte) error {
	m.frames = append(m.frames, recipient+" "+string(frame))
	return m.pushErr
}

func outbound(id, to string) notify.Outbound {
	return notify.Outbound{MessageID: id, To: to, Category: "orders", Content: notify.Content{
		Title: "T", Body: "B", URL: "https://x", Actions: []notify.Action{{ID: "a"}}, Data: map[string]string{"k": "v"},
	}}
}

func TestSendingIsStoringAndTelling(t *testing.T) {
	t.Parallel()
	m := &memory{}
	s := &inbox.Sender{Store: m, Push: m, Clock: &clock{noon}}
	results := s.SendBatch(t.Context(), []notify.Outbound{outbound("m1", "ada"), outbound("m2", "wei")})
	require.Len(t, results, 2)
	for i, r := range results {
		require.Equal(t, notify.Result{Outcome: notify.OK, Delivered: true, ProviderMessageID: m.items[i].ID}, r, "the answer itself proves arrival, in order")
		require.True(t, notify.IsID(notify.InboxItemID, m.items[i].ID))
	}
	item := m.items[0]
	item.ID = ""
	require.Equal(t, notify.InboxItem{
		RecipientID: "ada", MessageID: "m1", Offset: 1, Category: "orders", Title: "T", Body: "B", URL: "https://x",
		Actions: []notify.Action{{ID: "a"}}, Data: map[string]string{"k": "v"}, CreatedAt: noon,
	}, item)
	require.Len(t, m.frames, 2)
	require.True(t, strings.HasPrefix(m.frames[1], "wei "))
	var frame inbox.ItemFrame
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(m.frames[0], "ada ")), &frame))
	require.Equal(t, "item", frame.Type)
	require.EqualValues(t, 1, frame.Offset)
	require.Equal(t, "m1", frame.Item.MessageID)

	again := s.Send(t.Context(), outbound("m1", "ada"))
	require.Equal(t, m.items[0].ID, again.ProviderMessageID, "storing twice is harmless")
	require.Len(t, m.items, 2)

	m.pushErr = errors.New("no socket")
	require.Equal(t, notify.OK, s.Send(t.Context(), outbound("m3", "ada")).Outcome, "a lost frame is not a lost item")
}

func TestAStoreThatFailsIsACertainNotYet(t *testing.T) {
	t.Parallel()
	for code, fault := range map[string]error{"store_unavailable": notify.ErrUnavailable, "store_failed": errors.New("secret detail")} {
		m := &memory{err: fault}
		for _, r := range (&inbox.Sender{Store: m, Push: m, Clock: &clock{noon}}).SendBatch(t.Context(), []notify.Outbound{outbound("m1", "a"), outbound("m2", "b")}) {
			require.Equal(t, notify.Temporary, r.Outcome)
			require.Equal(t, code, r.Code)
			require.NotContains(t, r.Detail, "secret")
		}
		require.Empty(t, m.frames)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	ids := []string{"i1", "i2"}
	for name, test := range map[string]struct {
		mark inbox.Mark
		want []string
	}{
		"seen":                         {inbox.Mark{IDs: ids, As: "seen"}, nil},
		"read":                         {inbox.Mark{IDs: ids, As: "read"}, nil},
		"unread":                       {inbox.Mark{IDs: ids, As: "unread"}, nil},
		"archived":                     {inbox.Mark{IDs: ids, As: "archived"}, nil},
		"unarchived":                   {inbox.Mark{IDs: ids, As: "unarchived"}, nil},
		"snoozed until later":          {inbox.Mark{IDs: ids, As: "snoozed", Until: noon.Add(time.Minute)}, nil},
		"all of them":                  {inbox.Mark{All: true, As: "read"}, nil},
		"500 of them":                  {inbox.Mark{IDs: make([]string, 500), As: "read"}, nil},
		"501 of them are refused":      {inbox.Mark{IDs: make([]string, 501), As: "read"}, []string{"ids"}},
		"none of them is refused":      {inbox.Mark{As: "read"}, []string{"ids"}},
		"another word is refused":      {inbox.Mark{IDs: ids, As: "loved"}, []string{"as"}},
		"no word is refused":           {inbox.Mark{IDs: ids}, []string{"as"}},
		"snoozed without a time":       {inbox.Mark{IDs: ids, As: "snoozed"}, []string{"until"}},
		"snoozed until now is refused": {inbox.Mark{IDs: ids, As: "snoozed", Until: noon}, []string{"until"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &memory{marked: inbox.Marked{IDs: ids, Offset: 9}, counts: inbox.Counts{Unread: 2, Unseen: 1}}
			b := &inbox.Inbox{Store: m, Push: m, Clock: &clock{noon}}
			test.mark.Recipient = "ada"
			counts, err := b.Mark(t.Context(), test.mark)
			if test.want != nil {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, test.want[0], invalid.Fields[0].Path)
				require.Empty(t, m.mark.As, "what is wrong is not stored")
				require.Empty(t, m.frames)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.mark, m.mark)
			require.Equal(t, m.counts, counts)
			require.Len(t, m.frames, 2)
			require.JSONEq(t, `{"type":"changed","offset":9,"ids":["i1","i2"],"as":"`+test.mark.As+`"}`, strings.TrimPrefix(m.frames[0], "ada "))
			require.JSONEq(t, `{"type":"counts","unread":2,"unseen":1}`, strings.TrimPrefix(m.frames[1], "ada "))
		})
	}
	t.Run("a mark that changes nothing tells nobody", func(t *testing.T) {
		t.Parallel()
		m := &memory{}
		_, err := (&inbox.Inbox{Store: m, Push: m, Clock: &clock{noon}}).Mark(t.Context(), inbox.Mark{All: true, As: "read"})
		require.NoError(t, err)
		require.Empty(t, m.frames)
	})
	t.Run("faults are returned", func(t *testing.T) {
		t.Parallel()
		m := &memory{err: errors.New("broken")}
		b := &inbox.Inbox{Store: m, Push: m, Clock: &clock{noon}}
		_, err := b.Mark(t.Context(), inbox.Mark{All: true, As: "read"})
		require.ErrorIs(t, err, m.err)
		m.err, m.countsErr = nil, errors.New("worse")
		_, err = b.Mark(t.Context(), inbox.Mark{All: true, As: "read"})
		require.ErrorIs(t, err, m.countsErr)
	})
}

func TestWhatIsWithdrawnLeavesTheOpenFeeds(t *testing.T) {
	t.Parallel()
	m := &memory{items: []notify.InboxItem{{ID: "i1", MessageID: "m1", RecipientID: "ada"}, {ID: "i2", MessageID: "m2", RecipientID: "bo"}}, counts: inbox.Counts{Unread: 1}}
	b := &inbox.Inbox{Store: m, Push: m, Clock: &clock{noon}}
	require.NoError(t, b.Withdraw(t.Context(), []string{"m2"}))
	require.Len(t, m.frames, 2)
	require.JSONEq(t, `{"type":"changed","offset":11,"ids":["i2"],"as":"deleted"}`, strings.TrimPrefix(m.frames[0], "bo "))
	require.JSONEq(t, `{"type":"counts","unread":1,"unseen":0}`, strings.TrimPrefix(m.frames[1], "bo "))
	m.err = errors.New("broken")
	require.ErrorIs(t, b.Withdraw(t.Context(), []string{"m1"}), m.err)
}

func TestReadingTheFeed(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{"": "all", "all": "all", "unread": "unread", "archived": "archived", "snoozed": "snoozed"} {
		m := &memory{items: []notify.InboxItem{{ID: "i"}}}
		b := &inbox.Inbox{Store: m, Clock: &clock{noon}}
		list, next, err := b.Items(t.Context(), inbox.Filter{Recipient: "ada", Status: status, Category: "orders"}, notify.Page{})
		require.NoError(t, err)
		require.Equal(t, "next", next)
		require.Len(t, list, 1)
		require.Equal(t, inbox.Filter{Recipient: "ada", Status: want, Category: "orders", Now: noon}, m.filter)
	}
	b := &inbox.Inbox{Store: &memory{}, Clock: &clock{noon}}
	_, _, err := b.Items(t.Context(), inbox.Filter{Status: "liked"}, notify.Page{})
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	head, err := b.Head(t.Context(), "ada")
	require.NoError(t, err)
	require.Equal(t, inbox.Head{Epoch: "e", Offset: 4}, head)
	frames, complete, err := b.Since(t.Context(), "ada", 4, 10)
	require.NoError(t, err)
	require.True(t, complete)
	require.EqualValues(t, 5, frames[0].Offset)
}
