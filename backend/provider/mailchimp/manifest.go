// Package mailchimp sends email through Mailchimp Transactional, which was
// called Mandrill, and reads its signed webhook. It never retries, stores or
// logs.
package mailchimp

import (
	"clarion/backend/notify"
	"clarion/backend/provider"
)

const defaultBase = "https://mandrillapp.com"

// Manifest describes Mailchimp Transactional.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "mailchimp", Label: "Mailchimp Transactional", Channel: notify.Email,
		Docs:     "https://mailchimp.com/developer/transactional/api/messages/send-new-message/",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "api_key", Label: "API key", Secret: true, Required: true,
				Help: "A Transactional (Mandrill) key, not one of Mailchimp Marketing."},
			{Key: "from", Label: "From address", Required: true, Help: "In a domain that is verified in Transactional."},
			{Key: "from_name", Label: "From name"},
			{Key: "subaccount", Label: "Subaccount"},
			{Key: "webhook_key", Label: "Webhook key", Secret: true,
				Help: "From the webhook's settings. Without it every callback is refused."},
			{Key: "list_unsubscribe", Label: "Unsubscribe address",
				Help: "Empty: Clarion's own one-click link. A mailto: address is sent beside it; an https:// address instead of it, one-click if it holds {message_id}."},
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
	from, err := provider.MailboxSetting("from", "From address", v["from"])
	if err != nil {
		return nil, err
	}
	if err := provider.NameSetting("from_name", "From name", v["from_name"]); err != nil {
		return nil, err
	}
	unsubscribe := provider.Unsubscribe(v["list_unsubscribe"])
	if err := unsubscribe.Check(); err != nil {
		return nil, err
	}
	base := d.BaseURL
	if base == "" {
		base = defaultBase
	}
	return &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), base: base + "/api/1.0", key: v["api_key"], from: from, name: v["from_name"],
		subaccount: v["subaccount"], webhookKey: v["webhook_key"], unsubscribe: unsubscribe,
	}, nil
}
