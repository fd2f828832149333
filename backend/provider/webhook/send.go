package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

type sender struct {
	line *provider.Line
	deps provider.Deps
	keys []signingKey
	// fixed is where every message goes; nil means to the recipient's own URL.
	fixed *url.URL
	// perSecond is how many calls one recipient's endpoint gets; zero is no limit.
	perSecond int
}

// event is the body: data is what the template made, the rest says what it is.
type event struct {
	Type      string            `json:"type"`
	MessageID string            `json:"message_id"`
	Recipient string            `json:"recipient,omitempty"`
	Title     string            `json:"title,omitempty"`
	Text      string            `json:"text,omitempty"`
	URL       string            `json:"url,omitempty"`
	Data      map[string]string `json:"data"`
}

// Place is the URL of a recipient: each has an owner of its own.
func (s *sender) Place(to string) notify.Place {
	if s.fixed != nil {
		return notify.Place{}
	}
	return notify.Place{Key: to, PerSecond: s.perSecond}
}

// Send posts one message.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	target := s.fixed
	if target == nil {
		var err error
		if target, err = provider.Target(m.To); err != nil {
			return notify.Result{Outcome: notify.InvalidRecipient, Code: "invalid_url", Detail: "The address cannot be called: " + err.Error() + "."}
		}
	}
	body, err := body(m)
	if err != nil {
		return notify.Result{Outcome: notify.ContentRejected, Code: provider.CodeRefused, Detail: err.Error()}
	}
	call := s.line.Start(ctx)
	defer call.End()
	err = s.post(call.Context(), m.MessageID, target, body)
	r := s.line.Settle(call, err, s.judge)
	if r.Code == provider.CodeForbidden {
		r.Outcome = s.blame()
	}
	return r
}

func body(m notify.Outbound) ([]byte, error) {
	e := event{
		Type: m.Category, MessageID: m.MessageID, Recipient: m.RecipientID, Title: m.Content.Title, Text: m.Content.Text,
		URL: m.Content.URL, Data: m.Content.Data,
	}
	if e.Type == "" {
		e.Type = "message"
	}
	if e.Data == nil {
		e.Data = map[string]string{}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("write the webhook's body: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func (s *sender) post(ctx context.Context, id string, target *url.URL, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.deps.Via(target), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	stamp := strconv.FormatInt(s.line.Now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Clarion")
	request.Header.Set("webhook-id", id)
	request.Header.Set("webhook-timestamp", stamp)
	request.Header.Set("webhook-signature", sign(s.keys, id, stamp, body))
	resp, err := s.line.HTTP().Do(request)
	if err != nil {
		return err
	}
	return resp.Body.Close() // the line has read it to its end
}

// blame is the class of what the address itself did wrong: the recipient's, or
// ours when it is the integration's own.
func (s *sender) blame() notify.Outcome {
	if s.fixed != nil {
		return notify.AuthConfig
	}
	return notify.InvalidRecipient
}

// judge goes by the status alone, as the protocol does. Whoever receives drops
// what comes twice, so what went wrong there may be tried again. At a recipient's
// own URL a refusal says nothing about the integration, which serves others too.
func (s *sender) judge(a provider.Answer) notify.Result {
	r := notify.Result{Code: fmt.Sprintf("http_%d", a.Status), Detail: "The endpoint answered " + strconv.Itoa(a.Status) + " " + http.StatusText(a.Status) + said(a.Body)}
	switch {
	case a.Status >= 200 && a.Status < 300:
		return notify.Result{Outcome: notify.OK}
	case a.Status == http.StatusGone:
		r.Outcome, r.Detail = s.blame(), "The endpoint says that it is gone for good."
	case a.Status == http.StatusTooManyRequests, a.Status == http.StatusBadGateway, a.Status == http.StatusGatewayTimeout:
		r.Outcome = notify.RateLimited
	case a.Status >= 500, a.Status == http.StatusRequestTimeout, a.Status == http.StatusConflict, a.Status == http.StatusTooEarly:
		r.Outcome = notify.Temporary
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden, a.Status == http.StatusNotFound, a.Status == http.StatusMethodNotAllowed:
		r.Outcome = notify.ContentRejected
		if s.fixed != nil {
			r.Outcome = notify.AuthConfig
		}
	default:
		r.Outcome = notify.ContentRejected
	}
	return r
}

// said is the endpoint's own words, unless they are a page.
func said(body []byte) string {
	text := strings.TrimSpace(string(body))
	if text == "" || text[0] == '<' || len(text) > 500 {
		return "."
	}
	return ": " + text
}
