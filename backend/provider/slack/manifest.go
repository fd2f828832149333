// Package slack posts messages to Slack, either as a bot that can write to any
// channel it was invited to, or through an incoming webhook bound to one
// channel. It speaks to Slack only through slack-go, gets no receipts, and never
// retries, stores or logs.
package slack

import (
	"net/url"
	"strings"

	"github.com/slack-go/slack"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const (
	modeBot     = "bot"
	modeWebhook = "webhook"
	defaultBase = "https://slack.com"
)

// Manifest describes Slack.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "slack", Label: "Slack", Channel: notify.Slack,
		Docs:    "https://docs.slack.dev/messaging/",
		Recalls: true,
		Settings: []provider.Setting{
			{Key: "mode", Label: "Way in", Default: modeBot, Options: []string{modeBot, modeWebhook},
				Help: "A bot posts to the address of each recipient; a webhook posts to its own channel whoever the recipient is."},
			{Key: "bot_token", Label: "Bot token", Secret: true, Help: "Begins with xoxb- and has the chat:write scope. Needed by the bot."},
			{Key: "webhook_url", Label: "Webhook URL", Secret: true, Help: "The whole URL Slack shows. Needed by the webhook."},
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
	if v["mode"] == modeWebhook {
		return openWebhook(m, v, d)
	}
	if v["bot_token"] == "" {
		return nil, notify.InvalidField("settings.bot_token", "required", "Bot token is required for a bot")
	}
	base := d.BaseURL
	if base == "" {
		base = defaultBase
	}
	line := provider.NewLine(d, m.SecretsOf(v)...)
	return &bot{line: line, api: slack.New(v["bot_token"], slack.OptionHTTPClient(line.HTTP()), slack.OptionAPIURL(base+"/api/"))}, nil
}

func openWebhook(m provider.Manifest, v provider.Values, d provider.Deps) (notify.Sender, error) {
	if v["webhook_url"] == "" {
		return nil, notify.InvalidField("settings.webhook_url", "required", "Webhook URL is required for a webhook")
	}
	there, err := url.Parse(v["webhook_url"])
	if err != nil || there.Scheme != "https" || there.Host == "" || len(there.Path) < 2 {
		return nil, notify.InvalidField("settings.webhook_url", "not_a_url", "Webhook URL must be the whole https URL Slack shows")
	}
	target := v["webhook_url"]
	if d.BaseURL != "" {
		target = d.BaseURL + there.EscapedPath()
	}
	// The path is the secret, however the host before it is written.
	secrets := append(m.SecretsOf(v), there.Path, there.EscapedPath())
	if parts := strings.Split(there.Path, "/"); len(parts) > 2 {
		secrets = append(secrets, parts[len(parts)-1])
	}
	line := provider.NewLine(d, secrets...)
	return &webhook{line: line, url: target}, nil
}
