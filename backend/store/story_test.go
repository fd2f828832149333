package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/delivery"
	"clarion/backend/dispatch"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/recovery"
	"clarion/backend/tracking"
)

// The database answers all the ports of the line.
var (
	_ ingest.Store     = (*DB)(nil)
	_ ingest.Canceller = (*DB)(nil)
	_ dispatch.Store   = (*DB)(nil)
	_ delivery.Store   = (*DB)(nil)
	_ delivery.Replays = (*DB)(nil)
	_ recovery.Store   = (*DB)(nil)
	_ tracking.Store   = (*DB)(nil)
)

const worker = "wrk_one"

// newEvent is an event for one recipient.
func newEvent(key string) notify.Event {
	return notify.Event{
		ID: notify.NewID(notify.EventID), Source: "shop", Type: "order.paid", IdempotencyKey: key, Fingerprint: "f1",
		To:   []notify.Target{{Recipient: "ada", NotificationID: "ntf_promised"}},
		Data: json.RawMessage(`{"order":"A-1","total":12.5,"lines":[{"sku":"k1","n":2}]}`), TraceID: "trace-" + key,
		CancelKey: "order-A-1", Metadata: json.RawMessage(`{"shop":"main"}`), Status: notify.EventAccepted, CreatedAt: start,
	}
}

// accept stores n events and returns their ids.
func accept(tb testing.TB, db *DB, n int) []string {
	tb.Helper()
	entries := make([]ingest.Entry, n)
	ids := make([]string, n)
	for i := range entries {
		entries[i].Event = newEvent("")
		ids[i] = entries[i].Event.ID
	}
	_, err := db.SaveEvents(tb.Context(), entries, start)
	require.NoError(tb, err)
	return ids
}

func claimEvents(tb testing.TB, db *DB, ids []string) []notify.Event {
	tb.Helper()
	events, err := db.Accepted(tb.Context(), ids, start)
	require.NoError(tb, err)
	return events
}

// newBatch decides one message for each event.
func newBatch(events []string) dispatch.Batch {
	b := dispatch.Batch{Now: start, LeaseUntil: start.Add(10 * time.Second)}
	for i, id := range events {
		run := notify.Notification{
			ID: notify.NewID(notify.NotificationID), EventID: id, Recipient: notify.RecipientRef{ID: fmt.Sprintf("person-%d", i), Name: "Ada"},
			Workflow: "order_paid", WorkflowVersion: 3, Category: "orders", Priority: notify.Medium, TraceID: "trace", CreatedAt: start,
			Decisions: []notify.Decision{},
		}
		b.Events = append(b.Events, dispatch.EventDone{ID: id, Status: notify.EventDispatched})
		b.Notifications = append(b.Notifications, run)
		b.Messages = append(b.Messages, newMessage(run))
	}
	return b
}

func newMessage(run notify.Notification) notify.Message {
	return notify.Message{
		ID: notify.NewID(notify.MessageID), NotificationID: run.ID, EventID: run.EventID, TraceID: run.TraceID, Source: "shop", Tenant: "eu",
		Recipient: run.Recipient, Channel: notify.Email, Address: run.Recipient.ID + "@example.com", Workflow: run.Workflow, Category: run.Category,
		Priority: run.Priority, Status: notify.Queued, Template: notify.TemplateRef{Key: "paid", Version: 2, Locale: "en"},
		Content:   notify.Content{Subject: "Order A-1 is paid", Text: "Thank you for your order.", HTML: "<p>Thank you for your order, we are packing it now.</p>"},
		SizeBytes: 90, Ambiguity: notify.HoldForReceipt, CreatedAt: start, DueAt: start,
	}
}

// queued stores n messages that are ready to be claimed.
func queued(tb testing.TB, db *DB, n int) []notify.Message {
	tb.Helper()
	ids := accept(tb, db, n)
	claimEvents(tb, db, ids)
	b := newBatch(ids)
	saved, err := db.Save(tb.Context(), b)
	require.NoError(tb, err)
	require.Len(tb, saved, n)
	return b.Messages
}

func claimOf(messages []notify.Message) delivery.Claim {
	c := delivery.Claim{Integration: "int_mail", Worker: worker, Now: start, LeaseUntil: start.Add(time.Minute)}
	for _, m := range messages {
		c.IDs = append(c.IDs, m.ID)
		c.AttemptIDs = append(c.AttemptIDs, notify.NewID(notify.AttemptID))
	}
	return c
}

func claimed(tb testing.TB, db *DB, messages []notify.Message) []notify.Message {
	tb.Helper()
	got, err := db.ClaimMessages(tb.Context(), claimOf(messages))
	require.NoError(tb, err)
	return got.Messages
}

// sent is the finish of an attempt that went well.
func sent(m notify.Message) delivery.Finish {
	return delivery.Finish{
		MessageID: m.ID, AttemptID: m.AttemptID, Channel: m.Channel, Source: m.Source, Integration: m.Integration,
		Result: notify.Result{Outcome: notify.OK, ProviderMessageID: "vendor-" + m.ID}, Status: notify.Sent, Attempts: m.Attempts,
		EndedAt: start.Add(time.Second), RecipientID: m.Recipient.ID, Address: m.Address,
		Changes: []delivery.Change{{Kind: "attempt", Detail: json.RawMessage(`{"number":1}`)}, {Kind: "sent"}},
	}
}

func finished(tb testing.TB, db *DB, f ...delivery.Finish) []string {
	tb.Helper()
	ids, err := db.FinishAttempts(tb.Context(), f, start.Add(time.Second))
	require.NoError(tb, err)
	return ids
}

// message reads one message back.
func message(tb testing.TB, db *DB, id string) notify.Message {
	tb.Helper()
	m, err := scanMessage(db.w.QueryRowContext(tb.Context(), "SELECT "+messageFields+" FROM messages WHERE id = ?", id))
	require.NoError(tb, err)
	return m
}

// kinds is the timeline of a message.
func kinds(tb testing.TB, db *DB, id string) []string {
	tb.Helper()
	story, err := db.Changes(tb.Context(), id)
	require.NoError(tb, err)
	out := make([]string, len(story))
	for i, c := range story {
		out[i] = c.Kind
	}
	return out
}

func count(tb testing.TB, db *DB, from string, args ...any) int {
	tb.Helper()
	var n int
	require.NoError(tb, db.w.NewRaw("SELECT COUNT(*) FROM "+from, args...).Scan(tb.Context(), &n))
	return n
}

func finishes(messages []notify.Message) []delivery.Finish {
	out := make([]delivery.Finish, len(messages))
	for i, m := range messages {
		out[i] = sent(m)
	}
	return out
}

// firstLease is how long an event of these tests is left to who accepted it.
const firstLease = 5 * time.Second

func entryOf(e notify.Event) ingest.Entry {
	if e.Status == notify.EventHeld {
		return ingest.Entry{Event: e, LeaseUntil: e.SendAt}
	}
	return ingest.Entry{Event: e, LeaseUntil: start.Add(firstLease)}
}
