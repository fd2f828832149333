package sandbox

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// sendGrid is POST /v3/mail/send.
type sendGrid struct {
	credentials map[string]string
	clock       func() time.Time
}

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

// sendGridFault is the one entry of an errors array.
type sendGridFault struct {
	Message string  `json:"message"`
	Field   *string `json:"field"`
	Help    *string `json:"help"`
}

func sendGridError(status int, message, field, help string) answer {
	fault := sendGridFault{Message: message}
	if field != "" {
		fault.Field = &field
	}
	if help != "" {
		help = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#" + help
		fault.Help = &help
	}
	return answer{status: status, contentType: "application/json", body: toJSON(map[string]any{"errors": []sendGridFault{fault}})}
}

func (v sendGrid) refuse(status int) answer {
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
	a := sendGridError(status, message, "", "")
	if status == http.StatusTooManyRequests {
		reset := strconv.FormatInt(v.clock().Add(time.Second).Unix(), 10)
		a = a.with("X-RateLimit-Limit", "600").with("X-RateLimit-Remaining", "0").with("X-RateLimit-Reset", reset)
	}
	return a
}

func (v sendGrid) spoil(kind FaultKind, _ *call) (string, *answer) {
	if kind == Bounce {
		return "bounce", nil
	}
	return "dropped", nil
}

func (v sendGrid) read(r *http.Request, body []byte) call {
	var m mail
	broken := json.Unmarshal(body, &m)
	c := call{}
	if broken == nil {
		c.messageID = m.messageID()
	}
	var refusal answer
	switch {
	case r.URL.Path != "/sendgrid/v3/mail/send":
		refusal = v.refuse(http.StatusNotFound)
	case r.Header.Get("Authorization") == "" && v.credentials != nil:
		refusal = sendGridError(http.StatusUnauthorized, "authorization required", "", "")
	case v.credentials != nil && !sameSecret(r.Header.Get("Authorization"), "Bearer "+v.credentials["api_key"]):
		refusal = v.refuse(http.StatusUnauthorized)
	case !isJSON(r):
		refusal = sendGridError(http.StatusUnsupportedMediaType, "Content-Type should be application/json.", "", "")
	case broken != nil:
		refusal = v.refuse(http.StatusBadRequest)
	default:
		if fault := m.check(); fault != nil {
			c.refusal = fault
			return c
		}
		return v.take(c, m)
	}
	c.refusal = &refusal
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

func (v sendGrid) take(c call, m mail) call {
	if m.Settings.Sandbox.Enable {
		c.accepted = answer{status: http.StatusOK}
		return c
	}
	id := randomWord()
	c.accepted = answer{status: http.StatusAccepted, header: map[string]string{"X-Message-Id": id}}
	for i, p := range m.Personalizations {
		args := merged(m.CustomArgs, p.CustomArgs)
		for j, to := range p.everybody() {
			c.parcels = append(c.parcels, parcel{
				message: m.message(p, to, args["message_id"]),
				fate:    mailFate(to.Email),
				origin: &origin{
					Provider: SendGrid, To: to.Email, Args: args, MessageID: args["message_id"],
					VendorID: id + ".recvd-sandbox-" + strconv.Itoa(i) + "-" + strconv.Itoa(j) + ".0",
				},
			})
		}
	}
	return c
}

func (m *mail) message(p personalization, to mailbox, messageID string) Message {
	out := Message{
		Provider: SendGrid, Channel: notify.Email, To: to.Email, Subject: m.Subject, MessageID: messageID,
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

// mailFates are the local parts that decide a fate at the domain sandbox.test.
var mailFates = []string{"bounce", "blocked", "dropped", "deferred", "spamreport", "unsubscribe", "open", "click"}

func mailFate(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain != "sandbox.test" {
		return ""
	}
	local, _, _ = strings.Cut(local, "+")
	for _, fate := range mailFates {
		if local == fate {
			return fate
		}
	}
	return ""
}

// randomWord is 22 characters, the shape of SendGrid's message ids.
func randomWord() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never returns an error
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// toJSON writes what the vendors write: no HTML escaping, no trailing newline.
func toJSON(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("sandbox: an answer that cannot be JSON: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
