package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"

	"clarion/backend/sandbox/wire"
)

// stages is what Twilio reports about a message; a fate is an error code.
func (v desk) stages(fate string) []wire.Stage {
	switch {
	case fate == "" && v.mark != "":
		return []wire.Stage{{Kind: "sent"}, {Kind: "delivered"}, {Kind: "read"}}
	case fate == "":
		return []wire.Stage{{Kind: "sent"}, {Kind: "delivered"}}
	case fate == "30001", fate == "30002":
		return []wire.Stage{{Kind: "failed", Code: fate}} // never left Twilio
	}
	return []wire.Stage{{Kind: "sent"}, {Kind: "undelivered", Code: fate}}
}

// callbacks writes one status for a message's StatusCallback.
type callbacks struct{ token string }

func (c callbacks) post(_ string, events []*wire.Event) (wire.Letter, error) {
	e := events[0] // one event a post
	form := url.Values{
		"AccountSid": {e.Origin.Account}, "ApiVersion": {"2010-04-01"}, "From": {e.Origin.From}, "To": {e.Origin.To},
		"MessageSid": {e.Origin.VendorID}, "MessageStatus": {e.Kind}, "SmsSid": {e.Origin.VendorID}, "SmsStatus": {e.Kind},
	}
	if e.Origin.Service != "" {
		form.Set("MessagingServiceSid", e.Origin.Service)
	}
	if e.Code != "" {
		form.Set("ErrorCode", e.Code)
	}
	if e.Odd {
		form.Set(wire.Novelty, "你好 & more")
	}
	token := sha256.Sum256([]byte(e.Origin.VendorID + e.Kind)) // the same for every retry and duplicate
	return wire.Letter{Body: []byte(form.Encode()), Header: http.Header{
		"Content-Type":               {"application/x-www-form-urlencoded; charset=UTF-8"},
		"User-Agent":                 {"TwilioProxy/1.1"},
		"X-Twilio-Signature":         {sign(c.token, e.Origin.URL, form)},
		"I-Twilio-Idempotency-Token": {hex.EncodeToString(token[:16])},
	}}, nil
}

// sign is HMAC-SHA1 over the URL the caller named and all parameters in order
// of their names.
func sign(token, callback string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	_, _ = io.WriteString(mac, callback) // a hash never fails
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		_, _ = io.WriteString(mac, name+form.Get(name))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
