// Package wechat sends template messages of a WeChat Official Account and reads
// its events. It speaks plain JSON over HTTPS, asks for access tokens through
// the house's keeper, and never retries a message, stores or logs.
package wechat

import (
	"net/http"
	"net/url"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/envelope"
)

const (
	no  = "no"
	yes = "yes"
)

// Manifest describes a WeChat Official Account.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "wechat", Label: "WeChat Official Account", Channel: notify.WeChat,
		Docs:     "https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "app_id", Label: "AppID", Required: true, Help: "Begins with wx. Under Basic configuration of the account."},
			{Key: "app_secret", Label: "AppSecret", Secret: true, Required: true,
				Help: "Exchanged for access tokens, which all workers share."},
			{Key: "callback_token", Label: "Callback token", Secret: true,
				Help: "The Token of the server configuration. Needed for delivery reports."},
			{Key: "encoding_aes_key", Label: "EncodingAESKey", Secret: true,
				Help: "43 letters and digits, of the server configuration in security mode."},
			{Key: "plain_callbacks", Label: "Take plain callbacks", Default: no, Options: []string{no, yes},
				Help: "In plain mode WeChat does not sign what a callback says, only that somebody who knew the token once called. Say yes only if security mode cannot be set."},
		},
		New: open,
	}
}

const defaultBase = "https://api.weixin.qq.com"

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	s := &sender{base: d.BaseURL, token: v["callback_token"], plain: v["plain_callbacks"] == yes}
	if s.base == "" {
		s.base = defaultBase
	}
	if v["encoding_aes_key"] != "" {
		var err error
		if s.opener, err = envelope.New(v["callback_token"], v["encoding_aes_key"], v["app_id"]); err != nil {
			return nil, notify.InvalidField("settings.encoding_aes_key", "not_a_key", err.Error())
		}
	}
	s.line = provider.NewLine(d, m.SecretsOf(v)...)
	s.pass = &provider.Pass{
		Line: s.line, Tokens: d.Tokens, Account: []string{m.Name, s.base, v["app_id"], v["app_secret"]},
		Ask: provider.Request{Method: http.MethodPost, URL: s.base + "/cgi-bin/stable_token", Body: provider.RawJSON(map[string]any{
			"grant_type": "client_credential", "appid": v["app_id"], "secret": v["app_secret"], "force_refresh": false,
		})},
		Read: readToken, Refused: tokenRefused,
	}
	return s, nil
}

type sender struct {
	line *provider.Line
	pass *provider.Pass
	base string
	// token proves callbacks; opener opens encrypted ones and is nil without the
	// key. plain takes what is not encrypted, too.
	token  string
	opener *envelope.Opener
	plain  bool
}

// at is an address that takes the access token.
func (s *sender) at(path, token string) string {
	return s.base + path + "?access_token=" + url.QueryEscape(token)
}
