// Package feishu sends messages of a Feishu or Lark app to people and groups. It
// speaks plain JSON over HTTPS, asks for access tokens through the house's
// keeper, gets no receipts, and never retries a message, stores or logs.
package feishu

import (
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/lark"
)

// Manifest describes an app of Feishu.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "feishu", Label: "Feishu / Lark app", Channel: notify.Feishu,
		Docs:    "https://open.feishu.cn/document/server-docs/im-v1/message/create",
		Recalls: true,
		Settings: []provider.Setting{
			{Key: "app_id", Label: "App ID", Required: true, Help: "Begins with cli_. Under Credentials and basic info of the app."},
			{Key: "app_secret", Label: "App Secret", Secret: true, Required: true,
				Help: "Exchanged for access tokens, which all workers share."},
			{Key: "region", Label: "Platform", Default: lark.Feishu, Options: []string{lark.Feishu, lark.Lark},
				Help: "feishu is Feishu in China, lark is Lark for the rest of the world."},
			{Key: "receive_id_type", Label: "Kind of address", Default: "open_id",
				Options: []string{"open_id", "user_id", "union_id", "email", "chat_id"},
				Help:    "What the addresses of recipients are: an id of a person, a mailbox or a group."},
			{Key: "link_label", Label: "Words of the link", Default: "查看详情", Help: "The button of a card. Without a URL a message is text or a post."},
		},
		New: open,
	}
}

type sender struct {
	line              *provider.Line
	pass              *provider.Pass
	base, kind, label string
}

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	s := &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), base: lark.Base(v["region"], d), kind: v["receive_id_type"], label: v["link_label"],
	}
	s.pass = &provider.Pass{
		Line: s.line, Tokens: d.Tokens, Account: []string{m.Name, s.base, v["app_id"], v["app_secret"]},
		Ask: provider.Request{
			Method: http.MethodPost, URL: s.base + "/open-apis/auth/v3/tenant_access_token/internal",
			Body: provider.RawJSON(map[string]string{"app_id": v["app_id"], "app_secret": v["app_secret"]}),
		},
		Read: readToken, Refused: lark.TokenRefused,
	}
	return s, nil
}
