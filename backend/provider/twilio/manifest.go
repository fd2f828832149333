// Package twilio sends text messages through Twilio and reads its signed status
// callbacks. It speaks to Twilio only through twilio-go, and it never retries,
// stores or logs.
package twilio

import (
	"net/url"
	"regexp"

	twclient "github.com/twilio/twilio-go/client"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes Twilio.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "twilio", Label: "Twilio", Channel: notify.SMS,
		Docs:     "https://www.twilio.com/docs/messaging/api/message-resource",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "account_sid", Label: "Account SID", Required: true, Help: "Begins with AC."},
			{Key: "auth_token", Label: "Auth token", Secret: true, Required: true,
				Help: "Signs the calls and proves the callbacks."},
			{Key: "from", Label: "From number", Help: "A number of yours in E.164, or a sender id. Needed without a messaging service."},
			{Key: "messaging_service_sid", Label: "Messaging service SID", Help: "Begins with MG. Picks the number for you."},
		},
		New: open,
	}
}

// alphanumeric is what the SDK insists on for the credentials, at each call.
var alphanumeric = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	return openAs(Manifest(), "", v, d)
}

// openAs makes a sender for any channel that Twilio's messages serve; numbers on
// the wire begin with the channel's mark, such as whatsapp: (texts have none).
func openAs(m provider.Manifest, mark string, v provider.Values, d provider.Deps) (notify.Sender, error) {
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	var faults notify.Invalid
	for _, key := range []string{"account_sid", "auth_token"} {
		if !alphanumeric.MatchString(v[key]) {
			faults.Add("settings."+key, "not_alphanumeric", "Only letters and digits are allowed here")
		}
	}
	if v["from"] == "" && v["messaging_service_sid"] == "" {
		faults.Add("settings.from", "required", "From number or Messaging service SID is required")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	base, err := baseURL(d.BaseURL)
	if err != nil {
		return nil, err
	}
	secrets := append(m.SecretsOf(v), v["account_sid"]+":"+v["auth_token"])
	return &sender{
		line: provider.NewLine(d, secrets...), base: base, callback: d.CallbackURL, channel: m.Channel, mark: mark,
		sid: v["account_sid"], from: v["from"], service: v["messaging_service_sid"],
		credentials: twclient.NewCredentials(v["account_sid"], v["auth_token"]),
		validator:   twclient.NewRequestValidator(v["auth_token"]),
	}, nil
}

func baseURL(text string) (*url.URL, error) {
	if text == "" {
		text = "https://api.twilio.com"
	}
	base, err := url.Parse(text)
	if err != nil || base.Host == "" {
		return nil, notify.InvalidField("base_url", "not_a_url", "The address of the vendor is not a URL")
	}
	return base, nil
}
