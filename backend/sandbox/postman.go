package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// postman posts callbacks, signed as each vendor signs.
type postman struct {
	client  *http.Client
	key     *signingKey
	targets *targets
	token   string // Twilio's auth token
	clock   func() time.Time
}

func newPostman(s *Sandbox) *postman {
	dialer := &net.Dialer{Timeout: 2 * time.Second, Control: dialLoopback}
	p := &postman{
		key: s.key, targets: s.targets, clock: s.clock,
		client: &http.Client{
			Timeout: 10 * time.Second,
			Transport: &http.Transport{
				DialContext: dialer.DialContext, MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
				ResponseHeaderTimeout: 10 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	for _, at := range s.routes {
		if v, ok := at.vendor.(twilio); ok {
			p.token = v.credentials["auth_token"]
		}
	}
	return p
}

// sendGrid posts a batch to the event webhook. The line end after the array is
// part of what is signed.
func (p *postman) sendGrid(ctx context.Context, events []*event) error {
	items := make([]map[string]any, len(events))
	for i, e := range events {
		items[i] = e.mailEvent()
	}
	body := append(toJSON(items), '\r', '\n')
	timestamp := strconv.FormatInt(p.clock().Unix(), 10)
	signature, err := p.key.sign(timestamp, body)
	if err != nil {
		return err
	}
	return p.send(ctx, p.targets.get(SendGrid), string(body), http.Header{
		"Content-Type":                           {"application/json;charset=utf-8"},
		"User-Agent":                             {"SendGrid Event API"},
		"X-Twilio-Email-Event-Webhook-Signature": {signature},
		"X-Twilio-Email-Event-Webhook-Timestamp": {timestamp},
	})
}

// mailEvent is one entry of SendGrid's array. Custom arguments stand beside
// SendGrid's own fields, which win.
func (e *event) mailEvent() map[string]any {
	out := make(map[string]any, len(e.origin.Args)+8)
	for key, value := range e.origin.Args {
		out[key] = value
	}
	smtp, _, _ := strings.Cut(e.origin.VendorID, ".")
	out["email"] = e.origin.To
	out["event"] = e.Kind
	out["timestamp"] = e.At.Unix()
	out["sg_event_id"] = base64.RawURLEncoding.EncodeToString([]byte(e.Kind + "-" + e.origin.VendorID))
	out["sg_message_id"] = e.origin.VendorID
	out["smtp-id"] = "<" + smtp + "@sandbox.test>"
	for key, value := range mailDetails[e.Kind+e.Code] {
		out[key] = value
	}
	return out
}

// mailDetails are the fields that only some events have, by kind and code.
var mailDetails = map[string]map[string]any{
	"delivered":     {"response": "250 OK", "ip": "127.0.0.1"},
	"bouncebounce":  {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 The email account that you tried to reach does not exist.", "bounce_classification": "Invalid Address"},
	"bounceblocked": {"type": "blocked", "status": "5.7.1", "reason": "554 5.7.1 Message refused by the recipient's policy.", "bounce_classification": "Content"},
	"dropped":       {"status": "5.0.0", "reason": "Bounced Address"},
	"deferred":      {"response": "451 4.3.0 Temporary local problem, try again later", "attempt": "1"},
	"open":          {"useragent": "Mozilla/5.0 (sandbox)", "ip": "127.0.0.1", "sg_machine_open": false},
	"click":         {"useragent": "Mozilla/5.0 (sandbox)", "ip": "127.0.0.1", "url": "https://example.com/"},
}

// twilio posts one status to the message's StatusCallback.
func (p *postman) twilio(ctx context.Context, events []*event) error {
	e := events[0] // the lane's size is one
	form := url.Values{
		"AccountSid": {e.origin.Account}, "ApiVersion": {"2010-04-01"}, "From": {e.origin.From}, "To": {e.origin.To},
		"MessageSid": {e.origin.VendorID}, "MessageStatus": {e.Kind}, "SmsSid": {e.origin.VendorID}, "SmsStatus": {e.Kind},
	}
	if e.origin.Service != "" {
		form.Set("MessagingServiceSid", e.origin.Service)
	}
	if e.Code != "" {
		form.Set("ErrorCode", e.Code)
	}
	token := sha256.Sum256([]byte(e.origin.VendorID + e.Kind)) // the same for every retry and duplicate
	return p.send(ctx, p.targets.behind(e.origin.URL), form.Encode(), http.Header{
		"Content-Type":               {"application/x-www-form-urlencoded; charset=UTF-8"},
		"User-Agent":                 {"TwilioProxy/1.1"},
		"X-Twilio-Signature":         {signTwilio(p.token, e.origin.URL, form)},
		"I-Twilio-Idempotency-Token": {hex.EncodeToString(token[:16])},
	})
}

// signTwilio is HMAC-SHA1 over the URL and all parameters in order of their
// names.
func signTwilio(token, callback string, form url.Values) string {
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

func (p *postman) send(ctx context.Context, address, body string, header http.Header) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("make callback: %w", err)
	}
	r.Header = header
	answer, err := p.client.Do(r)
	if err != nil {
		return fmt.Errorf("post callback: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // only so that the connection can be used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("post callback: answered %s", answer.Status)
	}
	return nil
}
