// Package dingtalk posts to a DingTalk group through its custom robot, signed.
// It speaks plain JSON over HTTPS, gets no ids and no receipts, and never
// retries, stores or logs.
package dingtalk

import (
	"net/url"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes a custom robot of DingTalk.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "dingtalk", Label: "DingTalk group robot", Channel: notify.DingTalk,
		Docs: "https://open.dingtalk.com/document/robots/custom-robot-access",
		Settings: []provider.Setting{
			{Key: "access_token", Label: "Access token of the robot", Secret: true, Required: true,
				Help: "What follows access_token= in the webhook's address, or the whole address. The robot posts to its group whoever the recipient is."},
			{Key: "sign_secret", Label: "Signing secret", Secret: true,
				Help: "Begins with SEC. Without it the robot must be limited to keywords or addresses."},
			{Key: "link_label", Label: "Words of the link", Default: "查看详情", Help: "The button of a message with a URL."},
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
	token := provider.FromURL(v["access_token"], func(u *url.URL) string { return u.Query().Get("access_token") })
	if token == "" {
		return nil, notify.InvalidField("settings.access_token", "required", "The address must hold access_token=")
	}
	base := d.BaseURL
	if base == "" {
		base = "https://oapi.dingtalk.com"
	}
	return &sender{
		line: provider.NewLine(d, append(m.SecretsOf(v), token)...), secret: v["sign_secret"], label: v["link_label"],
		url: base + "/robot/send?access_token=" + url.QueryEscape(token),
	}, nil
}
