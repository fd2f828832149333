package sandbox

import (
	"fmt"

	"clarion/backend/sandbox/dingtalk"
	"clarion/backend/sandbox/dingtalkwork"
	"clarion/backend/sandbox/fcm"
	"clarion/backend/sandbox/feishu"
	"clarion/backend/sandbox/feishurobot"
	"clarion/backend/sandbox/mailchimp"
	"clarion/backend/sandbox/sendgrid"
	"clarion/backend/sandbox/ses"
	"clarion/backend/sandbox/slack"
	"clarion/backend/sandbox/smtp"
	"clarion/backend/sandbox/sns"
	"clarion/backend/sandbox/telegram"
	"clarion/backend/sandbox/twilio"
	"clarion/backend/sandbox/webhook"
	"clarion/backend/sandbox/webpush"
	"clarion/backend/sandbox/wechat"
	"clarion/backend/sandbox/wecom"
	"clarion/backend/sandbox/wecomrobot"
	"clarion/backend/sandbox/whatsapp"
	"clarion/backend/sandbox/wire"
)

// listing is one vendor of the box: how it is set up and what it accepts in a
// box that was given no other credentials.
type listing struct {
	name string
	open func(wire.Box) (wire.Vendor, error)
	keys map[string]string
}

// listings are the vendors in the order the pages show them, one line each.
var listings = []listing{
	{sendgrid.Name, sendgrid.Open, sendgrid.Keys},
	{ses.Name, ses.Open, ses.Keys},
	{mailchimp.Name, mailchimp.Open, mailchimp.Keys},
	{smtp.Name, smtp.Open, smtp.Keys},
	{twilio.Name, twilio.Open, twilio.Keys},
	{sns.Name, sns.Open, sns.Keys},
	{fcm.Name, fcm.Open, nil},
	{slack.Name, slack.Open, slack.Keys},
	{wechat.Name, wechat.Open, wechat.Keys},
	{whatsapp.Name, whatsapp.Open, whatsapp.Keys},
	{twilio.WhatsAppName, twilio.OpenWhatsApp, twilio.Keys},
	{telegram.Name, telegram.Open, telegram.Keys},
	{webpush.Name, webpush.Open, webpush.Keys},
	{webhook.Name, webhook.Open, webhook.Keys},
	{wecom.Name, wecom.Open, wecom.Keys},
	{wecomrobot.Name, wecomrobot.Open, wecomrobot.Keys},
	{dingtalkwork.Name, dingtalkwork.Open, dingtalkwork.Keys},
	{dingtalk.Name, dingtalk.Open, dingtalk.Keys},
	{feishu.Name, feishu.Open, feishu.Keys},
	{feishurobot.Name, feishurobot.Open, feishurobot.Keys},
}

// Providers lists the vendors in the order the pages show them.
func Providers() []string {
	names := make([]string, len(listings))
	for i, l := range listings {
		names[i] = l.name
	}
	return names
}

// Keys are credentials that open nothing but the box: the ones of the demo.
func Keys() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, l := range listings {
		if l.keys != nil {
			all[l.name] = l.keys
		}
	}
	return all
}

// furnish sets all vendors up.
func (s *Sandbox) furnish(c Config) error {
	s.vendors = map[string]wire.Vendor{}
	for _, l := range listings {
		v, err := l.open(wire.Box{
			Credentials: c.Credentials[l.name], Dir: c.Dir, Clock: c.Clock,
			Reachable: func(url string) bool { return s.targets.reachable(l.name, url) },
		})
		if err != nil {
			return fmt.Errorf("set up %s in the sandbox: %w", l.name, err)
		}
		s.vendors[l.name] = v
		for _, door := range v.Doors {
			s.routes = append(s.routes, route{door.Prefix, l.name, door.Desk})
		}
	}
	return nil
}

// Account holds the settings with which an integration reaches a vendor in the
// box, all but what belongs to the sender's taste. Nil for an unknown vendor.
func (s *Sandbox) Account(provider string) map[string]string { return s.vendors[provider].Account }

// CallsBack reports whether a vendor has callbacks, and whether all of them go
// to one address that is set for it.
func (s *Sandbox) CallsBack(provider string) (calls, hook bool) {
	c := s.vendors[provider].Callbacks
	return c != nil, c != nil && c.Hook
}
