package slack

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"clarion/backend/sandbox/wire"
)

// hookIDHeader carries our message id on a webhook call when its body has no
// metadata: the one place where a caller tells the sandbox more than Slack.
const hookIDHeader = "X-Clarion-Message-Id"

// webhook is an incoming webhook, POST /services/T/B/X.
type webhook struct{ box wire.Box }

func plain(status int, word string) wire.Answer {
	return wire.Answer{Status: status, ContentType: wire.AsText, Body: []byte(word)}
}

func (v webhook) Refuse(status int) wire.Answer {
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
	a := plain(status, word)
	if status == http.StatusTooManyRequests {
		a = a.With("Retry-After", "1")
	}
	return a
}

func (v webhook) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	a := plain(http.StatusNotFound, "channel_not_found")
	return "", &a
}

func (v webhook) Read(r *http.Request, body []byte) wire.Call {
	if payload, ok := hookPayload(r, body); ok {
		body = payload
	}
	var p post
	broken := json.Unmarshal(body, &p) != nil
	secret := strings.TrimPrefix(r.URL.Path, "/slack/services/")
	parts := strings.Split(secret, "/")
	c := wire.Call{MessageID: p.messageID(), Path: "/slack/services/…"}
	if c.MessageID == "" {
		c.MessageID = r.Header.Get(hookIDHeader)
	}
	if len(parts) != 3 || parts[2] == "" {
		return c.Refused(plain(http.StatusNotFound, "no_service"))
	}
	c.Path = "/slack/services/" + parts[0] + "/" + parts[1] + "/…" // the last part is the secret
	if v.box.Credentials != nil && !wire.SameSecret(secret, v.box.Credentials["webhook_path"]) {
		return c.Refused(plain(http.StatusForbidden, "invalid_token"))
	}
	if broken {
		return c.Refused(plain(http.StatusBadRequest, "invalid_payload"))
	}
	if p.Channel == "" {
		p.Channel = parts[0] + "/" + parts[1]
	}
	return v.take(c, p)
}

// take checks what is said and accepts it.
func (v webhook) take(c wire.Call, p post) wire.Call {
	p, word := p.unquoted()
	if word == "" {
		word = p.checkContent()
	}
	if word != "" {
		return c.Refused(plain(http.StatusBadRequest, word))
	}
	if word := magicChannels[p.Channel]; word != "" {
		return c.Refused(plain(http.StatusNotFound, word))
	}
	c.Accepted = wire.Answer{Status: http.StatusOK, ContentType: wire.AsText, Body: []byte("ok")}
	message := p.message(p.Channel)
	message.MessageID = c.MessageID
	c.Parcels = []wire.Parcel{{Message: message}}
	return c
}

// hookPayload finds the JSON in the older form style, payload=….
func hookPayload(r *http.Request, body []byte) ([]byte, bool) {
	if wire.MediaType(r) != wire.AsForm {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !form.Has("payload") {
		return nil, false
	}
	return []byte(form.Get("payload")), true
}
