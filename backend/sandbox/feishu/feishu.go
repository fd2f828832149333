// Package feishu is an app of Feishu in the box: its access token and its
// messages. It knows the vendor's protocol and nothing of our provider.
package feishu

import (
	"encoding/json"
	"net/http"
	"strings"

	"clarion/backend/sandbox/lark"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "feishu"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"app_id": "cli_0000000000000000", "app_secret": "00000000000000000000000000000000"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/feishu/open-apis/", Desk: desk{b, wire.NewLender(b.Clock)}}},
		Account: map[string]string{"app_id": keys["app_id"], "app_secret": keys["app_secret"]},
	}, nil
}

type desk struct {
	box    wire.Box
	lender *wire.Lender
}

// Ask is GET /open-apis/bot/v3/info.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.URL.Path != "/feishu/open-apis/bot/v3/info" {
		return nil
	}
	a := v.checkToken(r)
	if a == nil {
		ok := wire.JSON(http.StatusOK, map[string]any{"code": 0, "msg": "ok", "bot": map[string]any{"app_name": "Sandbox", "open_id": "ou_sandbox"}})
		a = &ok
	}
	return a
}

func (v desk) checkToken(r *http.Request) *wire.Answer {
	token, given := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case v.box.Credentials == nil || v.lender.Takes(token):
		return nil
	case !given:
		return lark.Fault(http.StatusBadRequest, 99991661, "Missing access token for authorization")
	}
	return lark.Fault(http.StatusBadRequest, 99991663, "Invalid access token for authorization")
}

// Refuse answers with a status.
func (v desk) Refuse(status int) wire.Answer { return lark.Refuse(status) }

// Spoil refuses the person: Feishu reports nothing later by itself.
func (v desk) Spoil(_ wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	if len(c.Parcels) == 0 {
		return "", nil // the request for a token
	}
	return "", lark.Fault(http.StatusBadRequest, 230013, "Bot has NO availability to this user.")
}

// Read takes a request for a token or a message.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	if id, ok := strings.CutPrefix(r.URL.Path, messages); ok {
		return v.readDelete(r, id)
	}
	switch strings.TrimPrefix(r.URL.Path, "/feishu/open-apis") {
	case "/auth/v3/tenant_access_token/internal":
		return v.readToken(body)
	case "/im/v1/messages":
		return v.readPost(r, body)
	}
	return wire.Call{}.Refused(lark.Refuse(http.StatusNotFound))
}

// messages is where a message is deleted by its id.
const messages = "/feishu/open-apis/im/v1/messages/"

// Deletes holds of a message by its id.
func (v desk) Deletes(path string) bool { return strings.HasPrefix(path, messages) }

// readDelete takes a message back. One with the id om_gone was taken back before.
func (v desk) readDelete(r *http.Request, id string) wire.Call {
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id")}
	no := v.checkToken(r)
	switch {
	case no != nil:
	case id == "om_gone":
		no = lark.Fault(http.StatusBadRequest, 230011, "The message is recalled.")
	case !strings.HasPrefix(id, "om_"):
		no = lark.Fault(http.StatusBadRequest, 230001, "Your request contains an invalid request parameter.")
	}
	if no != nil {
		return c.Refused(*no)
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"code": 0, "msg": "success", "data": map[string]any{}})
	return c
}

func (v desk) readToken(body []byte) wire.Call {
	var ask struct {
		ID     string `json:"app_id"`
		Secret string `json:"app_secret"`
	}
	keys, c := v.box.Credentials, wire.Call{}
	switch {
	case json.Unmarshal(body, &ask) != nil, keys != nil && !wire.SameSecret(ask.ID, keys["app_id"]):
		return c.Refused(*lark.Fault(http.StatusOK, 10003, "invalid param"))
	case keys != nil && !wire.SameSecret(ask.Secret, keys["app_secret"]):
		return c.Refused(*lark.Fault(http.StatusOK, 10014, "app secret invalid"))
	}
	token, seconds := v.lender.Lend()
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"code": 0, "msg": "ok", "tenant_access_token": token, "expire": seconds})
	return c
}

// magic are addresses that answer an error, whoever asks.
var magic = map[string]*wire.Answer{
	"":           lark.Fault(http.StatusBadRequest, 230001, "Your request contains an invalid request parameter."),
	"ou_missing": lark.Fault(http.StatusBadRequest, 230034, "The receive_id is invalid."),
	"ou_outside": lark.Fault(http.StatusBadRequest, 230013, "Bot has NO availability to this user."),
	"ou_stopped": lark.Fault(http.StatusBadRequest, 230053, "The user has stopped the bot from sending messages."),
	"oc_outside": lark.Fault(http.StatusBadRequest, 230002, "The bot can not be outside the group."),
}

func (v desk) readPost(r *http.Request, body []byte) wire.Call {
	var p struct {
		To      string `json:"receive_id"`
		Kind    string `json:"msg_type"`
		Content string `json:"content"`
		OurID   string `json:"uuid"`
	}
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: p.OurID}
	message, readable := lark.Message(p.Kind, []byte(p.Content))
	no := v.checkToken(r)
	switch {
	case no != nil:
	case broken, r.URL.Query().Get("receive_id_type") == "", !readable:
		no = magic[""]
	default:
		no = magic[p.To]
	}
	if no != nil {
		return c.Refused(*no)
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{
		"code": 0, "msg": "success", "data": map[string]any{"message_id": "om_" + wire.RandomWord(), "msg_type": p.Kind},
	})
	message.Provider, message.To, message.MessageID = Name, p.To, p.OurID
	c.Parcels = []wire.Parcel{{Message: message}}
	return c
}
