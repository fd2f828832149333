package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"
)

// channelsOf are what the demo's workflows send on.
var channelsOf = map[string][]string{
	"order.shipped":   {"email", "sms", "push", "slack", "in_app"},
	"payment.failed":  {"email", "sms", "push", "in_app"},
	"system.down":     {"slack", "sms", "in_app"},
	"account.created": {"email", "in_app"},
}

func TestOneEventBecomesTenMessages(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		trace := "story-ten-messages"
		house, id := tenMessages(t, g, trace)
		final := house.settled(id, 10, time.Minute, func(m message) bool {
			return isDelivered(m) || arrived(m) && (m.Channel == "push" || m.Channel == "slack")
		})
		perPerson := map[string][]string{}
		for _, m := range final {
			perPerson[m.Recipient.ID] = append(perPerson[m.Recipient.ID], m.Channel)
			requireWholeStory(t, house, house.message(m.ID), trace)
		}
		require.ElementsMatch(t, channelsOf["order.shipped"], perPerson["ada"])
		require.ElementsMatch(t, channelsOf["order.shipped"], perPerson["wei"])
		requireOneCallEach(t, house, final)
		require.Equal(t, 10, house.balanced().Accepted)
	})
}

// tenMessages reports one event to a house of its own and returns when the last of
// its ten messages has arrived.
func tenMessages(t *testing.T, g ground, trace string) (house *caller, event string) {
	t.Helper()
	house = g.open(t)
	start := time.Now()
	r := house.must(http.StatusAccepted, ask{
		method: http.MethodPost, path: "/v1/events", header: map[string]string{"X-Trace-Id": trace},
		body: fact{Type: "order.shipped", To: []any{"ada", "wei"}, Data: map[string]any{"order_id": "1001", "carrier": "DHL"}},
	})
	event = read[struct {
		EventID string `json:"event_id"`
	}](t, r).EventID
	house.settled(event, 10, time.Minute, arrived)
	t.Logf("ten messages sent or delivered in %s", time.Since(start))
	return house, event
}

// requireWholeStory checks that a message's page tells everything about it.
func requireWholeStory(t *testing.T, house *caller, m message, trace string) {
	t.Helper()
	name := m.Recipient.ID + " " + m.Channel
	require.Equal(t, trace, m.TraceID, name)
	require.Equal(t, "order.shipped", m.Template.Key, name)
	require.Equal(t, 1, m.Template.Version, name)
	require.Equal(t, map[string]string{"ada": "en", "wei": "zh-CN"}[m.Recipient.ID], m.Template.Locale, name)
	require.Equal(t, m.Recipient.ID == "wei", hasHan(fmt.Sprint(m.Content)), "%s in the recipient's language: %v", name, m.Content)
	require.Contains(t, fmt.Sprint(m.Content), "1001", name)
	require.Positive(t, m.SizeBytes, name)

	require.Equal(t, []string{"ok"}, m.outcomes(), name)
	require.NotEmpty(t, m.Attempts[0].Integration, name)
	require.NotNil(t, m.Attempts[0].EndedAt, name)
	require.NotEmpty(t, m.ProviderMessageID, name)

	require.Equal(t, "created", m.kinds()[0], name)
	require.Contains(t, m.kinds(), m.Status, name)
	for i, e := range m.Timeline[1:] {
		require.False(t, e.At.Before(m.Timeline[i].At), "%s: the timeline is in order", name)
	}
	require.NotEmpty(t, m.Decisions, name)
	for _, d := range m.Decisions {
		require.Equal(t, "pass", d.Outcome, "%s: %s", name, d.Step)
	}
	run := get[struct {
		EventID string `json:"event_id"`
	}](house, "/v1/notifications/"+m.NotificationID)
	require.Equal(t, m.EventID, run.EventID, name)
}

// requireOneCallEach compares messages with the vendors' own ledger.
func requireOneCallEach(t *testing.T, house *caller, messages []message) {
	t.Helper()
	times := map[string]int{}
	for _, call := range house.calls() {
		times[call.MessageID]++
	}
	for _, m := range messages {
		want := 1
		if m.Channel == "in_app" {
			want = 0
		}
		require.Equal(t, want, times[m.ID], "calls for %s by %s", m.ID, m.Channel)
		delete(times, m.ID)
	}
	require.Empty(t, times, "calls that belong to no message")
}

func hasHan(s string) bool {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}
