package explain_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/explain"
	"clarion/backend/notify"
)

var (
	noon   = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	broken = errors.New("broken")
)

// memory is a Store that holds one of everything and fails where it is told to.
type memory struct {
	message       notify.Message
	attempts      []notify.Attempt
	changes       []notify.Change
	event         notify.Event
	notification  notify.Notification
	notifications []notify.Notification
	messages      []notify.Message
	outcomes      map[notify.Status]int
	ledger        explain.LedgerCounts
	filter        notify.MessageFilter
	asked         explain.NotificationFilter
	errs          map[string]error
}

func (m *memory) Messages(_ context.Context, f notify.MessageFilter, _ notify.Page) ([]notify.Message, string, error) {
	m.filter = f
	return m.messages, "next", m.errs["Messages"]
}

func (m *memory) Message(context.Context, string) (notify.Message, error) {
	return m.message, m.errs["Message"]
}

func (m *memory) Attempts(context.Context, string) ([]notify.Attempt, error) {
	return m.attempts, m.errs["Attempts"]
}

func (m *memory) Changes(context.Context, string) ([]notify.Change, error) {
	return m.changes, m.errs["Changes"]
}

func (m *memory) Event(context.Context, string) (notify.Event, error) {
	return m.event, m.errs["Event"]
}

func (m *memory) Events(context.Context, explain.EventFilter, notify.Page) ([]notify.Event, string, error) {
	return []notify.Event{m.event}, "next", m.errs["Events"]
}

func (m *memory) Outcomes(context.Context, string) (map[notify.Status]int, error) {
	return m.outcomes, m.errs["Outcomes"]
}

func (m *memory) Notification(context.Context, string) (notify.Notification, error) {
	return m.notification, m.errs["Notification"]
}

func (m *memory) Run(context.Context, string) (*explain.Run, error) {
	return &explain.Run{Status: notify.RunParked, Step: "pause", Kind: notify.StepDelay}, m.errs["Run"]
}

func (m *memory) Notifications(_ context.Context, f explain.NotificationFilter, _ notify.Page) ([]notify.Notification, string, error) {
	m.asked = f
	return m.notifications, "next", m.errs["Notifications"]
}

func (m *memory) Activity(context.Context, time.Time, int) ([]explain.Activity, error) {
	return nil, m.errs["Activity"]
}

func (m *memory) EventTypes(context.Context, int) ([]explain.EventType, error) {
	return nil, m.errs["EventTypes"]
}

func (m *memory) Ledger(context.Context, explain.LedgerFilter) (explain.LedgerCounts, error) {
	return m.ledger, m.errs["Ledger"]
}

func (m *memory) Causes(_ context.Context, f notify.MessageFilter) ([]explain.Cause, error) {
	m.filter = f
	return nil, m.errs["Causes"]
}

func TestTheStoryOfAMessage(t *testing.T) {
	t.Parallel()
	all := []string{"created", "queued", "attempt", "sent", "opened", "receipt", "delivered", "seen", "read", "clicked", "archived", "unsubscribed", "complained", "failed"}
	m := &memory{
		message:  notify.Message{ID: "m", NotificationID: "n", Channel: notify.Email},
		attempts: []notify.Attempt{{ID: "att", Number: 1}},
		notification: notify.Notification{ID: "n", Decisions: []notify.Decision{
			{Step: "preference", Channel: notify.Email}, {Step: "preference", Channel: notify.SMS}, {Step: "audience"}, {Step: "template", Channel: notify.Email},
		}},
	}
	for i, kind := range all {
		m.changes = append(m.changes, notify.Change{Kind: kind, At: noon.Add(time.Duration(i) * time.Second), Detail: json.RawMessage(`{"n":1}`)})
	}
	view, err := (&explain.Explainer{Store: m}).Message(t.Context(), "m")
	require.NoError(t, err)
	kinds := func(list []explain.TimelineEntry) (out []string) {
		for _, e := range list {
			require.JSONEq(t, `{"n":1}`, string(e.Detail))
			out = append(out, e.Kind)
		}
		return out
	}
	require.Equal(t, all, kinds(view.Timeline), "the timeline has everything, in order")
	require.Equal(t, []string{"opened", "seen", "read", "clicked", "archived", "unsubscribed", "complained"}, kinds(view.Engagement))
	require.Equal(t, noon.Add(time.Second), view.Timeline[1].At)
	require.Equal(t, []notify.Decision{{Step: "preference", Channel: notify.Email}, {Step: "audience"}, {Step: "template", Channel: notify.Email}}, view.Decisions,
		"decisions about other channels belong to other messages")
	require.Len(t, view.Attempts, len(m.attempts))
	require.Equal(t, m.attempts[0], view.Attempts[0].Attempt)
}

func TestWhatIsNotThereYetIsNullAndNeverMissing(t *testing.T) {
	t.Parallel()
	m := &memory{message: notify.Message{ID: "m", SentAt: noon}, attempts: []notify.Attempt{{ID: "att"}}}
	view, err := (&explain.Explainer{Store: m}).Message(t.Context(), "m")
	require.NoError(t, err)
	text, err := json.Marshal(view)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	for _, field := range []string{"skip_reason", "provider_message_id", "delivered_at", "expires_at"} {
		require.Contains(t, got, field)
		require.Nil(t, got[field], field)
	}
	require.NotNil(t, got["sent_at"])
	attempt := got["attempts"].([]any)[0].(map[string]any)
	for _, field := range []string{"outcome", "error_code", "error_detail", "ended_at", "next_attempt_at"} {
		require.Contains(t, attempt, field)
		require.Nil(t, attempt[field], field)
	}
}

func TestAMessageWithoutAStoryHasEmptyLists(t *testing.T) {
	t.Parallel()
	m := &memory{message: notify.Message{ID: "m"}, errs: map[string]error{"Notification": notify.ErrNotFound}}
	view, err := (&explain.Explainer{Store: m}).Message(t.Context(), "m")
	require.NoError(t, err, "a message outlives its notification")
	text, err := json.Marshal(view)
	require.NoError(t, err)
	for _, name := range []string{"attempts", "timeline", "engagement", "decisions"} {
		require.Contains(t, string(text), `"`+name+`":[]`)
	}
}

func TestFaultsOfTheStoreAreReturned(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *explain.Explainer) error{
		"message": func(ctx context.Context, e *explain.Explainer) error { _, err := e.Message(ctx, "m"); return err },
		"messages": func(ctx context.Context, e *explain.Explainer) error {
			_, _, err := e.Messages(ctx, notify.MessageFilter{}, notify.Page{})
			return err
		},
		"dead letters": func(ctx context.Context, e *explain.Explainer) error {
			_, _, err := e.DeadLetters(ctx, notify.MessageFilter{}, notify.Page{})
			return err
		},
		"causes": func(ctx context.Context, e *explain.Explainer) error {
			_, err := e.Causes(ctx, notify.MessageFilter{})
			return err
		},
		"event": func(ctx context.Context, e *explain.Explainer) error { _, err := e.Event(ctx, "e"); return err },
		"events": func(ctx context.Context, e *explain.Explainer) error {
			_, _, err := e.Events(ctx, explain.EventFilter{}, notify.Page{})
			return err
		},
		"notification": func(ctx context.Context, e *explain.Explainer) error { _, err := e.Notification(ctx, "n"); return err },
		"notifications": func(ctx context.Context, e *explain.Explainer) error {
			_, _, err := e.Notifications(ctx, explain.NotificationFilter{}, notify.Page{})
			return err
		},
		"decisions": func(ctx context.Context, e *explain.Explainer) error {
			_, err := e.Decisions(ctx, "e", "ada")
			return err
		},
		"activity": func(ctx context.Context, e *explain.Explainer) error {
			_, err := e.Activity(ctx, time.Time{})
			return err
		},
		"event types": func(ctx context.Context, e *explain.Explainer) error { _, err := e.EventTypes(ctx); return err },
		"ledger": func(ctx context.Context, e *explain.Explainer) error {
			_, err := e.Ledger(ctx, explain.LedgerFilter{})
			return err
		},
	}
	for call, faults := range map[string][]string{
		"message": {"Message", "Attempts", "Changes", "Notification"}, "messages": {"Messages"}, "dead letters": {"Messages"}, "causes": {"Causes"},
		"event": {"Event", "Outcomes"}, "events": {"Events"}, "notification": {"Notification", "Messages"}, "notifications": {"Notifications"},
		"decisions": {"Event", "Notifications"}, "ledger": {"Ledger"},
		"activity": {"Activity"}, "event types": {"EventTypes"},
	} {
		for _, fault := range faults {
			t.Run(call+" when "+fault+" fails", func(t *testing.T) {
				t.Parallel()
				e := &explain.Explainer{Store: &memory{errs: map[string]error{fault: broken}}}
				require.ErrorIs(t, calls[call](t.Context(), e), broken)
			})
		}
	}
}

func TestDeadLettersAreFailedOrUnknown(t *testing.T) {
	t.Parallel()
	both := []notify.Status{notify.Failed, notify.Unknown}
	for name, test := range map[string]struct{ in, want []notify.Status }{
		"no status means both":          {nil, both},
		"failed alone":                  {[]notify.Status{notify.Failed}, []notify.Status{notify.Failed}},
		"unknown alone":                 {[]notify.Status{notify.Unknown}, []notify.Status{notify.Unknown}},
		"other statuses are left out":   {[]notify.Status{notify.Sent, notify.Unknown}, []notify.Status{notify.Unknown}},
		"nothing but others means both": {[]notify.Status{notify.Sent}, both},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &memory{}
			e := &explain.Explainer{Store: m}
			given := notify.MessageFilter{Status: test.in, Workflow: "w"}
			_, next, err := e.DeadLetters(t.Context(), given, notify.Page{})
			require.NoError(t, err)
			require.Equal(t, "next", next)
			require.Equal(t, notify.MessageFilter{Status: test.want, Workflow: "w"}, m.filter)
			_, err = e.Causes(t.Context(), given)
			require.NoError(t, err)
			require.Equal(t, test.want, m.filter.Status)
			require.Equal(t, test.in, given.Status, "the caller's filter stays")
		})
	}
}

func TestAnEventCountsItsMessages(t *testing.T) {
	t.Parallel()
	m := &memory{event: notify.Event{ID: "e"}, outcomes: map[notify.Status]int{notify.Sent: 3}}
	view, err := (&explain.Explainer{Store: m}).Event(t.Context(), "e")
	require.NoError(t, err)
	require.Equal(t, explain.EventView{Event: m.event, Counts: m.outcomes}, view)
}

func TestANotificationHasItsMessages(t *testing.T) {
	t.Parallel()
	m := &memory{
		notification: notify.Notification{ID: "n", EventID: "e", Workflow: "w", Recipient: notify.RecipientRef{ID: "ada"}},
		messages:     []notify.Message{{ID: "m"}},
	}
	view, err := (&explain.Explainer{Store: m}).Notification(t.Context(), "n")
	require.NoError(t, err)
	require.Equal(t, m.messages, view.Messages)
	require.Equal(t, notify.MessageFilter{EventID: "e", Recipient: "ada", Workflow: "w"}, m.filter)
}

func TestWhyOrWhyNot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status   notify.EventStatus
		list     []notify.Notification
		selected bool
		answer   string
	}{
		"a person it was for":            {notify.EventDispatched, []notify.Notification{{ID: "n"}}, true, "was for this recipient"},
		"a person it was never for":      {notify.EventDispatched, nil, false, "did not name this recipient"},
		"an event that was cancelled":    {notify.EventCancelled, nil, false, "cancelled"},
		"an event that failed":           {notify.EventFailed, nil, false, "disk on fire"},
		"an event that waits":            {notify.EventAccepted, nil, false, "not been dispatched yet"},
		"a page that was done before it": {notify.EventAccepted, []notify.Notification{{ID: "n"}}, true, "was for this recipient"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &memory{event: notify.Event{ID: "e", Status: test.status, Error: "disk on fire"}, notifications: test.list}
			why, err := (&explain.Explainer{Store: m}).Decisions(t.Context(), "e", "ada")
			require.NoError(t, err)
			require.Equal(t, test.selected, why.Selected)
			require.Contains(t, why.Answer, test.answer)
			require.Len(t, why.Notifications, len(test.list))
			require.Equal(t, explain.NotificationFilter{Event: "e", Recipient: "ada"}, m.asked)
			text, err := json.Marshal(why)
			require.NoError(t, err)
			require.NotContains(t, string(text), `"notifications":null`, "an empty list is a list")
		})
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()
	counts := map[notify.Status]int{}
	total := 0
	for i, s := range notify.Statuses {
		counts[s] = i + 1
		total += i + 1
	}
	m := &memory{ledger: explain.LedgerCounts{Created: total, ByStatus: counts}}
	l, err := (&explain.Explainer{Store: m}).Ledger(t.Context(), explain.LedgerFilter{})
	require.NoError(t, err)
	require.Equal(t, explain.Ledger{
		Accepted: total, Delivered: 5, Sent: 4, Failed: 6, Skipped: 7, Expired: 8, Cancelled: 9, Unknown: 10, InProgress: 1 + 2 + 3, Balanced: true,
	}, l, "every status is in exactly one column")
	for _, wrong := range []int{-1, 1} {
		m.ledger.Created = total + wrong
		l, err = (&explain.Explainer{Store: m}).Ledger(t.Context(), explain.LedgerFilter{})
		require.NoError(t, err)
		require.False(t, l.Balanced, "a message that was lost or made up shows")
	}
}
