package mailchimp

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/mail"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /api/1.0/messages/send.json.
type desk struct{ box wire.Box }

type recipient struct{ Email, Name, Type string }

type call struct {
	Key     string `json:"key"`
	Message struct {
		HTML      string            `json:"html"`
		Text      string            `json:"text"`
		Subject   string            `json:"subject"`
		FromEmail string            `json:"from_email"`
		FromName  string            `json:"from_name"`
		To        []recipient       `json:"to"`
		Headers   map[string]string `json:"headers"`
		Metadata  map[string]string `json:"metadata"`
	} `json:"message"`
}

// fault is Mailchimp's error body.
func fault(status, code int, name, message string) wire.Answer {
	return wire.JSON(status, map[string]any{"status": "error", "code": code, "name": name, "message": message})
}

func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return fault(status, -1, "Invalid_Key", "Invalid API key")
	case http.StatusTooManyRequests:
		return fault(status, -1, "TooManyRequests", "You have sent too many requests")
	case http.StatusServiceUnavailable:
		return fault(status, -1, "ServiceUnavailable", "The subsystem providing this API call is down for maintenance")
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fault(status, -1, "Unknown_Method", "No such method")
	}
	if status >= http.StatusInternalServerError {
		return fault(status, -99, "GeneralError", "An unexpected error occurred processing the request")
	}
	return fault(status, -2, "ValidationError", "Validation error: "+http.StatusText(status))
}

func (v desk) Spoil(kind wire.FaultKind, _ *wire.Call) (string, *wire.Answer) {
	if kind == wire.Bounce {
		return "hard_bounce", nil
	}
	return "reject", nil
}

// Ask is POST /api/1.0/users/ping2.json.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.Method != http.MethodPost || r.URL.Path != "/mailchimp/api/1.0/users/ping2.json" {
		return nil
	}
	var c call
	var body bytes.Buffer
	_, err := io.Copy(&body, io.LimitReader(r.Body, 4<<10))
	a := wire.JSON(http.StatusOK, map[string]string{"PING": "PONG!"})
	if err != nil || json.Unmarshal(body.Bytes(), &c) != nil || !v.letsIn(c.Key) {
		a = v.Refuse(http.StatusUnauthorized)
	}
	return &a
}

func (v desk) letsIn(key string) bool {
	return v.box.Credentials == nil || wire.SameSecret(key, v.box.Credentials["api_key"])
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var in call
	broken := json.Unmarshal(body, &in)
	c := wire.Call{MessageID: in.Message.Metadata["message_id"]}
	switch {
	case r.URL.Path != "/mailchimp/api/1.0/messages/send.json":
		return c.Refused(v.Refuse(http.StatusNotFound))
	case broken != nil:
		return c.Refused(fault(http.StatusInternalServerError, -2, "ValidationError", "You must specify a key value"))
	case !v.letsIn(in.Key):
		return c.Refused(v.Refuse(http.StatusUnauthorized))
	case in.Message.FromEmail == "" || len(in.Message.To) == 0:
		return c.Refused(fault(http.StatusInternalServerError, -2, "ValidationError", `Validation error: {"message":{"to":"Please enter an array"}}`))
	case strings.ContainsAny(in.Message.Subject, "\r\n"):
		return c.Refused(fault(http.StatusInternalServerError, -2, "ValidationError", `Validation error: {"message":{"subject":"Please enter one line"}}`))
	}
	return take(c, in)
}

// take accepts a checked message; each recipient has a verdict of its own.
func take(c wire.Call, in call) wire.Call {
	m := in.Message
	var verdicts []map[string]any
	for _, to := range m.To {
		id := strings.ToLower(wire.RandomWord())
		one := map[string]any{"email": to.Email, "_id": id, "status": "sent", "reject_reason": nil}
		verdicts = append(verdicts, one)
		if parsed, err := mail.ParseAddress(to.Email); err != nil || !strings.Contains(parsed.Address, ".") {
			one["status"] = "invalid"
			continue
		}
		if reason := rejectionOf(m.FromEmail, to.Email); reason != "" {
			one["status"], one["reject_reason"] = "rejected", reason
			continue
		}
		fate := fateOf(to.Email)
		c.Parcels = append(c.Parcels, wire.Parcel{Fate: fate, Lost: lost(fate), Message: in.message(to, c.MessageID), Origin: &wire.Origin{
			Provider: Name, To: to.Email, From: m.FromEmail, VendorID: id, MessageID: c.MessageID, Args: m.Metadata,
		}})
	}
	c.Accepted = wire.JSON(http.StatusOK, verdicts)
	return c
}

// rejectionOf is why a message is not even tried.
func rejectionOf(from, to string) string {
	if strings.HasPrefix(from, "unverified@") {
		return "unsigned"
	}
	local, domain, _ := strings.Cut(strings.ToLower(to), "@")
	if reason, ok := strings.CutPrefix(local, "rejected-"); ok && domain == "sandbox.test" {
		return reason
	}
	return ""
}

func (in *call) message(to recipient, messageID string) wire.Message {
	m := in.Message
	headers := map[string]string{"From": named(m.FromName, m.FromEmail)}
	for name, value := range m.Headers {
		headers[name] = value
	}
	if to.Name != "" {
		headers["To"] = named(to.Name, to.Email)
	}
	return wire.Message{
		Provider: Name, Channel: notify.Email, To: to.Email, Subject: m.Subject, Text: m.Text, HTML: m.HTML,
		MessageID: messageID, Headers: headers,
	}
}

func named(name, address string) string {
	if name == "" {
		return address
	}
	return name + " <" + address + ">"
}
