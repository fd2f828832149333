// Package wecom sends messages of a WeCom (WeChat Work) app to members and
// answers WeCom's check of the callback address. It speaks plain JSON over
// HTTPS, asks for access tokens through the house's keeper, and never retries a
// message, stores or logs.
package wecom

import (
	"net/http"
	"net/url"
	"strconv"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/envelope"
)

// Manifest describes an app of WeCom.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "wecom", Label: "WeCom app", Channel: notify.WeCom,
		Docs: "https://developer.work.weixin.qq.com/document/path/90236",
		Settings: []provider.Setting{
			{Key: "corp_id", Label: "Company ID", Required: true, Help: "Begins with ww. Under My company."},
			{Key: "agent_id", Label: "AgentId", Required: true, Help: "The number on the page of the app."},
			{Key: "secret", Label: "Secret of the app", Secret: true, Required: true,
				Help: "Exchanged for access tokens, which all workers share."},
			{Key: "link_label", Label: "Words of the link", Default: "查看详情", Help: "At the foot of a card. Without a URL a message is plain text."},
			{Key: "duplicate_seconds", Label: "Hold back repetitions for (seconds)", Default: "600",
				Help: "WeCom drops the same content to the same member within this time. 0 switches it off, 14400 is the most."},
			{Key: "callback_token", Label: "Callback token", Secret: true,
				Help: "The Token under Receive messages. Proves the address to WeCom."},
			{Key: "encoding_aes_key", Label: "EncodingAESKey", Secret: true, Help: "43 letters and digits, under Receive messages."},
		},
		New: open,
	}
}

const (
	defaultBase = "https://qyapi.weixin.qq.com"
	// longestCheck is the most seconds WeCom remembers a content.
	longestCheck = 14400
)

type sender struct {
	line      *provider.Line
	pass      *provider.Pass
	opener    *envelope.Opener
	base      string
	agent     int
	label     string
	repeating int
}

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	s := &sender{base: d.BaseURL, label: v["link_label"]}
	if s.base == "" {
		s.base = defaultBase
	}
	if err := s.numbers(v); err != nil {
		return nil, err
	}
	if v["encoding_aes_key"] != "" {
		var err error
		if s.opener, err = envelope.New(v["callback_token"], v["encoding_aes_key"], v["corp_id"]); err != nil {
			return nil, notify.InvalidField("settings.encoding_aes_key", "not_a_key", err.Error())
		}
	}
	s.line = provider.NewLine(d, m.SecretsOf(v)...)
	query := url.Values{"corpid": {v["corp_id"]}, "corpsecret": {v["secret"]}}
	s.pass = &provider.Pass{
		Line: s.line, Tokens: d.Tokens, Account: []string{m.Name, s.base, v["corp_id"], v["agent_id"], v["secret"]},
		Ask:  provider.Request{Method: http.MethodGet, URL: s.base + "/cgi-bin/gettoken?" + query.Encode()},
		Read: readToken, Refused: tokenRefused,
	}
	return s, nil
}

func (s *sender) numbers(v provider.Values) (err error) {
	var faults notify.Invalid
	if s.agent, err = strconv.Atoi(v["agent_id"]); err != nil || s.agent <= 0 {
		faults.Add("settings.agent_id", "not_a_number", "AgentId must be the number WeCom shows")
	}
	if s.repeating, err = strconv.Atoi(v["duplicate_seconds"]); err != nil || s.repeating < 0 || s.repeating > longestCheck {
		faults.Add("settings.duplicate_seconds", "out_of_range", "must be 0 to 14400")
	}
	return faults.Err()
}

// at is an address that takes the access token.
func (s *sender) at(path, token string) string {
	return s.base + path + "access_token=" + url.QueryEscape(token)
}
