// Package dingtalkwork is DingTalk's work notifications in the box: the access
// token of an app and its messages to people. It knows the vendor's protocol and
// nothing of our provider.
package dingtalkwork

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "dingtalkwork"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"app_key": "ding00000000", "app_secret": "00000000000000000000000000000000", "agent_id": "1000000001"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	serial := new(atomic.Int64)
	serial.Store(b.Clock().UnixNano()) // ids are far above what a float can hold
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/dingtalkwork/", Desk: desk{b, wire.NewLender(b.Clock), serial, &results{of: map[int64]string{}}}}},
		Account: map[string]string{"app_key": keys["app_key"], "app_secret": keys["app_secret"], "agent_id": keys["agent_id"]},
	}, nil
}

type desk struct {
	box    wire.Box
	lender *wire.Lender
	serial *atomic.Int64
	tasks  *results
}

func fault(code int, text string) *wire.Answer {
	a := wire.JSON(http.StatusOK, map[string]any{"errcode": code, "errmsg": text, "request_id": "sandbox"})
	return &a
}

// inner is a fault of the gateway, which wraps another code.
func inner(code, text string) *wire.Answer {
	a := wire.JSON(http.StatusOK, map[string]any{
		"errcode": 88, "sub_code": code, "sub_msg": text, "errmsg": "ding talk error[subcode=" + code + ",submsg=" + text + "]", "request_id": "sandbox",
	})
	return &a
}

// Gets names what is asked for with GET: the access token.
func (v desk) Gets(path string) bool { return path == "/dingtalkwork/gettoken" }

// Ask is GET /auth/scopes.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.URL.Path != "/dingtalkwork/auth/scopes" {
		return nil
	}
	a := v.checkToken(r)
	if a == nil {
		ok := wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "auth_org_scopes": map[string]any{"authed_dept": []int{1}}})
		a = &ok
	}
	return a
}

func (v desk) checkToken(r *http.Request) *wire.Answer {
	if v.box.Credentials == nil || v.lender.Takes(r.URL.Query().Get("access_token")) {
		return nil
	}
	return inner("40014", "invalid access_token")
}

// Refuse answers with a status; a rate limit of DingTalk has status 200.
func (v desk) Refuse(status int) wire.Answer {
	if status == http.StatusTooManyRequests {
		return *inner("90018", "too many requests")
	}
	a := *fault(-1, "system busy")
	a.Status = status
	return a
}

// Spoil refuses the person: DingTalk reports nothing later by itself.
func (v desk) Spoil(_ wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	if len(c.Parcels) == 0 {
		return "", nil // the request for a token
	}
	return "", fault(33012, "invalid USERID")
}

// Read takes a request for a token or a work notification.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	switch strings.TrimPrefix(r.URL.Path, "/dingtalkwork") {
	case "/gettoken":
		return v.readToken(r)
	case "/topapi/message/corpconversation/asyncsend_v2":
		return v.readPost(r, body)
	case "/topapi/message/corpconversation/getsendresult":
		return v.readResult(r, body)
	}
	return wire.Call{}.Refused(*fault(404, "the URI does not exist"))
}

func (v desk) readToken(r *http.Request) wire.Call {
	q, keys, c := r.URL.Query(), v.box.Credentials, wire.Call{}
	switch {
	case keys != nil && !wire.SameSecret(q.Get("appkey"), keys["app_key"]):
		return c.Refused(*fault(40096, "invalid appKey or appSecret"))
	case keys != nil && !wire.SameSecret(q.Get("appsecret"), keys["app_secret"]):
		return c.Refused(*fault(40089, "invalid corpid or corpsecret"))
	}
	token, seconds := v.lender.Lend()
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds})
	return c
}

type post struct {
	Agent int64  `json:"agent_id"`
	To    string `json:"userid_list"`
	All   bool   `json:"to_all_user"`
	Msg   struct {
		Kind     string                       `json:"msgtype"`
		Text     struct{ Content string }     `json:"text"`
		Markdown struct{ Title, Text string } `json:"markdown"`
		Card     struct {
			Title    string `json:"title"`
			Markdown string `json:"markdown"`
			Label    string `json:"single_title"`
			URL      string `json:"single_url"`
		} `json:"action_card"`
	} `json:"msg"`
}

func (v desk) readPost(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id")}
	no := v.checkToken(r)
	switch {
	case no != nil:
	case broken:
		no = fault(40035, "invalid json")
	case v.box.Credentials != nil && strconv.FormatInt(p.Agent, 10) != v.box.Credentials["agent_id"]:
		no = inner("60011", "no permission for this agentid")
	default:
		no = p.check()
	}
	if no != nil {
		return c.Refused(*no)
	}
	task := v.serial.Add(1)
	v.tasks.keep(task, p.To)
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "task_id": task, "request_id": "sandbox"})
	c.Parcels = []wire.Parcel{{Message: p.message(c.MessageID)}}
	return c
}

// check answers the first thing DingTalk would not take, or nil.
func (p post) check() *wire.Answer {
	m := p.Msg
	switch {
	case p.All || p.To == "" || p.To == "missing":
		return fault(33012, "invalid USERID")
	case m.Kind == "text" && m.Text.Content == "",
		m.Kind == "markdown" && (m.Markdown.Title == "" || m.Markdown.Text == ""),
		m.Kind == "action_card" && (m.Card.Title == "" || m.Card.Markdown == "" || m.Card.URL == "" || m.Card.Label == ""):
		return fault(40035, "invalid parameters: "+m.Kind+" is incomplete")
	case m.Kind != "text" && m.Kind != "markdown" && m.Kind != "action_card":
		return fault(40035, "invalid parameters: msgtype")
	}
	return nil
}

func (p post) message(id string) wire.Message {
	m := wire.Message{Provider: Name, Channel: notify.DingTalk, To: p.To, MessageID: id, Text: p.Msg.Text.Content, Data: map[string]string{"kind": p.Msg.Kind}}
	switch p.Msg.Kind {
	case "markdown":
		m.Title, m.Text = p.Msg.Markdown.Title, p.Msg.Markdown.Text
	case "action_card":
		m.Title, m.Text, m.URL, m.Data["link_label"] = p.Msg.Card.Title, p.Msg.Card.Markdown, p.Msg.Card.URL, p.Msg.Card.Label
	}
	return m
}
