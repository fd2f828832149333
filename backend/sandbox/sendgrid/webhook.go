package sendgrid

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

// stages is what SendGrid reports by fate; "" is the usual one.
var stages = map[string][]wire.Stage{
	"":            {{Kind: "processed"}, {Kind: "delivered"}},
	"bounce":      {{Kind: "processed"}, {Kind: "bounce", Code: "bounce"}},
	"blocked":     {{Kind: "processed"}, {Kind: "bounce", Code: "blocked"}},
	"dropped":     {{Kind: "dropped"}},
	"deferred":    {{Kind: "processed"}, {Kind: "deferred"}, {Kind: "delivered"}},
	"spamreport":  {{Kind: "processed"}, {Kind: "delivered"}, {Kind: "spamreport"}},
	"unsubscribe": {{Kind: "processed"}, {Kind: "delivered"}, {Kind: "unsubscribe"}},
	"open":        {{Kind: "processed"}, {Kind: "delivered"}, {Kind: "open"}},
	"click":       {{Kind: "processed"}, {Kind: "delivered"}, {Kind: "click"}},
}

// lost reports whether nobody receives a message with this fate.
func lost(fate string) bool { return fate == "bounce" || fate == "blocked" || fate == "dropped" }

// webhook writes batches of events. The line end after the array is part of
// what is signed.
type webhook struct {
	key   *signingKey
	clock func() time.Time
}

func (h webhook) post(_ string, events []*wire.Event) (wire.Letter, error) {
	items := make([]map[string]any, len(events))
	for i, e := range events {
		items[i] = item(e)
	}
	body := append(wire.ToJSON(items), '\r', '\n')
	timestamp := strconv.FormatInt(h.clock().Unix(), 10)
	signature, err := h.key.sign(timestamp, body)
	if err != nil {
		return wire.Letter{}, err
	}
	return wire.Letter{Body: body, Header: http.Header{
		"Content-Type":                           {"application/json;charset=utf-8"},
		"User-Agent":                             {"SendGrid Event API"},
		"X-Twilio-Email-Event-Webhook-Signature": {signature},
		"X-Twilio-Email-Event-Webhook-Timestamp": {timestamp},
	}}, nil
}

// item is one entry of SendGrid's array. Custom arguments stand beside
// SendGrid's own fields, which win.
func item(e *wire.Event) map[string]any {
	out := make(map[string]any, len(e.Origin.Args)+8)
	for key, value := range e.Origin.Args {
		out[key] = value
	}
	smtp, _, _ := strings.Cut(e.Origin.VendorID, ".")
	out["email"] = e.Origin.To
	out["event"] = e.Kind
	out["timestamp"] = e.At.Unix()
	out["sg_event_id"] = base64.RawURLEncoding.EncodeToString([]byte(e.Kind + "-" + e.Origin.VendorID))
	out["sg_message_id"] = e.Origin.VendorID
	out["smtp-id"] = "<" + smtp + "@sandbox.test>"
	for key, value := range details[e.Kind+e.Code] {
		out[key] = value
	}
	e.Add(out)
	return out
}

// details are the fields that only some events have, by kind and code.
var details = map[string]map[string]any{
	"delivered":     {"response": "250 OK", "ip": "127.0.0.1"},
	"bouncebounce":  {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 The email account that you tried to reach does not exist.", "bounce_classification": "Invalid Address"},
	"bounceblocked": {"type": "blocked", "status": "5.7.1", "reason": "554 5.7.1 Message refused by the recipient's policy.", "bounce_classification": "Content"},
	"dropped":       {"status": "5.0.0", "reason": "Bounced Address"},
	"deferred":      {"response": "451 4.3.0 Temporary local problem, try again later", "attempt": "1"},
	"open":          {"useragent": "Mozilla/5.0 (sandbox)", "ip": "127.0.0.1", "sg_machine_open": false},
	"click":         {"useragent": "Mozilla/5.0 (sandbox)", "ip": "127.0.0.1", "url": "https://example.com/"},
}
