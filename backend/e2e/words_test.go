package e2e_test

import (
	"net/http"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// The documents as a caller of the API sees them.
type (
	// fact is an event as a source reports it.
	fact struct {
		Type      string `json:"type"`
		To        []any  `json:"to"`
		Data      any    `json:"data,omitempty"`
		SendAt    string `json:"send_at,omitempty"`
		ExpiresAt string `json:"expires_at,omitempty"`
		CancelKey string `json:"cancel_key,omitempty"`
	}

	person struct{ ID, Name string }

	message struct {
		ID                string
		NotificationID    string `json:"notification_id"`
		EventID           string `json:"event_id"`
		TraceID           string `json:"trace_id"`
		Recipient         person
		Channel           string
		Address           string
		Status            string
		SkipReason        string `json:"skip_reason"`
		HeldFor           string `json:"held_for"`
		DueAt             string `json:"due_at"`
		Outcome           string
		ErrorCode         string `json:"error_code"`
		Integration       string
		ProviderMessageID string `json:"provider_message_id"`
		SizeBytes         int    `json:"size_bytes"`
		Priority          string
		Template          struct {
			Key, Locale string
			Version     int
		}
		Content     map[string]any
		CreatedAt   time.Time  `json:"created_at"`
		SentAt      *time.Time `json:"sent_at"`
		DeliveredAt *time.Time `json:"delivered_at"`
		Attempts    []attempt
		Timeline    []entry
		Decisions   []decision
	}

	attempt struct {
		ID            string
		Number        int
		Integration   string
		Outcome       string
		ErrorCode     string     `json:"error_code"`
		StartedAt     time.Time  `json:"started_at"`
		EndedAt       *time.Time `json:"ended_at"`
		NextAttemptAt *time.Time `json:"next_attempt_at"`
	}

	entry struct {
		At     time.Time
		Kind   string
		Detail map[string]any
	}

	decision struct{ Step, Channel, Outcome, Reason, Detail, Rule string }

	// vendorCall is an entry of the sandbox's ledger: what really happened.
	vendorCall struct {
		ID, Provider   string
		MessageID      string    `json:"message_id"`
		ReceivedAt     time.Time `json:"received_at"`
		AnsweredStatus int       `json:"answered_status"`
		Fault          string
	}

	event struct {
		ID, Status     string
		IdempotencyKey string `json:"idempotency_key"`
		Counts         map[string]int
	}

	books struct {
		Accepted, Delivered, Sent, Failed, Skipped, Expired, Cancelled, Unknown int
		InProgress                                                              int `json:"in_progress"`
		Balanced                                                                bool
	}
)

// accepted says whether the vendor took the message, answered or not.
func (v vendorCall) accepted() bool {
	switch v.Fault {
	case "none":
		return v.AnsweredStatus >= 200 && v.AnsweredStatus < 300 || v.AnsweredStatus == 0
	case "timeout_after_accept", "bad_json":
		return true
	case "bounce", "undelivered":
		return v.AnsweredStatus >= 200 && v.AnsweredStatus < 300
	default:
		return false
	}
}

// ended are the states in which nothing more will be done by itself.
var ended = []string{"sent", "delivered", "failed", "skipped", "expired", "cancelled", "unknown"}

func isEnded(m message) bool { return slices.Contains(ended, m.Status) }

func arrived(m message) bool { return m.Status == "sent" || m.Status == "delivered" }

func isDelivered(m message) bool { return m.Status == "delivered" }

// kinds are the words of a message's timeline, in order.
func (m message) kinds() []string {
	var words []string
	for _, e := range m.Timeline {
		words = append(words, e.Kind)
	}
	return words
}

// outcomes are those of a message's attempts, in order.
func (m message) outcomes() []string {
	var words []string
	for _, a := range m.Attempts {
		words = append(words, a.Outcome)
	}
	return words
}

// report sends an event and returns its id.
func (c *caller) report(f fact) string {
	c.Helper()
	r := c.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/events", body: f})
	return read[struct {
		EventID string `json:"event_id"`
	}](c, r).EventID
}

// notice is a send without a workflow.
type notice map[string]any

// notify sends without a workflow and returns the event's id and the
// notifications' ids.
func (c *caller) notify(n notice) (string, []string) {
	c.Helper()
	r := c.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/notifications", body: n})
	data := read[struct {
		EventID         string   `json:"event_id"`
		NotificationIDs []string `json:"notification_ids"`
	}](c, r)
	return data.EventID, data.NotificationIDs
}

// text is a direct send of a line to ada on one channel.
func text(channel, line string) notice {
	content := map[string]any{"text": line}
	if channel == "email" {
		content["subject"] = line
	}
	return notice{"to": []string{"ada"}, "channels": []string{channel}, "content": content}
}

func (c *caller) messagesOf(eventID string) []message {
	c.Helper()
	return list[message](c, "/v1/messages?event="+eventID)
}

func (c *caller) message(id string) message {
	c.Helper()
	return get[message](c, "/v1/messages/"+id)
}

// settled waits until an event has so many messages and all of them are as they
// should be.
func (c *caller) settled(eventID string, count int, within time.Duration, good func(message) bool) []message {
	c.Helper()
	var found []message
	await(c, within, "messages of "+eventID, func() bool {
		found = c.messagesOf(eventID)
		return len(found) == count && !slices.ContainsFunc(found, func(m message) bool { return !good(m) })
	})
	return found
}

func (c *caller) books() books {
	c.Helper()
	return get[books](c, "/v1/ledger")
}

// calls are all raw calls the vendors got, oldest first.
func (c *caller) calls() []vendorCall {
	c.Helper()
	found := list[vendorCall](c, "/v1/sandbox/requests")
	slices.Reverse(found)
	return found
}

// fault makes a vendor misbehave.
func (c *caller) fault(f map[string]any) {
	c.Helper()
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/sandbox/faults", body: f})
}

// balanced requires that the books agree and nothing is under way.
func (c *caller) balanced() books {
	c.Helper()
	b := c.books()
	require.True(c, b.Balanced, "%+v", b)
	require.Zero(c, b.InProgress, "%+v", b)
	return b
}
