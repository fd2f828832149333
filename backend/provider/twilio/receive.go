package twilio

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Receive verifies and reads one status callback.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	signed := signedURL(r)
	signature := r.Header.Get("X-Twilio-Signature")
	if signature == "" || !s.validator.ValidateBody(signed, r.Body, signature) {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("twilio callback: the signature is missing or wrong: %w", notify.ErrUnauthenticated)
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading a twilio callback: %w", notify.ErrMalformed)
	}
	if form.Get("SmsStatus") == "received" {
		return s.heard(form, r.Now), notify.CallbackAnswer{Status: http.StatusOK, ContentType: "text/xml; charset=utf-8", Body: "<Response/>"}, nil
	}
	receipt, err := read(signed, form)
	if err != nil {
		return nil, notify.CallbackAnswer{}, err
	}
	receipt.At, receipt.Address = r.Now, strings.TrimPrefix(receipt.Address, s.mark)
	receipt.Detail = s.line.Clean(receipt.Detail)
	return []notify.Receipt{receipt}, notify.CallbackAnswer{Status: http.StatusNoContent}, nil
}

// heard is what a text or WhatsApp message that came in says about its sender:
// STOP and START in Twilio's words. Twilio blocks the number and answers these
// and HELP by itself, so nothing is written back. With Advanced Opt-Out the words
// are the customer's own, and Twilio says what they mean in OptOutType.
// https://help.twilio.com/articles/223134027
func (s *sender) heard(form url.Values, now time.Time) []notify.Receipt {
	word := strings.ToUpper(strings.TrimSpace(form.Get("Body")))
	means := form.Get("OptOutType")
	if means == "" {
		means = keywords[word]
	}
	sid, from := form.Get("MessageSid"), strings.TrimPrefix(form.Get("From"), s.mark)
	if sid == "" || from == "" {
		return nil
	}
	receipt := notify.Receipt{DedupKey: "in:" + sid, Address: from, Channel: s.channel, At: now, Words: s.line.Clean(word)}
	switch means {
	case "STOP":
		receipt.Suppress, receipt.Detail = notify.Unsubscribe, "The person wrote STOP."
	case "START":
		receipt.Resubscribe = true
	default:
		return nil
	}
	return []notify.Receipt{receipt}
}

// keywords are the words that Twilio takes for an opt-out or its end by default.
var keywords = map[string]string{
	"STOP": "STOP", "STOPALL": "STOP", "UNSUBSCRIBE": "STOP", "CANCEL": "STOP", "END": "STOP", "QUIT": "STOP", "REVOKE": "STOP", "OPTOUT": "STOP",
	"START": "START", "UNSTOP": "START", "YES": "START",
}

// signedURL is the address as Twilio was given it. A fragment only tunes
// Twilio's retries and is not part of what it signs.
func signedURL(r notify.CallbackRequest) string {
	full, _, _ := strings.Cut(r.URL, "#")
	if r.Query != "" && !strings.Contains(full, "?") {
		full += "?" + r.Query
	}
	return full
}

func read(signed string, form url.Values) (notify.Receipt, error) {
	sid, status := form.Get("MessageSid"), form.Get("MessageStatus")
	if sid == "" || status == "" {
		return notify.Receipt{}, fmt.Errorf("a twilio callback without MessageSid or MessageStatus: %w", notify.ErrMalformed)
	}
	r := notify.Receipt{
		DedupKey: sid + ":" + status, ProviderMessageID: sid, Address: form.Get("To"),
		Code: form.Get("ErrorCode"), Detail: form.Get("ErrorMessage"),
	}
	if _, query, found := strings.Cut(signed, "?"); found {
		// A broken query only costs the echo; the sid still finds the message.
		values, _ := url.ParseQuery(query)
		r.MessageID = values.Get("message_id")
	}
	state, known := states[status]
	r.Status = state
	if r.Code == "" && (!known || state == notify.Failed) {
		r.Code = status
	}
	if status == "read" {
		r.Engagement = notify.EngagedRead
	}
	if r.Code == "21610" {
		r.Suppress = notify.Unsubscribe
	}
	return r, nil
}

// states maps Twilio's statuses. Everything before sent already means that
// Twilio took responsibility.
var states = map[string]notify.Status{
	"accepted": notify.Sent, "scheduled": notify.Sent, "queued": notify.Sent, "sending": notify.Sent,
	"sent": notify.Sent, "delivered": notify.Delivered, "read": notify.Delivered,
	"undelivered": notify.Failed, "failed": notify.Failed, "canceled": notify.Failed,
}
