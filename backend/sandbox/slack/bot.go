package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// bot is POST /api/chat.postMessage.
type bot struct {
	box wire.Box
	// serial keeps two posts of one second apart in ts.
	serial *atomic.Uint32
}

// post is a message in both of Slack's dialects; in a form, blocks and metadata
// are JSON in text.
type post struct {
	Token    string          `json:"token"`
	Channel  string          `json:"channel"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata metadata        `json:"metadata"`
	// Stamp names the post that is to be deleted.
	Stamp string `json:"ts"`
	// Attachments only matter for being there: they count as content.
	Attachments json.RawMessage `json:"attachments"`
}

type metadata struct {
	EventType string         `json:"event_type"`
	Payload   map[string]any `json:"event_payload"`
}

func (p *post) messageID() string {
	id, _ := p.Metadata.Payload["message_id"].(string)
	return id
}

func fault(status int, word string) wire.Answer {
	return wire.Answer{Status: status, ContentType: wire.AsJSON, Body: wire.ToJSON(map[string]any{"ok": false, "error": word})}
}

func (v bot) Refuse(status int) wire.Answer {
	words := map[int]string{
		http.StatusBadRequest:            "invalid_arguments",
		http.StatusUnauthorized:          "invalid_auth",
		http.StatusForbidden:             "access_denied",
		http.StatusNotFound:              "unknown_method",
		http.StatusMethodNotAllowed:      "invalid_post_type",
		http.StatusRequestEntityTooLarge: "invalid_arguments",
		http.StatusTooManyRequests:       "ratelimited",
		http.StatusInternalServerError:   "internal_error",
		http.StatusServiceUnavailable:    "service_unavailable",
	}
	word, known := words[status]
	if !known {
		word = "fatal_error"
	}
	a := fault(status, word)
	if status == http.StatusTooManyRequests {
		a = a.With("Retry-After", "1") // Slack always says how long
	}
	return a
}

func (v bot) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	a := fault(http.StatusOK, "channel_not_found")
	return "", &a
}

func (v bot) Read(r *http.Request, body []byte) wire.Call {
	p, broken := readPost(r, body)
	deletes := r.URL.Path == "/slack/api/chat.delete"
	c := wire.Call{MessageID: p.messageID()}
	token := p.Token
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	word := ""
	switch {
	case r.URL.Path != "/slack/api/chat.postMessage" && !deletes:
		word = "unknown_method"
	case v.box.Credentials != nil && token == "":
		word = "not_authed"
	case v.box.Credentials != nil && !wire.SameSecret(token, v.box.Credentials["bot_token"]):
		word = "invalid_auth"
	case broken != "":
		word = broken
	case deletes:
		word = p.checkDelete()
	default:
		word = p.check()
	}
	if word != "" {
		refusal := fault(http.StatusOK, word)
		c.Refusal = &refusal
		return c
	}
	if deletes {
		c.Accepted = wire.Answer{Status: http.StatusOK, ContentType: wire.AsJSON, Body: wire.ToJSON(map[string]any{"ok": true, "channel": p.Channel, "ts": p.Stamp})}
		return c
	}
	return v.take(c, p)
}

func (v bot) take(c wire.Call, p post) wire.Call {
	now := v.box.Clock()
	ts := fmt.Sprintf("%d.%06d", now.Unix(), v.serial.Add(1)%1_000_000)
	message := map[string]any{"type": "message", "subtype": "bot_message", "text": p.Text, "ts": ts, "bot_id": "B0SANDBOX1"}
	if p.Blocks != nil {
		message["blocks"] = p.Blocks
	}
	c.Accepted = wire.Answer{Status: http.StatusOK, ContentType: wire.AsJSON, Body: wire.ToJSON(map[string]any{
		"ok": true, "channel": p.Channel, "ts": ts, "message": message,
	})}
	c.Parcels = []wire.Parcel{{Message: p.message(p.Channel)}}
	return c
}

func (p *post) message(to string) wire.Message {
	return wire.Message{
		Provider: Name, Channel: notify.Slack, To: to, Text: p.Text, Blocks: p.Blocks, MessageID: p.messageID(),
	}
}

// readPost reads a post from JSON or a form; the word is Slack's for what is
// wrong with it.
func readPost(r *http.Request, body []byte) (post, string) {
	var p post
	if wire.MediaType(r) == wire.AsForm {
		return formPost(body)
	}
	if !wire.IsJSON(r) {
		return p, "invalid_post_type"
	}
	if json.Unmarshal(body, &p) != nil {
		return p, "invalid_json"
	}
	return p.unquoted()
}

func formPost(body []byte) (post, string) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return post{}, "invalid_form_data"
	}
	p := post{Token: form.Get("token"), Channel: form.Get("channel"), Text: form.Get("text"), Stamp: form.Get("ts")}
	if form.Has("metadata") && json.Unmarshal([]byte(form.Get("metadata")), &p.Metadata) != nil {
		return p, "invalid_metadata_format"
	}
	if form.Has("blocks") {
		p.Blocks = json.RawMessage(form.Get("blocks"))
	}
	if form.Has("attachments") {
		p.Attachments = json.RawMessage(form.Get("attachments"))
	}
	return p.unquoted()
}

// unquoted takes blocks out of a JSON string, which Slack allows too, and makes
// sure that what is kept is JSON.
func (p post) unquoted() (post, string) {
	if len(p.Blocks) > 0 && p.Blocks[0] == '"' {
		var text string
		if json.Unmarshal(p.Blocks, &text) != nil {
			return p, "invalid_blocks_format"
		}
		p.Blocks = json.RawMessage(text)
	}
	switch {
	case len(p.Blocks) == 0 || string(p.Blocks) == "null":
		p.Blocks = nil
	case !json.Valid(p.Blocks):
		p.Blocks = nil
		return p, "invalid_blocks_format"
	}
	return p, ""
}
