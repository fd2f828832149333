package fcm

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"time"

	"firebase.google.com/go/v4/messaging"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// maxTTL is the longest Firebase keeps a message for a device: four weeks.
const maxTTL = 28 * 24 * time.Hour

type sender struct {
	line   *provider.Line
	api    *messaging.Client
	tokens *tokens
}

type bearerKey struct{}

// Send hands one notification for one device to Firebase.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	return s.ask(ctx, func(ctx context.Context) (string, error) { return s.api.Send(ctx, s.message(m)) })
}

// Probe has Firebase check a push to a topic nobody is subscribed to, and send
// nothing: credentials, project and permission are proven by the answer.
func (s *sender) Probe(ctx context.Context) notify.Result {
	return s.ask(ctx, func(ctx context.Context) (string, error) {
		return s.api.SendDryRun(ctx, &messaging.Message{
			Topic: "clarion-connection-test", Notification: &messaging.Notification{Title: "Clarion", Body: "Connection test"},
		})
	})
}

// ask makes one call with a token and judges its answer.
func (s *sender) ask(ctx context.Context, do func(context.Context) (string, error)) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	asked := call.Context()
	if s.tokens != nil {
		token, refusal := s.tokens.get(asked)
		if refusal != nil {
			refusal.Detail = s.line.Clean(refusal.Detail)
			return *refusal
		}
		asked = context.WithValue(asked, bearerKey{}, token)
	}
	name, err := do(asked)
	result := s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if a.Status == http.StatusOK && err == nil && name != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: name}
		}
		return judge(a)
	})
	if result.Outcome == notify.RateLimited && result.RetryAfter == 0 {
		result.RetryAfter = quotaWait
	}
	if token, ok := asked.Value(bearerKey{}).(string); ok && result.Outcome != notify.OK {
		result = withoutToken(result, token)
		if result.Code == codeUnauthenticated {
			s.tokens.forget(token)
		}
	}
	return result
}

func (s *sender) message(m notify.Outbound) *messaging.Message {
	data := make(map[string]string, len(m.Content.Data)+2)
	maps.Copy(data, m.Content.Data)
	data["message_id"] = m.MessageID
	if m.Content.URL != "" {
		data["url"] = m.Content.URL
	}
	msg := &messaging.Message{
		Token: m.To, Data: data,
		Notification: &messaging.Notification{Title: m.Content.Title, Body: m.Content.Body, ImageURL: m.Content.Image},
	}
	urgent := m.Priority == notify.High
	if !urgent && m.ExpiresAt.IsZero() {
		return msg
	}
	msg.Android = &messaging.AndroidConfig{}
	msg.APNS = &messaging.APNSConfig{Headers: map[string]string{}}
	if urgent {
		msg.Android.Priority = "high"
		msg.APNS.Headers["apns-priority"] = "10"
	}
	if !m.ExpiresAt.IsZero() {
		ttl := min(max(m.ExpiresAt.Sub(s.line.Now()), 0), maxTTL).Truncate(time.Second)
		msg.Android.TTL = &ttl
		msg.APNS.Headers["apns-expiration"] = strconv.FormatInt(m.ExpiresAt.Unix(), 10)
		msg.Webpush = &messaging.WebpushConfig{Headers: map[string]string{"TTL": strconv.Itoa(int(ttl / time.Second))}}
	}
	return msg
}

// Statuses of our own that the SDK does not take as a reason to try again. The
// line has kept what really happened.
const (
	statusUnavailable = 598
	statusNoAnswer    = 599
)

// once keeps the SDK to one request: it resends up to four times after any
// network fault and after a 503, and no option turns that off.
type once struct{ next http.RoundTripper }

func (o once) RoundTrip(req *http.Request) (*http.Response, error) {
	if token, ok := req.Context().Value(bearerKey{}).(string); ok {
		signed := *req
		signed.Header = req.Header.Clone()
		signed.Header.Set("Authorization", "Bearer "+token)
		req = &signed
	}
	resp, err := o.next.RoundTrip(req)
	if err != nil {
		//nolint:nilerr // the fault is kept by the Line; here it must look like an answer, or the SDK sends again
		return &http.Response{StatusCode: statusNoAnswer, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: http.NoBody, Request: req}, nil
	}
	if resp.StatusCode == http.StatusServiceUnavailable {
		resp.StatusCode = statusUnavailable
	}
	return resp, nil
}
