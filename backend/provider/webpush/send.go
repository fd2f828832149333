package webpush

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// longestWait is the longest time a push service is asked to keep a message.
const longestWait = 28 * 24 * time.Hour

type sender struct {
	line    *provider.Line
	deps    provider.Deps
	key     *ecdsa.PrivateKey
	subject string
}

// Send hands one push to the browser's push service.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	endpoint, to, err := readSubscription(m.To)
	if err != nil {
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "invalid_subscription", Detail: "The address is no subscription of a browser: " + err.Error() + "."}
	}
	plain, err := payload(m)
	if err != nil {
		return notify.Result{Outcome: notify.ContentRejected, Code: "too_large", Detail: "The push was not sent: " + err.Error() + "."}
	}
	call := s.line.Start(ctx)
	defer call.End()
	request, err := s.request(call.Context(), m, endpoint, func(own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
		return seal(plain, to, own, salt)
	})
	if err == nil {
		var resp *http.Response
		if resp, err = s.line.HTTP().Do(request); err == nil {
			_ = resp.Body.Close() // the line has read it to its end
		}
	}
	r := s.line.Settle(call, err, judge)
	if r.Code == provider.CodeForbidden {
		r.Outcome = notify.InvalidRecipient
	}
	return r
}

// subscription is what PushSubscription.toJSON gives in a browser.
type subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		Public string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

func readSubscription(address string) (*url.URL, browser, error) {
	var sub subscription
	if err := json.Unmarshal([]byte(address), &sub); err != nil {
		return nil, browser{}, errors.New("it is not JSON")
	}
	endpoint, err := provider.Target(sub.Endpoint)
	if err != nil {
		return nil, browser{}, err
	}
	if endpoint.Scheme != "https" {
		return nil, browser{}, errors.New("its endpoint must begin with https://")
	}
	raw, err := base64url.DecodeString(strings.TrimRight(sub.Keys.Public, "="))
	if err != nil {
		return nil, browser{}, errors.New("keys.p256dh is not base64url")
	}
	public, err := ecdh.P256().NewPublicKey(raw)
	if err != nil {
		return nil, browser{}, errors.New("keys.p256dh is no public key")
	}
	auth, err := base64url.DecodeString(strings.TrimRight(sub.Keys.Auth, "="))
	if err != nil || len(auth) != 16 {
		return nil, browser{}, errors.New("keys.auth is not 16 bytes in base64url")
	}
	return endpoint, browser{public, auth}, nil
}

// request encrypts with a key and a salt of its own.
func (s *sender) request(ctx context.Context, m notify.Outbound, endpoint *url.URL, sealed func(*ecdh.PrivateKey, []byte) ([]byte, error)) (*http.Request, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for one message: %w", err)
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // crypto/rand.Read never returns an error
	body, err := sealed(own, salt)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.deps.Via(endpoint), bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the endpoint cannot be called")
	}
	authorization, err := proof(s.key, endpoint.Scheme+"://"+endpoint.Host, s.subject, s.line.Now())
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Content-Encoding", "aes128gcm")
	request.Header.Set("Content-Type", "application/octet-stream")
	request.Header.Set("TTL", strconv.Itoa(int(s.wait(m)/time.Second)))
	request.Header.Set("Urgency", urgency[m.Priority])
	request.Header.Set("Topic", topic(m.MessageID))
	return request, nil
}

// wait is how long the push service keeps the message for a browser that is off.
func (s *sender) wait(m notify.Outbound) time.Duration {
	if m.ExpiresAt.IsZero() {
		return longestWait
	}
	return min(max(m.ExpiresAt.Sub(s.line.Now()), 0), longestWait)
}

var urgency = map[notify.Priority]string{notify.High: "high", notify.Medium: "normal", notify.Low: "low", "": "normal"}

var topicShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// topic makes a message that is sent twice replace itself as long as the browser
// has not fetched it. Ours are ids without their kind.
func topic(id string) string {
	short := strings.TrimPrefix(id, "msg_")
	if topicShape.MatchString(short) {
		return short
	}
	sum := sha256.Sum256([]byte(id))
	return base64url.EncodeToString(sum[:24])
}

// payload is what the site's service worker gets.
func payload(m notify.Outbound) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		MessageID string            `json:"message_id"`
		Title     string            `json:"title,omitempty"`
		Body      string            `json:"body,omitempty"`
		Image     string            `json:"image,omitempty"`
		URL       string            `json:"url,omitempty"`
		Data      map[string]string `json:"data,omitempty"`
		Actions   []notify.Action   `json:"actions,omitempty"`
	}{m.MessageID, m.Content.Title, m.Content.Body, m.Content.Image, m.Content.URL, m.Content.Data, m.Content.Actions})
	if err != nil {
		return nil, fmt.Errorf("write the push: %w", err)
	}
	plain := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
	if len(plain) > maxPlain {
		return nil, fmt.Errorf("the push has %d bytes; %d fit", len(plain), maxPlain)
	}
	return plain, nil
}

// judge reads a push service's answer. Its words are not repeated: it echoes the
// proof, which opens the door for half a day.
func judge(a provider.Answer) notify.Result {
	r := a.ByStatus()
	switch {
	case a.Status == http.StatusCreated, a.Status == http.StatusAccepted:
		return notify.Result{Outcome: notify.OK, ProviderMessageID: a.Header.Get("Location")}
	case a.Status == http.StatusNotFound, a.Status == http.StatusGone:
		r.Outcome, r.Detail = notify.InvalidRecipient, "The browser's subscription is gone."
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		r.Detail = "The push service refused the VAPID key: the subscription may belong to another one."
	case a.Status == http.StatusBadRequest && len(a.Body) > 0 && a.Body[0] != '<':
		r.Outcome, r.Detail = notify.ContentRejected, "The push service could not read the request."
		if strings.Contains(strings.ToLower(string(a.Body)), "vapid") {
			r.Outcome, r.Detail = notify.AuthConfig, "The push service could not read the VAPID proof."
		}
	}
	return r
}
