package wechat

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Refuse answers with a status; a rate limit of WeChat has status 200.
func (v desk) Refuse(status int) wire.Answer {
	switch status {
	case http.StatusTooManyRequests:
		return *fault(45011, "api minute-quota reach limit, must slower rid: sandbox")
	case http.StatusMethodNotAllowed:
		return *fault(43002, "require POST method rid: sandbox")
	}
	a := *fault(-1, "system error rid: sandbox")
	a.Status = status
	return a
}

// Spoil lets a message end badly; a token call has no message.
func (v desk) Spoil(kind wire.FaultKind, c *wire.Call) (string, *wire.Answer) {
	switch {
	case len(c.Parcels) == 0:
		return "", nil
	case kind == wire.Undelivered:
		return systemFailed, nil
	}
	return "", fault(40003, "invalid openid rid: sandbox")
}

// Read takes a request for a token or a template message.
func (v desk) Read(r *http.Request, body []byte) wire.Call {
	switch strings.TrimPrefix(r.URL.Path, "/wechat/cgi-bin") {
	case "/stable_token":
		return v.readToken(body)
	case "/message/template/send":
		return v.readPost(r, body)
	}
	return wire.Call{}.Refused(*fault(-1, "invalid url rid: sandbox"))
}

func (v desk) readToken(body []byte) wire.Call {
	var ask struct {
		Grant  string `json:"grant_type"`
		ID     string `json:"appid"`
		Secret string `json:"secret"`
	}
	c := wire.Call{}
	switch {
	case json.Unmarshal(body, &ask) != nil:
		return c.Refused(*fault(47001, "data format error rid: sandbox"))
	case ask.Grant != "client_credential":
		return c.Refused(*fault(40002, "invalid grant_type rid: sandbox"))
	case v.box.Credentials != nil && !wire.SameSecret(ask.ID, v.box.Credentials["app_id"]):
		return c.Refused(*fault(40013, "invalid appid rid: sandbox"))
	case v.box.Credentials != nil && !wire.SameSecret(ask.Secret, v.box.Credentials["app_secret"]):
		return c.Refused(*fault(40125, "invalid appsecret rid: sandbox"))
	}
	token, seconds := v.lender.Lend()
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"access_token": token, "expires_in": seconds})
	return c
}

// post is the body of a template message.
type post struct {
	To       string `json:"touser"`
	Template string `json:"template_id"`
	URL      string `json:"url"`
	Program  *struct {
		AppID string `json:"appid"`
		Path  string `json:"pagepath"`
	} `json:"miniprogram"`
	OurID string          `json:"client_msg_id"`
	Data  map[string]word `json:"data"`
}

type word struct {
	Value string `json:"value"`
	Color string `json:"color"`
}

func (v desk) readPost(r *http.Request, body []byte) wire.Call {
	var p post
	broken := json.Unmarshal(body, &p) != nil
	c := wire.Call{MessageID: p.OurID}
	if no := v.checkToken(r); no != nil {
		return c.Refused(*no)
	}
	if broken {
		return c.Refused(*fault(47001, "data format error rid: sandbox"))
	}
	if no := p.check(body); no != nil {
		return c.Refused(*no)
	}
	id := strconv.FormatInt(v.serial.Add(1), 10)
	c.Accepted = wire.Answer{Status: http.StatusOK, ContentType: wire.AsJSON, Body: []byte(`{"errcode":0,"errmsg":"ok","msgid":` + id + `}`)}
	fate := fates[magic(p.To)]
	c.Parcels = []wire.Parcel{{
		Message: p.message(), Fate: fate, Lost: fate != "",
		Origin: &wire.Origin{Provider: Name, To: p.To, VendorID: id, MessageID: p.OurID},
	}}
	return c
}

func (p post) message() wire.Message {
	data := map[string]string{"template_id": p.Template}
	for name, w := range p.Data {
		data[name] = w.Value
		if w.Color != "" {
			data[name+".color"] = w.Color
		}
	}
	if p.Program != nil {
		data["miniprogram_appid"], data["miniprogram_path"] = p.Program.AppID, p.Program.Path
	}
	return wire.Message{Provider: Name, Channel: notify.WeChat, To: p.To, URL: p.URL, Data: data, MessageID: p.OurID}
}
