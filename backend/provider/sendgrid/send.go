package sendgrid

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/sendgrid/rest"
	"github.com/sendgrid/sendgrid-go"
	"github.com/sendgrid/sendgrid-go/helpers/mail"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

type sender struct {
	line   *provider.Line
	client rest.Client
	key    string
	base   string
	from   *mail.Email
	public *ecdsa.PublicKey
}

func address(name, mailbox string) *mail.Email { return &mail.Email{Name: name, Address: mailbox} }

// Send hands one email to SendGrid.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	if refused, ok := provider.RefuseMail(m); ok {
		return refused
	}
	body, err := s.body(m)
	call := s.line.Start(ctx)
	defer call.End()
	if err == nil {
		// One request struct per call: sendgrid.Client keeps the body in a
		// shared one.
		request := sendgrid.GetRequest(s.key, "/v3/mail/send", s.base)
		request.Method = rest.Post
		request.Body = body
		_, err = s.client.SendWithContext(call.Context(), request)
	}
	return s.line.Settle(call, err, judge)
}

// body writes the message as JSON. It does not escape HTML as
// mail.GetRequestBody does, which would make every tag six times as long.
func (s *sender) body(m notify.Outbound) ([]byte, error) {
	content := make([]*mail.Content, 0, 2)
	if m.Content.Text != "" {
		content = append(content, &mail.Content{Type: "text/plain", Value: m.Content.Text})
	}
	if m.Content.HTML != "" {
		content = append(content, &mail.Content{Type: "text/html", Value: m.Content.HTML})
	}
	email := mail.SGMailV3{
		From: s.from, Subject: m.Content.Subject, Content: content,
		Personalizations: []*mail.Personalization{{
			To:         []*mail.Email{address(m.RecipientName, m.To)},
			CustomArgs: map[string]string{"message_id": m.MessageID},
		}},
	}
	for _, h := range provider.Unsubscribe("").Headers(m) {
		if email.Headers == nil {
			email.Headers = map[string]string{}
		}
		email.Headers[h.Name] = h.Value
	}
	var b bytes.Buffer
	b.Grow(512 + len(m.Content.Text) + len(m.Content.HTML))
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(&email)
	return b.Bytes(), err
}

type fault struct {
	Errors []struct {
		Message string `json:"message"`
		Field   string `json:"field"`
	} `json:"errors"`
}

// judge reads SendGrid's answer. Its yes is 202 with an id; 200 is its own
// sandbox mode, which sends nothing but gives an id as well.
func judge(a provider.Answer) notify.Result {
	if a.Status == http.StatusAccepted || a.Status == http.StatusOK {
		if id := a.Header.Get("X-Message-Id"); id != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: id}
		}
		return a.ByStatus()
	}
	var f fault
	if !a.JSON(&f) || len(f.Errors) == 0 || a.Status < 400 || a.Gateway() {
		return a.ByStatus()
	}
	r := a.ByStatus()
	first := f.Errors[0]
	r.Detail = first.Message
	switch {
	case a.Status == http.StatusBadRequest:
		r.Outcome, r.Code = notify.ContentRejected, "rejected"
		if first.Field != "" {
			r.Code = first.Field
		}
		if recipientField(first.Field) {
			r.Outcome = notify.InvalidRecipient
		}
	case a.Status >= 500:
		r.Outcome = notify.Temporary
	case r.Outcome == notify.Ambiguous && a.Status != http.StatusRequestTimeout:
		// A refusal in SendGrid's own words that we know no better class for.
		r.Outcome = notify.ContentRejected
	}
	return r
}

// recipientField matches personalizations.0.to.0.email.
func recipientField(field string) bool {
	return strings.HasPrefix(field, "personalizations.") && strings.Contains(field, ".to.") && strings.HasSuffix(field, ".email")
}
