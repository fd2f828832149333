package mailchimp

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

type sender struct {
	line        *provider.Line
	base        string
	key         string
	from, name  string
	subaccount  string
	webhookKey  string
	unsubscribe provider.Unsubscribe
}

type recipient struct {
	Email string `json:"email"`
	Name  string `json:"name,omitempty"`
	Type  string `json:"type"`
}

type email struct {
	HTML       string            `json:"html,omitempty"`
	Text       string            `json:"text,omitempty"`
	Subject    string            `json:"subject"`
	FromEmail  string            `json:"from_email"`
	FromName   string            `json:"from_name,omitempty"`
	To         []recipient       `json:"to"`
	Headers    map[string]string `json:"headers,omitempty"`
	Metadata   map[string]string `json:"metadata"`
	Subaccount string            `json:"subaccount,omitempty"`
	// AutoText would replace a text part that is missing on purpose.
	AutoText bool `json:"auto_text"`
}

// Send hands one email to Mailchimp.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	if refused, ok := provider.RefuseMail(m); ok {
		return refused
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.post(call, "/messages/send.json", map[string]any{"key": s.key, "message": s.write(m), "async": false})
	return s.line.Settle(call, err, judge)
}

func (s *sender) write(m notify.Outbound) email {
	to, _ := provider.Mailbox(m.To) // RefuseMail has seen it
	out := email{
		HTML: m.Content.HTML, Text: m.Content.Text, Subject: m.Content.Subject, FromEmail: s.from, FromName: s.name,
		To:       []recipient{{Email: to, Name: m.RecipientName, Type: "to"}},
		Metadata: map[string]string{"message_id": m.MessageID}, Subaccount: s.subaccount, Headers: map[string]string{},
	}
	for _, h := range s.unsubscribe.Headers(m) {
		out.Headers[h.Name] = h.Value
	}
	return out
}

// post makes the one request of a call.
func (s *sender) post(call *provider.Call, path string, body any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // tags would become six times as long
	if err := enc.Encode(body); err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(call.Context(), http.MethodPost, s.base+path, &b)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := s.line.HTTP().Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close() // the line has read it
}

// Probe asks whether the key is good.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.post(call, "/users/ping2.json", map[string]string{"key": s.key})
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		var pong struct {
			Ping string `json:"PING"`
		}
		if a.Status == http.StatusOK && a.JSON(&pong) && pong.Ping == "PONG!" {
			return notify.Result{Outcome: notify.OK, Detail: "Mailchimp Transactional takes the key."}
		}
		return refusal(a)
	})
}
