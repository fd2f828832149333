package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// hookIDHeader carries our message id on a webhook call when its body has no
// metadata: the one place where a caller tells the sandbox more than Slack.
const hookIDHeader = "X-Clarion-Message-Id"

// slackHook is an incoming webhook, POST /services/T/B/X.
type slackHook struct{ credentials map[string]string }

func hookError(status int, word string) answer {
	return answer{status: status, contentType: asText, body: []byte(word)}
}

func (v slackHook) refuse(status int) answer {
	words := map[int]string{
		http.StatusBadRequest:            "invalid_payload",
		http.StatusUnauthorized:          "invalid_token",
		http.StatusForbidden:             "action_prohibited",
		http.StatusNotFound:              "no_service",
		http.StatusMethodNotAllowed:      "invalid_post_type",
		http.StatusRequestEntityTooLarge: "invalid_payload",
		http.StatusTooManyRequests:       "rate_limited",
		http.StatusInternalServerError:   "rollup_error",
	}
	word, known := words[status]
	if !known {
		word = strings.ToLower(strings.ReplaceAll(http.StatusText(status), " ", "_"))
	}
	a := hookError(status, word)
	if status == http.StatusTooManyRequests {
		a = a.with("Retry-After", "1")
	}
	return a
}

func (v slackHook) spoil(FaultKind, *call) (string, *answer) {
	a := hookError(http.StatusNotFound, "channel_not_found")
	return "", &a
}

func (v slackHook) read(r *http.Request, body []byte) call {
	if payload, ok := hookPayload(r, body); ok {
		body = payload
	}
	var p post
	broken := json.Unmarshal(body, &p) != nil
	secret := strings.TrimPrefix(r.URL.Path, "/slack/services/")
	parts := strings.Split(secret, "/")
	c := call{messageID: p.messageID(), path: "/slack/services/…"}
	if c.messageID == "" {
		c.messageID = r.Header.Get(hookIDHeader)
	}
	if len(parts) != 3 || parts[2] == "" {
		return c.refused(hookError(http.StatusNotFound, "no_service"))
	}
	c.path = "/slack/services/" + parts[0] + "/" + parts[1] + "/…" // the last part is the secret
	if v.credentials != nil && !sameSecret(secret, v.credentials["webhook_path"]) {
		return c.refused(hookError(http.StatusForbidden, "invalid_token"))
	}
	if broken {
		return c.refused(hookError(http.StatusBadRequest, "invalid_payload"))
	}
	if p.Channel == "" {
		p.Channel = parts[0] + "/" + parts[1]
	}
	return v.take(c, p)
}

// take checks what is said and accepts it.
func (v slackHook) take(c call, p post) call {
	p, word := p.unquoted()
	if word == "" {
		word = p.checkContent()
	}
	if word != "" {
		return c.refused(hookError(http.StatusBadRequest, word))
	}
	if word := magicChannels[p.Channel]; word != "" {
		return c.refused(hookError(http.StatusNotFound, word))
	}
	c.accepted = answer{status: http.StatusOK, contentType: asText, body: []byte("ok")}
	message := p.message(p.Channel)
	message.MessageID = c.messageID
	c.parcels = []parcel{{message: message}}
	return c
}

// hookPayload finds the JSON in the older form style, payload=….
func hookPayload(r *http.Request, body []byte) ([]byte, bool) {
	if mediaType(r) != "application/x-www-form-urlencoded" {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("payload") {
		return nil, false
	}
	return []byte(form.Get("payload")), true
}
