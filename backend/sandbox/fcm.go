package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"clarion/backend/notify"
)

// fcm is POST /v1/projects/{project}/messages:send.
type fcm struct{ credentials map[string]string }

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

// fcmError is Google's error body; code is the FcmError, left out when empty.
func fcmError(status int, word, message, code string) *answer {
	var details []any
	if code != "" {
		details = []any{map[string]string{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}}
	}
	return googleError(status, word, message, details)
}

func googleError(status int, word, message string, details []any) *answer {
	body := map[string]any{"code": status, "message": message, "status": word}
	if len(details) > 0 {
		body["details"] = details
	}
	return &answer{status: status, contentType: "application/json; charset=UTF-8", body: toJSON(map[string]any{"error": body})}
}

// badField is the answer to a request that does not fit the schema: the same
// code and status as a bad token, told apart only by its details.
func badField(field, description string) *answer {
	return googleError(http.StatusBadRequest, "INVALID_ARGUMENT", description, []any{map[string]any{
		"@type":           "type.googleapis.com/google.rpc.BadRequest",
		"fieldViolations": []map[string]string{{"field": field, "description": description}},
	}})
}

func (v fcm) refuse(status int) answer {
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
		return *fcmError(status, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per minute' of service 'fcm.googleapis.com'.", "QUOTA_EXCEEDED")
	case http.StatusServiceUnavailable:
		return *fcmError(status, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE")
	case http.StatusInternalServerError:
		return *fcmError(status, "INTERNAL", "Internal error encountered.", "INTERNAL")
	}
	return *googleError(status, "UNKNOWN", http.StatusText(status), nil)
}

func unregistered() *answer {
	return fcmError(http.StatusNotFound, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED")
}

func (v fcm) spoil(FaultKind, *call) (string, *answer) { return "", unregistered() }

func (v fcm) read(r *http.Request, body []byte) call {
	var p push
	broken := json.Unmarshal(body, &p)
	c := call{messageID: p.Message.messageID()}
	project := fcmProject(r.URL.Path)
	bearer, hasBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	var refusal answer
	switch {
	case project == "":
		refusal = *googleError(http.StatusNotFound, "NOT_FOUND", "Requested entity was not found.", nil)
	case v.credentials != nil && !(hasBearer && sameSecret(bearer, v.credentials["access_token"])):
		refusal = v.refuse(http.StatusUnauthorized)
	case broken != nil:
		refusal = *badField("message", "Invalid JSON payload received.")
	default:
		if fault := p.Message.check(); fault != nil {
			refusal = *fault
			break
		}
		return v.take(c, project, p)
	}
	c.refusal = &refusal
	return c
}

func fcmProject(path string) string {
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

func (v fcm) take(c call, project string, p push) call {
	name := "projects/" + project + "/messages/"
	if p.ValidateOnly {
		name += "fake_message_id"
	} else {
		name += fcmID()
		to, _ := p.Message.target()
		c.parcels = []parcel{{message: p.Message.message(to)}}
	}
	c.accepted = answer{status: http.StatusOK, contentType: "application/json; charset=UTF-8", body: toJSON(map[string]string{"name": name})}
	return c
}

// fcmID has the shape FCM gives for devices: 0: microseconds % hex.
func fcmID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // crypto/rand.Read never returns an error
	return fmt.Sprintf("0:%d%%%x", uint64(raw[0])<<40|uint64(raw[1])<<32|uint64(raw[2])<<24|uint64(raw[3]), raw[4:])
}

func (m *pushMessage) message(to string) Message {
	out := Message{
		Provider: FCM, Channel: notify.Push, To: to, MessageID: m.messageID(),
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
