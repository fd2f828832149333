// Package mailchimp is Mailchimp Transactional in the box: messages/send and its
// webhook, signed. It knows the vendor's protocol and nothing of our provider.
package mailchimp

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "mailchimp"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"api_key": "md-sandbox", "webhook_key": "sandbox-webhook-key"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/mailchimp/", Desk: desk{b}}},
		Callbacks: &wire.Callbacks{
			Hook: true, Size: 100, Workers: 4, Linger: 5 * time.Millisecond,
			Stages: func(fate string) []wire.Stage { return stages[fate] },
			Post:   webhook{b.Credentials["webhook_key"]}.post,
		},
		Account: map[string]string{"api_key": b.Credentials["api_key"], "webhook_key": b.Credentials["webhook_key"]},
	}, nil
}

// stages is what Mailchimp reports by fate; "" is the usual one.
var stages = map[string][]wire.Stage{
	"":            {{Kind: "send"}, {Kind: "delivered"}},
	"hard_bounce": {{Kind: "send"}, {Kind: "hard_bounce"}},
	"soft_bounce": {{Kind: "send"}, {Kind: "soft_bounce"}},
	"deferral":    {{Kind: "deferral"}, {Kind: "send"}, {Kind: "delivered"}},
	"reject":      {{Kind: "reject"}},
	"spam":        {{Kind: "send"}, {Kind: "delivered"}, {Kind: "spam"}},
	"unsub":       {{Kind: "send"}, {Kind: "delivered"}, {Kind: "unsub"}},
	"open":        {{Kind: "send"}, {Kind: "delivered"}, {Kind: "open"}},
	"click":       {{Kind: "send"}, {Kind: "delivered"}, {Kind: "click"}},
}

// aliases are the local parts at sandbox.test that other vendors know too.
var aliases = map[string]string{"bounce": "hard_bounce", "unsubscribe": "unsub", "complaint": "spam", "deferred": "deferral"}

func fateOf(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain != "sandbox.test" {
		return ""
	}
	local, _, _ = strings.Cut(local, "+")
	if known, ok := aliases[local]; ok {
		return known
	}
	if _, ok := stages[local]; ok {
		return local
	}
	return ""
}

// lost reports whether nobody receives a message with this fate.
func lost(fate string) bool {
	return fate == "hard_bounce" || fate == "soft_bounce" || fate == "reject"
}

// webhook writes batches of events.
type webhook struct{ key string }

func (h webhook) post(address string, events []*wire.Event) (wire.Letter, error) {
	items := make([]map[string]any, len(events))
	for i, e := range events {
		items[i] = item(e)
	}
	batch := string(wire.ToJSON(items))
	mac := hmac.New(sha1.New, []byte(h.key))
	_, _ = mac.Write([]byte(address + "mandrill_events" + batch)) // a hash never fails
	return wire.Letter{Body: []byte(url.Values{"mandrill_events": {batch}}.Encode()), Header: http.Header{
		"Content-Type":         {wire.AsForm},
		"User-Agent":           {"Mandrill-Webhook/1.0"},
		"X-Mandrill-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}}, nil
}

func item(e *wire.Event) map[string]any {
	message := map[string]any{
		"_id": e.Origin.VendorID, "email": e.Origin.To, "sender": e.Origin.From, "ts": e.At.Unix(), "metadata": e.Origin.Args,
		"state": "sent", "tags": []string{}, "opens": []any{}, "clicks": []any{},
	}
	out := map[string]any{"event": e.Kind, "_id": e.Origin.VendorID, "ts": e.At.Unix(), "msg": message}
	switch e.Kind {
	case "hard_bounce":
		message["state"], message["bounce_description"], message["diag"] = "bounced", "bad_mailbox", "smtp;550 5.1.1 no such user"
	case "soft_bounce":
		message["state"], message["bounce_description"], message["diag"] = "soft-bounced", "mailbox_full", "smtp;452 4.2.2 mailbox full"
	case "deferral":
		message["state"], message["diag"] = "deferred", "451 4.3.0 try again later"
	case "reject":
		message["state"], message["reject"] = "rejected", map[string]string{"reason": "hard-bounce"}
	case "click":
		out["url"] = "https://example.com/"
	}
	e.Add(out)
	e.Add(message)
	return out
}
