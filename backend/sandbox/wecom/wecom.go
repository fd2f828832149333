// Package wecom is an app of WeCom in the box: its access token and its messages
// to members. It knows the vendor's protocol and nothing of our provider.
package wecom

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "wecom"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"corp_id": "ww0000000000000000", "agent_id": "1000002", "secret": "0000000000000000000000000000000000000000000"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/wecom/cgi-bin/", Desk: desk{b, wire.NewLender(b.Clock)}}},
		Account: map[string]string{"corp_id": keys["corp_id"], "agent_id": keys["agent_id"], "secret": keys["secret"]},
	}, nil
}

type desk struct {
	box    wire.Box
	lender *wire.Lender
}

func fault(code int, text string) *wire.Answer {
	a := wire.Errcode(code, text+", hint: [sandbox]")
	return &a
}

// Gets names what is asked for with GET: the access token.
func (v desk) Gets(path string) bool { return path == "/wecom/cgi-bin/gettoken" }

// Ask is GET /cgi-bin/agent/get.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.URL.Path != "/wecom/cgi-bin/agent/get" {
		return nil
	}
	a := v.checkToken(r)
	if a == nil {
		agent, _ := strconv.Atoi(r.URL.Query().Get("agentid")) // zero is no app
		ok := wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "agentid": agent, "name": "Sandbox"})
		a = &ok
		if !v.agent(agent) {
			a = fault(40056, "invalid agentid")
		}
	}
	return a
}

func (v desk) agent(id int) bool {
	return v.box.Credentials == nil || strconv.Itoa(id) == v.box.Credentials["agent_id"]
}

func (v desk) checkToken(r *http.Request) *wire.Answer {
	token := r.URL.Query().Get("access_token")
	switch {
	case v.box.Credentials == nil || v.lender.Takes(token):
		return nil
	case token == "":
		return fault(41001, "access_token missing")
	}
	return fault(40014, "invalid access_token")
}

// Refuse answers with a status; a rate limit of WeCom has status 200.
func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusTooManyRequests:
		return *fault(45009, "api freq out of limit")
	case http.StatusMethodNotAllowed:
		return *fault(43002, "require POST method")
	}
	a := *fault(-1, "system busy")
	a.Status = status
	return a
}

// Spoil refuses the member: WeCom reports nothing later.
func (v desk) Spoil(_ wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	if len(c.Parcels) == 0 {
		return "", nil // the request for a token
	}
	return "", fault(81013, "user & party & tag all invalid")
}

// Read takes a request for a token or a message.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	switch strings.TrimPrefix(r.URL.Path, "/wecom/cgi-bin") {
	case "/gettoken":
		return v.readToken(r)
	case "/message/send":
		return v.readPost(r, body)
	}
	return wire.Call{}.Refused(*fault(-1, "invalid url"))
}

func (v desk) readToken(r *http.Request) wire.Call {
	q, keys, c := r.URL.Query(), v.box.Credentials, wire.Call{}
	switch {
	case keys != nil && !wire.SameSecret(q.Get("corpid"), keys["corp_id"]):
		return c.Refused(*fault(40013, "invalid corpid"))
	case keys != nil && !wire.SameSecret(q.Get("corpsecret"), keys["secret"]):
		return c.Refused(*fault(40001, "invalid credential"))
	}
	token, seconds := v.lender.Lend()
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": seconds})
	return c
}

type post struct {
	To    string `json:"touser"`
	Kind  string `json:"msgtype"`
	Agent int    `json:"agentid"`
	Text  struct {
		Content string `json:"content"`
	} `json:"text"`
	Card struct {
		Title string `json:"title"`
		Text  string `json:"description"`
		URL   string `json:"url"`
		Label string `json:"btntxt"`
	} `json:"textcard"`
}

func (v desk) readPost(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: r.Header.Get("X-Clarion-Message-Id")}
	no := v.checkToken(r)
	switch {
	case no != nil:
	case broken:
		no = fault(47001, "data format error")
	case !v.agent(p.Agent):
		no = fault(40056, "invalid agentid")
	default:
		no = p.check()
	}
	if no != nil {
		return c.Refused(*no)
	}
	answer := map[string]any{"errcode": 0, "errmsg": "ok", "msgid": wire.RandomWord()}
	lost := map[string]string{"gone": "invaliduser", "unlicensed": "unlicenseduser"}[p.To]
	if lost != "" {
		answer[lost] = p.To
	}
	c.Accepted = wire.JSON(http.StatusOK, answer)
	c.Parcels = []wire.Parcel{{Message: p.message(c.MessageID), Lost: lost != ""}}
	return c
}

// check answers the first thing WeCom would not take, or nil.
func (p post) check() *wire.Answer {
	switch {
	case p.To == "" || p.To == "missing":
		return fault(81013, "user & party & tag all invalid")
	case p.Kind == "text" && p.Text.Content == "":
		return fault(44004, "empty content")
	case p.Kind == "textcard" && (p.Card.Title == "" || p.Card.Text == "" || p.Card.URL == ""):
		return fault(40058, "textcard.title, description and url are needed")
	case p.Kind != "text" && p.Kind != "textcard":
		return fault(40008, "invalid message type")
	}
	return nil
}

func (p post) message(id string) wire.Message {
	m := wire.Message{Provider: Name, Channel: notify.WeCom, To: p.To, Text: p.Text.Content, MessageID: id, Data: map[string]string{"kind": p.Kind}}
	if p.Kind == "textcard" {
		m.Title, m.Text, m.URL, m.Data["link_label"] = p.Card.Title, p.Card.Text, p.Card.URL, p.Card.Label
	}
	return m
}
