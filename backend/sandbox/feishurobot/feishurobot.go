// Package feishurobot is a Feishu group's custom robot in the box, signed. It
// knows the vendor's protocol and nothing of our provider.
package feishurobot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/sandbox/lark"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "feishurobot"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"hook": "00000000-0000-0000-0000-000000000000", "sign_secret": "sandboxsandboxsandbox"}

const prefix = "/feishurobot/open-apis/bot/v2/hook/"

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: prefix, Desk: desk{b}}},
		Account: map[string]string{"hook": keys["hook"], "sign_secret": keys["sign_secret"]},
	}, nil
}

type desk struct{ box wire.Box }

// Refuse answers with a status; a rate limit of a robot has status 200.
func (v desk) Refuse(status int) wire.Answer {
	if status == http.StatusTooManyRequests {
		return *lark.Fault(http.StatusOK, 11232, "frequency limited")
	}
	return lark.Refuse(status)
}

// Spoil finds the robot gone: there is nobody to be unreachable.
func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	return "", lark.Fault(http.StatusOK, 19001, "param invalid: incoming webhook access token invalid")
}

type post struct {
	Stamp   string          `json:"timestamp"`
	Sign    string          `json:"sign"`
	Kind    string          `json:"msg_type"`
	Content json.RawMessage `json:"content"`
	Card    json.RawMessage `json:"card"`
}

// Read takes a post to the group.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id"), Path: prefix + "…"}
	keys := v.box.Credentials
	switch {
	case keys != nil && !wire.SameSecret(strings.TrimPrefix(r.URL.Path, prefix), keys["hook"]):
		return c.Refused(*lark.Fault(http.StatusOK, 19001, "param invalid: incoming webhook access token invalid"))
	case broken:
		return c.Refused(*lark.Fault(http.StatusOK, 9499, "Bad Request"))
	case keys != nil && keys["sign_secret"] != "" && !v.signed(p, keys["sign_secret"]):
		return c.Refused(*lark.Fault(http.StatusOK, 19021, "sign match fail or timestamp is not within one hour from current time"))
	}
	message, readable := lark.Message(p.Kind, p.content())
	if !readable {
		return c.Refused(*lark.Fault(http.StatusOK, 9499, "Bad Request"))
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": map[string]any{}, "msg": "success"})
	message.Provider, message.To, message.MessageID = Name, "group", c.MessageID
	c.Parcels = []wire.Parcel{{Message: message}}
	return c
}

// content is what the kind's content is in, which differs by kind.
func (p post) content() []byte {
	switch p.Kind {
	case "interactive":
		return p.Card
	case "post":
		var inside struct{ Post json.RawMessage }
		_ = json.Unmarshal(p.Content, &inside) // what cannot be read is empty and refused
		return inside.Post
	}
	return p.Content
}

// window is how old a signature may be.
const window = time.Hour

func (v desk) signed(p post, secret string) bool {
	at, err := strconv.ParseInt(p.Stamp, 10, 64)
	mac := hmac.New(sha256.New, []byte(p.Stamp+"\n"+secret))
	return err == nil && v.box.Clock().Sub(time.Unix(at, 0)).Abs() <= window &&
		wire.SameSecret(p.Sign, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}
