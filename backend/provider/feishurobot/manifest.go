// Package feishurobot posts to a Feishu or Lark group through its custom robot,
// signed. It speaks plain JSON over HTTPS, gets no ids and no receipts, and
// never retries, stores or logs.
package feishurobot

import (
	"net/url"
	"path"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/lark"
)

// Manifest describes a custom robot of Feishu.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "feishurobot", Label: "Feishu / Lark group robot", Channel: notify.Feishu,
		Docs: "https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot",
		Settings: []provider.Setting{
			{Key: "hook", Label: "Webhook", Secret: true, Required: true,
				Help: "The robot's whole address, or its last part. The robot posts to its group whoever the recipient is."},
			{Key: "sign_secret", Label: "Signing secret", Secret: true,
				Help: "Shown when signature verification is on. Without it the robot must be limited to keywords or addresses."},
			{Key: "region", Label: "Platform", Default: lark.Feishu, Options: []string{lark.Feishu, lark.Lark},
				Help: "feishu is Feishu in China, lark is Lark for the rest of the world."},
			{Key: "link_label", Label: "Words of the link", Default: "查看详情", Help: "The button of a card. Without a URL a message is text or a post."},
		},
		New: open,
	}
}

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	hook := provider.FromURL(v["hook"], func(u *url.URL) string { return path.Base(u.Path) })
	if hook == "" || hook == "/" || hook == "." {
		return nil, notify.InvalidField("settings.hook", "not_a_url", "The address must end with the robot's own part")
	}
	return &sender{
		line: provider.NewLine(d, append(m.SecretsOf(v), hook)...), secret: v["sign_secret"], label: v["link_label"],
		url: lark.Base(v["region"], d) + "/open-apis/bot/v2/hook/" + url.PathEscape(hook),
	}, nil
}
