package fcm

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /v1/projects/{project}/messages:send.
type desk struct{ box wire.Box }

type push struct {
	ValidateOnly bool        `json:"validate_only"`
	Message      pushMessage `json:"message"`
}

type pushMessage struct {
	Token        string         `json:"token"`
	Topic        string         `json:"topic"`
	Condition    string         `json:"condition"`
	Data         map[string]any `json:"data"`
	Notification struct {
		Title string `json:"title"`
		Body  string `json:"body"`
		Image string `json:"image"`
	} `json:"notification"`
	Webpush struct {
		Options struct {
			Link string `json:"link"`
		} `json:"fcm_options"`
	} `json:"webpush"`
}

// target is who the push is for and how many targets it names.
func (m *pushMessage) target() (string, int) {
	to, n := "", 0
	for _, t := range []string{m.Token, m.Topic, m.Condition} {
		if t != "" {
			to, n = t, n+1
		}
	}
	return to, n
}

func (m *pushMessage) messageID() string {
	id, _ := m.Data["message_id"].(string)
	return id
}

// fault is Google's error body; code is the FcmError, left out when empty.
func fault(status int, word, message, code string) *wire.Answer {
	var details []any
	if code != "" {
		details = []any{map[string]string{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}}
	}
	return googleError(status, word, message, details)
}

func googleError(status int, word, message string, details []any) *wire.Answer {
	body := map[string]any{"code": status, "message": message, "status": word}
	if len(details) > 0 {
		body["details"] = details
	}
	return &wire.Answer{Status: status, ContentType: "application/json; charset=UTF-8", Body: wire.ToJSON(map[string]any{"error": body})}
}

// badField is the answer to a request that does not fit the schema: the same
// code and status as a bad token, told apart only by its details.
func badField(field, description string) *wire.Answer {
	return googleError(http.StatusBadRequest, "INVALID_ARGUMENT", description, []any{map[string]any{
		"@type":           "type.googleapis.com/google.rpc.BadRequest",
		"fieldViolations": []map[string]string{{"field": field, "description": description}},
	}})
}

func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusBadRequest:
		return *googleError(status, "INVALID_ARGUMENT", "Request contains an invalid argument.", nil)
	case http.StatusUnauthorized:
		return *googleError(status, "UNAUTHENTICATED", "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.", nil)
	case http.StatusForbidden:
		return *googleError(status, "PERMISSION_DENIED", "Permission 'cloudmessaging.messages.create' denied on resource", nil)
	case http.StatusNotFound:
		return *unregistered()
	case http.StatusTooManyRequests:
		return *fault(status, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per minute' of service 'fcm.googleapis.com'.", "QUOTA_EXCEEDED")
	case http.StatusServiceUnavailable:
		return *fault(status, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE")
	case http.StatusInternalServerError:
		return *fault(status, "INTERNAL", "Internal error encountered.", "INTERNAL")
	}
	return *googleError(status, "UNKNOWN", http.StatusText(status), nil)
}

func unregistered() *wire.Answer {
	return fault(http.StatusNotFound, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
}

func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) { return "", unregistered() }

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var p push
	broken := json.Unmarshal(body, &p)
	c := wire.Call{MessageID: p.Message.messageID()}
	project := projectOf(r.URL.Path)
	bearer, hasBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	var refusal wire.Answer
	switch {
	case project == "":
		refusal = *googleError(http.StatusNotFound, "NOT_FOUND", "Requested entity was not found.", nil)
	case v.box.Credentials != nil && !(hasBearer && wire.SameSecret(bearer, v.box.Credentials["access_token"])):
		refusal = v.Refuse(http.StatusUnauthorized)
	case broken != nil:
		refusal = *badField("message", "Invalid JSON payload received.")
	default:
		if refused := p.Message.check(); refused != nil {
			refusal = *refused
			break
		}
		return v.take(c, project, p)
	}
	c.Refusal = &refusal
	return c
}

func projectOf(path string) string {
	project, ok := strings.CutPrefix(path, "/fcm/v1/projects/")
	if !ok {
		return ""
	}
	project, ok = strings.CutSuffix(project, "/messages:send")
	if !ok || strings.Contains(project, "/") {
		return ""
	}
	return project
}

func (v desk) take(c wire.Call, project string, p push) wire.Call {
	name := "projects/" + project + "/messages/"
	if p.ValidateOnly {
		name += "fake_message_id"
	} else {
		name += newID()
		to, _ := p.Message.target()
		c.Parcels = []wire.Parcel{{Message: p.Message.message(to)}}
	}
	c.Accepted = wire.Answer{Status: http.StatusOK, ContentType: "application/json; charset=UTF-8", Body: wire.ToJSON(map[string]string{"name": name})}
	return c
}

// newID has the shape FCM gives for devices: 0: microseconds % hex.
func newID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never returns an error
	return fmt.Sprintf("0:%d%%%x", uint64(raw[0])<<40|uint64(raw[1])<<32|uint64(raw[2])<<24|uint64(raw[3]), raw[4:])
}

func (m *pushMessage) message(to string) wire.Message {
	out := wire.Message{
		Provider: Name, Channel: notify.Push, To: to, MessageID: m.messageID(),
		Title: m.Notification.Title, Text: m.Notification.Body, Image: m.Notification.Image,
		URL: m.Webpush.Options.Link, Data: make(map[string]string, len(m.Data)),
	}
	for key, value := range m.Data {
		out.Data[key], _ = value.(string) // check has seen that all are strings
	}
	if out.URL == "" {
		out.URL = out.Data["url"]
	}
	return out
}
