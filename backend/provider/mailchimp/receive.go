package mailchimp

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"clarion/backend/notify"
)

// trialKey signs the one empty batch with which Mailchimp tries a new address,
// before there is a key.
const trialKey = "test-webhook"

// Receive verifies and reads a batch of events.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	done := notify.CallbackAnswer{Status: http.StatusOK}
	if r.Method == http.MethodHead {
		return nil, done, nil // Mailchimp looks whether somebody is there
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("mailchimp callback: the body is no form: %w", notify.ErrUnauthenticated)
	}
	batch := form.Get("mandrill_events")
	given := r.Header.Get("X-Mandrill-Signature")
	switch {
	case s.webhookKey != "" && matches(s.webhookKey, given, r.URL, form):
	case batch == "[]" && matches(trialKey, given, r.URL, form):
		return nil, done, nil // it says nothing
	default:
		return nil, notify.CallbackAnswer{}, fmt.Errorf("mailchimp callback: the signature is missing or wrong: %w", notify.ErrUnauthenticated)
	}
	var events []event
	if json.Unmarshal([]byte(batch), &events) != nil {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading mailchimp events: %w", notify.ErrMalformed)
	}
	receipts := make([]notify.Receipt, len(events))
	for i := range events {
		receipts[i] = events[i].receipt(r.Now)
		receipts[i].Detail = s.line.Clean(receipts[i].Detail)
	}
	return receipts, done, nil
}

// matches holds a signature against the URL and all parameters by name.
func matches(key, given, address string, form url.Values) bool {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(key))
	_, _ = mac.Write([]byte(address)) // a hash never fails
	for _, name := range names {
		for _, value := range form[name] {
			_, _ = mac.Write([]byte(name + value))
		}
	}
	signature, err := base64.StdEncoding.DecodeString(given)
	return err == nil && hmac.Equal(signature, mac.Sum(nil))
}

type event struct {
	Event string      `json:"event"`
	ID    string      `json:"_id"`
	TS    json.Number `json:"ts"`
	URL   string      `json:"url"`
	Type  string      `json:"type"` // of what is no message: a change of a list
	Msg   struct {
		ID       string          `json:"_id"`
		Email    string          `json:"email"`
		State    string          `json:"state"`
		Diag     string          `json:"diag"`
		Bounce   string          `json:"bounce_description"`
		Metadata json.RawMessage `json:"metadata"`
		Reject   struct {
			Reason string `json:"reason"`
		} `json:"reject"`
	} `json:"msg"`
}

func (e *event) receipt(now time.Time) notify.Receipt {
	id := e.Msg.ID
	if id == "" {
		id = e.ID
	}
	r := notify.Receipt{
		DedupKey: e.Event + e.Type + ":" + id + ":" + e.TS.String(), ProviderMessageID: id,
		MessageID: e.messageID(), Address: e.Msg.Email, Code: e.Event + e.Type, Detail: e.Msg.Diag, At: now,
	}
	if seconds, err := strconv.ParseInt(e.TS.String(), 10, 64); err == nil && seconds > 0 {
		r.At = time.Unix(seconds, 0).UTC()
	}
	e.classify(&r)
	return r
}

// messageID is ours, when the metadata came back as they were sent: an empty set
// comes back as a list.
func (e *event) messageID() string {
	var m struct {
		ID string `json:"message_id"`
	}
	if json.Unmarshal(e.Msg.Metadata, &m) != nil {
		return ""
	}
	return m.ID
}

// classify fills in what the event means. An event that is not known changes
// nothing and keeps its name in Code.
func (e *event) classify(r *notify.Receipt) {
	switch e.Event {
	case "send":
		r.Status = notify.Sent
	case "delivered":
		r.Status = notify.Delivered
	case "hard_bounce":
		r.Status, r.Suppress = notify.Failed, notify.Bounce
	case "soft_bounce":
		r.Status = notify.Failed
	case "reject":
		r.Status = notify.Failed
		if e.Msg.Reject.Reason != "" {
			r.Detail = e.Msg.Reject.Reason
		}
	case "open":
		r.Engagement = notify.EngagedOpened
	case "click":
		r.Engagement, r.Detail = notify.EngagedClicked, e.URL
	case "spam":
		r.Engagement, r.Suppress = notify.EngagedComplained, notify.Complaint
	case "unsub":
		r.Engagement, r.Suppress = notify.EngagedUnsubscribed, notify.Unsubscribe
	}
	if r.Detail == "" {
		r.Detail = e.Msg.Bounce
	}
}
