package sendgrid

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sendgrid/sendgrid-go/helpers/eventwebhook"

	"clarion/backend/notify"
)

// Receive verifies and reads a batch of events.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	if err := s.verify(r); err != nil {
		return nil, notify.CallbackAnswer{}, err
	}
	var events []event
	if err := json.Unmarshal(r.Body, &events); err != nil {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading sendgrid events: %w", notify.ErrMalformed)
	}
	receipts := make([]notify.Receipt, len(events))
	for i := range events {
		receipts[i] = events[i].receipt(r.Now)
		receipts[i].Detail = s.line.Clean(receipts[i].Detail)
	}
	return receipts, notify.CallbackAnswer{Status: http.StatusOK}, nil
}

func (s *sender) verify(r notify.CallbackRequest) error {
	refuse := func(why string) error {
		return fmt.Errorf("sendgrid callback: %s: %w", why, notify.ErrUnauthenticated)
	}
	if s.public == nil {
		return refuse("no public key is set")
	}
	stamp := r.Header.Get(eventwebhook.TimestampHTTPHeader)
	signature := r.Header.Get(eventwebhook.VerificationHTTPHeader)
	if stamp == "" || signature == "" {
		return refuse("the signature headers are missing")
	}
	if ok, err := eventwebhook.VerifySignature(s.public, r.Body, signature, stamp); err != nil || !ok {
		return refuse("the signature is wrong")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Unix(seconds, 0).Sub(r.Now).Abs() > window {
		return refuse("the timestamp is too far from now")
	}
	return nil
}

// text is a JSON value that SendGrid documents as a string. Another type is
// kept as written: one odd field must not cost a whole batch.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*t = text(s)
	return nil
}

type event struct {
	Email       text `json:"email"`
	Event       text `json:"event"`
	Type        text `json:"type"`
	Reason      text `json:"reason"`
	Response    text `json:"response"`
	URL         text `json:"url"`
	Status      text `json:"status"`
	Timestamp   text `json:"timestamp"`
	EventID     text `json:"sg_event_id"`
	SGMessageID text `json:"sg_message_id"`
	MachineOpen text `json:"sg_machine_open"`
	MessageID   text `json:"message_id"`
}

func (e *event) receipt(now time.Time) notify.Receipt {
	// The id given at sending is the part before the first dot.
	id, _, _ := strings.Cut(string(e.SGMessageID), ".")
	r := notify.Receipt{
		DedupKey: string(e.EventID), MessageID: string(e.MessageID), ProviderMessageID: id,
		Address: string(e.Email), At: e.at(now), Code: string(e.Event), Detail: string(e.Reason),
	}
	if r.DedupKey == "" {
		r.DedupKey = fmt.Sprintf("%s:%s:%s:%s", e.SGMessageID, e.Email, e.Event, e.Timestamp)
	}
	e.classify(&r)
	return r
}

func (e *event) at(now time.Time) time.Time {
	seconds, err := strconv.ParseInt(string(e.Timestamp), 10, 64)
	if err != nil || seconds <= 0 {
		return now
	}
	return time.Unix(seconds, 0).UTC()
}

// classify fills in what the event means. An event that is not known changes
// nothing and keeps its name in Code.
func (e *event) classify(r *notify.Receipt) {
	switch e.Event {
	case "processed":
		r.Status = notify.Sent
	case "delivered":
		r.Status, r.Detail = notify.Delivered, string(e.Response)
	case "deferred":
		r.Detail = string(e.Response)
	case "bounce":
		r.Status = notify.Failed
		if e.Type == "blocked" {
			r.Code = "blocked"
		} else {
			r.Suppress = notify.Bounce
		}
	case "dropped":
		r.Status, r.Suppress = notify.Failed, dropped[strings.ToLower(string(e.Reason))]
	case "open":
		if e.MachineOpen == "true" {
			// A mail server fetched the picture; no person has looked.
			r.Code = "machine_open"
		} else {
			r.Engagement = notify.EngagedOpened
		}
	case "click":
		r.Engagement, r.Detail = notify.EngagedClicked, string(e.URL)
	case "spamreport":
		r.Engagement, r.Suppress = notify.EngagedComplained, notify.Complaint
	case "unsubscribe", "group_unsubscribe":
		r.Engagement, r.Suppress = notify.EngagedUnsubscribed, notify.Unsubscribe
		r.Group = e.Event == "group_unsubscribe"
	case "group_resubscribe":
		r.Resubscribe, r.Group = true, true
	}
}

// dropped maps SendGrid's reasons for not trying; others say nothing about the
// address.
var dropped = map[string]notify.SuppressionReason{
	"bounced address":        notify.Bounce,
	"invalid":                notify.Bounce,
	"unsubscribed address":   notify.Unsubscribe,
	"spam reporting address": notify.Complaint,
}
