package sendgrid

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /v3/mail/send.
type desk struct{ box wire.Box }

type mailbox struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

func (m mailbox) String() string {
	if m.Name == "" {
		return m.Email
	}
	return m.Name + " <" + m.Email + ">"
}

type personalization struct {
	To         []mailbox         `json:"to"`
	Cc         []mailbox         `json:"cc"`
	Bcc        []mailbox         `json:"bcc"`
	Subject    string            `json:"subject"`
	Headers    map[string]string `json:"headers"`
	CustomArgs map[string]string `json:"custom_args"`
}

func (p personalization) everybody() []mailbox {
	all := make([]mailbox, 0, len(p.To)+len(p.Cc)+len(p.Bcc))
	return append(append(append(all, p.To...), p.Cc...), p.Bcc...)
}

type mail struct {
	Personalizations []personalization `json:"personalizations"`
	From             mailbox           `json:"from"`
	ReplyTo          *mailbox          `json:"reply_to"`
	Subject          string            `json:"subject"`
	Content          []mailPart        `json:"content"`
	TemplateID       string            `json:"template_id"`
	Headers          map[string]string `json:"headers"`
	CustomArgs       map[string]string `json:"custom_args"`
	Settings         struct {
		Sandbox struct {
			Enable bool `json:"enable"`
		} `json:"sandbox_mode"`
	} `json:"mail_settings"`
}

type mailPart struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// mailError is the one entry of an errors array.
type mailError struct {
	Message string  `json:"message"`
	Field   *string `json:"field"`
	Help    *string `json:"help"`
}

func fault(status int, message, field, help string) wire.Answer {
	one := mailError{Message: message}
	if field != "" {
		one.Field = &field
	}
	if help != "" {
		help = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#" + help
		one.Help = &help
	}
	return wire.Answer{Status: status, ContentType: "application/json", Body: wire.ToJSON(map[string]any{"errors": []mailError{one}})}
}

func (v desk) Refuse(status int) wire.Answer {
	messages := map[int]string{
		http.StatusUnauthorized:          "The provided authorization grant is invalid, expired, or revoked",
		http.StatusForbidden:             "access forbidden",
		http.StatusNotFound:              "Not Found",
		http.StatusMethodNotAllowed:      "method not allowed",
		http.StatusRequestEntityTooLarge: "Payload Too Large",
		http.StatusTooManyRequests:       "too many requests",
		http.StatusBadRequest:            "Bad Request",
	}
	message, known := messages[status]
	if !known {
		message = http.StatusText(status)
	}
	a := fault(status, message, "", "")
	if status == http.StatusTooManyRequests {
		reset := strconv.FormatInt(v.box.Clock().Add(time.Second).Unix(), 10)
		a = a.With("X-RateLimit-Limit", "600").With("X-RateLimit-Remaining", "0").With("X-RateLimit-Reset", reset)
	}
	return a
}

func (v desk) Spoil(kind wire.FaultKind, _ *wire.Call) (string, *wire.Answer) {
	if kind == wire.Bounce {
		return "bounce", nil
	}
	return "dropped", nil
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var m mail
	broken := json.Unmarshal(body, &m)
	c := wire.Call{}
	if broken == nil {
		c.MessageID = m.messageID()
	}
	var refusal wire.Answer
	switch {
	case r.URL.Path != "/sendgrid/v3/mail/send":
		refusal = v.Refuse(http.StatusNotFound)
	case r.Header.Get("Authorization") == "" && v.box.Credentials != nil:
		refusal = fault(http.StatusUnauthorized, "authorization required", "", "")
	case v.box.Credentials != nil && !wire.SameSecret(r.Header.Get("Authorization"), "Bearer "+v.box.Credentials["api_key"]):
		refusal = v.Refuse(http.StatusUnauthorized)
	case !wire.IsJSON(r):
		refusal = fault(http.StatusUnsupportedMediaType, "Content-Type should be application/json.", "", "")
	case broken != nil:
		refusal = v.Refuse(http.StatusBadRequest)
	default:
		if refused := m.check(); refused != nil {
			c.Refusal = refused
			return c
		}
		return v.take(c, m)
	}
	c.Refusal = &refusal
	return c
}

func (m *mail) messageID() string {
	for _, p := range m.Personalizations {
		if id := p.CustomArgs["message_id"]; id != "" {
			return id
		}
	}
	return m.CustomArgs["message_id"]
}

func (v desk) take(c wire.Call, m mail) wire.Call {
	if m.Settings.Sandbox.Enable {
		c.Accepted = wire.Answer{Status: http.StatusOK}
		return c
	}
	id := wire.RandomWord()
	c.Accepted = wire.Answer{Status: http.StatusAccepted, Header: map[string]string{"X-Message-Id": id}}
	for i, p := range m.Personalizations {
		args := merged(m.CustomArgs, p.CustomArgs)
		for j, to := range p.everybody() {
			fate := fateOf(to.Email)
			c.Parcels = append(c.Parcels, wire.Parcel{
				Message: m.message(p, to, args["message_id"]),
				Fate:    fate, Lost: lost(fate),
				Origin: &wire.Origin{
					Provider: Name, To: to.Email, Args: args, MessageID: args["message_id"],
					VendorID: id + ".recvd-sandbox-" + strconv.Itoa(i) + "-" + strconv.Itoa(j) + ".0",
				},
			})
		}
	}
	return c
}

func (m *mail) message(p personalization, to mailbox, messageID string) wire.Message {
	out := wire.Message{
		Provider: Name, Channel: notify.Email, To: to.Email, Subject: m.Subject, MessageID: messageID,
		Headers: merged(m.Headers, p.Headers),
	}
	out.Headers["From"] = m.From.String()
	if m.ReplyTo != nil {
		out.Headers["Reply-To"] = m.ReplyTo.String()
	}
	if p.Subject != "" {
		out.Subject = p.Subject
	}
	for _, part := range m.Content {
		switch part.Type {
		case "text/plain":
			out.Text = part.Value
		case "text/html":
			out.HTML = part.Value
		}
	}
	return out
}

// merged lets the personalization's values win over the mail's.
func merged(outer, inner map[string]string) map[string]string {
	out := make(map[string]string, len(outer)+len(inner)+2)
	for k, v := range outer {
		out[k] = v
	}
	for k, v := range inner {
		out[k] = v
	}
	return out
}

// fates are the local parts that decide a fate at the domain sandbox.test.
var fates = []string{"bounce", "blocked", "dropped", "deferred", "spamreport", "unsubscribe", "open", "click"}

func fateOf(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain != "sandbox.test" {
		return ""
	}
	local, _, _ = strings.Cut(local, "+")
	for _, fate := range fates {
		if local == fate {
			return fate
		}
	}
	return ""
}
