// Package dingtalk is a DingTalk group's custom robot in the box, signed. It
// knows the vendor's protocol and nothing of our provider.
package dingtalk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "dingtalk"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{
	"access_token": "0000000000000000000000000000000000000000000000000000000000000000", "sign_secret": "SEC0000000000000000",
}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/dingtalk/robot/send", Desk: desk{b}}},
		Account: map[string]string{"access_token": keys["access_token"], "sign_secret": keys["sign_secret"]},
	}, nil
}

type desk struct{ box wire.Box }

func fault(code int, text string) *wire.Answer {
	a := wire.Errcode(code, text)
	return &a
}

// Refuse answers with a status; a rate limit of DingTalk has status 200.
func (v desk) Refuse(status int) wire.Answer {
	if status == http.StatusTooManyRequests {
		return *fault(130101, "send too fast, exceed 20 times per minute")
	}
	a := *fault(-1, "system busy")
	a.Status = status
	return a
}

// Spoil finds the robot gone: there is nobody to be unreachable.
func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	return "", fault(300001, "token is not exist")
}

type post struct {
	Kind     string                       `json:"msgtype"`
	Text     struct{ Content string }     `json:"text"`
	Markdown struct{ Title, Text string } `json:"markdown"`
	Card     struct {
		Title, Text string
		Label       string `json:"singleTitle"`
		URL         string `json:"singleURL"`
	} `json:"actionCard"`
}

// Read takes a post to the group.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id")}
	no := v.checkDoor(r)
	switch {
	case no != nil:
	case broken:
		no = fault(40035, "invalid json")
	default:
		no = p.check()
	}
	if no != nil {
		return c.Refused(*no)
	}
	c.Accepted = wire.Errcode(0, "ok")
	c.Parcels = []wire.Parcel{{Message: p.message(c.MessageID)}}
	return c
}

// window is how old a signature may be.
const window = time.Hour

func (v desk) checkDoor(r *http.Request) *wire.Answer {
	keys, q := v.box.Credentials, r.URL.Query()
	if keys == nil {
		return nil
	}
	if !wire.SameSecret(q.Get("access_token"), keys["access_token"]) {
		return fault(300001, "token is not exist")
	}
	if keys["sign_secret"] == "" {
		return nil
	}
	at, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	if err != nil || v.box.Clock().Sub(time.UnixMilli(at)).Abs() > window {
		return fault(310000, "invalid timestamp, more: [https://open.dingtalk.com/]")
	}
	mac := hmac.New(sha256.New, []byte(keys["sign_secret"]))
	_, _ = fmt.Fprintf(mac, "%d\n%s", at, keys["sign_secret"]) // a hash never fails
	if !wire.SameSecret(q.Get("sign"), base64.StdEncoding.EncodeToString(mac.Sum(nil))) {
		return fault(310000, "sign not match, more: [https://open.dingtalk.com/]")
	}
	return nil
}

// check answers the first thing DingTalk would not take, or nil.
func (p post) check() *wire.Answer {
	switch {
	case p.Kind == "text" && p.Text.Content == "",
		p.Kind == "markdown" && (p.Markdown.Title == "" || p.Markdown.Text == ""),
		p.Kind == "actionCard" && (p.Card.Title == "" || p.Card.Text == "" || p.Card.URL == "" || p.Card.Label == ""):
		return fault(43004, "invalid parameters: "+p.Kind+" is incomplete")
	case p.Kind != "text" && p.Kind != "markdown" && p.Kind != "actionCard":
		return fault(400105, "unsupported msgtype")
	}
	return nil
}

func (p post) message(id string) wire.Message {
	m := wire.Message{Provider: Name, Channel: notify.DingTalk, To: "group", MessageID: id, Text: p.Text.Content, Data: map[string]string{"kind": p.Kind}}
	switch p.Kind {
	case "markdown":
		m.Title, m.Text = p.Markdown.Title, p.Markdown.Text
	case "actionCard":
		m.Title, m.Text, m.URL, m.Data["link_label"] = p.Card.Title, p.Card.Text, p.Card.URL, p.Card.Label
	}
	return m
}
