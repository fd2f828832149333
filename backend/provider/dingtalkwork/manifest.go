// Package dingtalkwork sends work notifications of a DingTalk app to people. It
// speaks plain JSON over HTTPS, asks for access tokens through the house's
// keeper, asks what became of a task when it is told to, and never retries a
// message, stores or logs.
package dingtalkwork

import (
	"net/http"
	"net/url"
	"strconv"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes the work notifications of an app.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "dingtalkwork", Label: "DingTalk work notification", Channel: notify.DingTalk,
		Docs: "https://open.dingtalk.com/document/orgapp/asynchronous-sending-of-enterprise-session-messages",
		Settings: []provider.Setting{
			{Key: "app_key", Label: "AppKey", Required: true, Help: "Client ID, under Credentials and basic information of the app."},
			{Key: "app_secret", Label: "AppSecret", Secret: true, Required: true,
				Help: "Client Secret. Exchanged for access tokens, which all workers share."},
			{Key: "agent_id", Label: "AgentId", Required: true, Help: "The number on the same page."},
			{Key: "link_label", Label: "Words of the link", Default: "查看详情", Help: "The button of a message with a URL."},
		},
		New: open,
	}
}

type sender struct {
	line  *provider.Line
	pass  *provider.Pass
	base  string
	agent int64
	label string
}

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	agent, err := strconv.ParseInt(v["agent_id"], 10, 64)
	if err != nil || agent <= 0 {
		return nil, notify.InvalidField("settings.agent_id", "not_a_number", "AgentId must be the number DingTalk shows")
	}
	s := &sender{base: d.BaseURL, agent: agent, label: v["link_label"], line: provider.NewLine(d, m.SecretsOf(v)...)}
	if s.base == "" {
		s.base = "https://oapi.dingtalk.com"
	}
	query := url.Values{"appkey": {v["app_key"]}, "appsecret": {v["app_secret"]}}
	s.pass = &provider.Pass{
		Line: s.line, Tokens: d.Tokens, Account: []string{m.Name, s.base, v["app_key"], v["app_secret"]},
		Ask:  provider.Request{Method: http.MethodGet, URL: s.base + "/gettoken?" + query.Encode()},
		Read: readToken, Refused: tokenRefused,
	}
	return s, nil
}

// at is an address that takes the access token.
func (s *sender) at(path, token string) string {
	return s.base + path + "?access_token=" + url.QueryEscape(token)
}
