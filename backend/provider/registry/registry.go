// Package registry is the list of vendors: one line each. It is the only place
// that knows them all, and it holds no rule about any of them.
package registry

import (
	"errors"
	"fmt"
	"slices"

	"clarion/backend/provider"
	"clarion/backend/provider/dingtalk"
	"clarion/backend/provider/dingtalkwork"
	"clarion/backend/provider/fcm"
	"clarion/backend/provider/feishu"
	"clarion/backend/provider/feishurobot"
	"clarion/backend/provider/mailchimp"
	"clarion/backend/provider/sendgrid"
	"clarion/backend/provider/ses"
	"clarion/backend/provider/slack"
	"clarion/backend/provider/smtp"
	"clarion/backend/provider/sns"
	"clarion/backend/provider/telegram"
	"clarion/backend/provider/twilio"
	"clarion/backend/provider/webhook"
	"clarion/backend/provider/webpush"
	"clarion/backend/provider/wechat"
	"clarion/backend/provider/wecom"
	"clarion/backend/provider/wecomrobot"
	"clarion/backend/provider/whatsapp"
)

// All lists the manifests of every vendor, in the order the pages show them.
func All() []provider.Manifest {
	return []provider.Manifest{
		sendgrid.Manifest(),
		ses.Manifest(),
		mailchimp.Manifest(),
		smtp.Manifest(),
		twilio.Manifest(),
		sns.Manifest(),
		fcm.Manifest(),
		slack.Manifest(),
		wechat.Manifest(),
		whatsapp.Manifest(),
		twilio.WhatsApp(),
		telegram.Manifest(),
		webpush.Manifest(),
		webhook.Manifest(),
		wecom.Manifest(),
		wecomrobot.Manifest(),
		dingtalkwork.Manifest(),
		dingtalk.Manifest(),
		feishu.Manifest(),
		feishurobot.Manifest(),
	}
}

// Find returns the manifest with the given name.
func Find(name string) (provider.Manifest, bool) {
	all := All()
	i := slices.IndexFunc(all, func(m provider.Manifest) bool { return m.Name == name })
	if i < 0 {
		return provider.Manifest{}, false
	}
	return all[i], true
}

// Check reports every manifest that cannot be used; it is run at start-up.
func Check() error { return check(All()) }

func check(all []provider.Manifest) error {
	var faults []error
	seen := map[string]bool{}
	for _, m := range all {
		if seen[m.Name] {
			faults = append(faults, fmt.Errorf("provider %s is listed twice", m.Name))
		}
		seen[m.Name] = true
		if err := m.Sound(); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}
