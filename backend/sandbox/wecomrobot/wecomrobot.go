// Package wecomrobot is a WeCom group's robot in the box. It knows the vendor's
// protocol and nothing of our provider.
package wecomrobot

import (
	"encoding/json"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "wecomrobot"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"key": "00000000-0000-0000-0000-000000000000"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/wecomrobot/cgi-bin/webhook/send", Desk: desk{b}}},
		Account: map[string]string{"key": keys["key"]},
	}, nil
}

type desk struct{ box wire.Box }

func fault(code int, text string) *wire.Answer {
	a := wire.Errcode(code, text+", hint: [sandbox]")
	return &a
}

// Refuse answers with a status; a rate limit of WeCom has status 200.
func (v desk) Refuse(status int) wire.Answer {
	if status == http.StatusTooManyRequests {
		return *fault(45009, "api freq out of limit")
	}
	a := *fault(-1, "system busy")
	a.Status = status
	return a
}

// Spoil finds the robot gone: there is nobody to be unreachable.
func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	return "", fault(93000, "invalid webhook url")
}

type post struct {
	Kind     string                   `json:"msgtype"`
	Text     struct{ Content string } `json:"text"`
	Markdown struct{ Content string } `json:"markdown"`
	Card     struct {
		Kind   string                 `json:"card_type"`
		Main   struct{ Title string } `json:"main_title"`
		Text   string                 `json:"sub_title_text"`
		Action struct {
			Type int
			URL  string
		} `json:"card_action"`
	} `json:"template_card"`
}

// The most bytes of a text and of Markdown.
const (
	textLimit     = 2048
	markdownLimit = 4096
)

// Read takes a post to the group.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id")}
	var no *wire.Answer
	switch {
	case v.box.Credentials != nil && !wire.SameSecret(r.URL.Query().Get("key"), v.box.Credentials["key"]):
		no = fault(93000, "invalid webhook url")
	case broken:
		no = fault(40035, "invalid json")
	default:
		no = p.check()
	}
	if no != nil {
		return c.Refused(*no)
	}
	c.Accepted = wire.Errcode(0, "ok")
	m := wire.Message{Provider: Name, Channel: notify.WeCom, To: "group", MessageID: c.MessageID, Text: p.Text.Content + p.Markdown.Content,
		Data: map[string]string{"kind": p.Kind}}
	if p.Kind == "template_card" {
		m.Title, m.Text, m.URL = p.Card.Main.Title, p.Card.Text, p.Card.Action.URL
	}
	c.Parcels = []wire.Parcel{{Message: m}}
	return c
}

// check answers the first thing WeCom would not take, or nil.
func (p post) check() *wire.Answer {
	switch p.Kind {
	case "text", "markdown":
		if p.Text.Content+p.Markdown.Content == "" {
			return fault(44004, "content is empty")
		}
		if len(p.Text.Content) > textLimit || len(p.Markdown.Content) > markdownLimit {
			return fault(40058, "content exceeds the limit")
		}
		return nil
	case "template_card":
		if p.Card.Kind != "text_notice" || p.Card.Action.URL == "" || p.Card.Main.Title+p.Card.Text == "" {
			return fault(40058, "template_card lacks its action or its words")
		}
		return nil
	}
	return fault(40008, "invalid message type")
}
