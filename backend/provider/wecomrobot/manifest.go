// Package wecomrobot posts to a WeCom group through its robot. It speaks plain
// JSON over HTTPS, gets no ids and no receipts, and never retries, stores or
// logs.
package wecomrobot

import (
	"net/url"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const (
	asText     = "text"
	asMarkdown = "markdown"
)

// Manifest describes a group robot of WeCom.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "wecomrobot", Label: "WeCom group robot", Channel: notify.WeCom,
		Docs: "https://developer.work.weixin.qq.com/document/path/91770",
		Settings: []provider.Setting{
			{Key: "key", Label: "Key of the robot", Secret: true, Required: true,
				Help: "What follows key= in the webhook's address, or the whole address. The robot posts to its group whoever the recipient is."},
			{Key: "format", Label: "Format", Default: asText, Options: []string{asText, asMarkdown},
				Help: "markdown shows the text in WeCom's Markdown, text as it is."},
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
	key := provider.FromURL(v["key"], func(u *url.URL) string { return u.Query().Get("key") })
	if key == "" {
		return nil, notify.InvalidField("settings.key", "required", "The address must hold key=")
	}
	base := d.BaseURL
	if base == "" {
		base = "https://qyapi.weixin.qq.com"
	}
	return &sender{
		line: provider.NewLine(d, v["key"], key), markdown: v["format"] == asMarkdown,
		url: base + "/cgi-bin/webhook/send?key=" + url.QueryEscape(key),
	}, nil
}
