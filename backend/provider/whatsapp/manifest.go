// Package whatsapp sends messages through the WhatsApp Cloud API of Meta:
// approved templates, and texts within a day of the person's last word. It reads
// the signed callbacks about them, and it never retries, stores or logs.
package whatsapp

import (
	"regexp"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes the WhatsApp Cloud API.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "whatsapp", Label: "WhatsApp Cloud API", Channel: notify.WhatsApp, Receipts: true,
		Docs: "https://developers.facebook.com/docs/whatsapp/cloud-api/",
		Settings: []provider.Setting{
			{Key: "phone_number_id", Label: "Phone number ID", Required: true, Help: "The id of your number, not the number."},
			{Key: "access_token", Label: "Access token", Secret: true, Required: true, Help: "Of a system user who may use whatsapp_business_messaging."},
			{Key: "app_secret", Label: "App secret", Secret: true, Help: "Proves the callbacks. Without it none is believed."},
			{Key: "verify_token", Label: "Verify token", Secret: true, Help: "A word of your own, entered at Meta together with the callback address."},
			{Key: "api_version", Label: "API version", Default: "v23.0"},
		},
		New: open,
	}
}

var (
	idShape      = regexp.MustCompile(`^[0-9]{1,32}$`)
	versionShape = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`)
)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	var faults notify.Invalid
	if !idShape.MatchString(v["phone_number_id"]) {
		faults.Add("settings.phone_number_id", "not_an_id", "Must be digits only")
	}
	if !versionShape.MatchString(v["api_version"]) {
		faults.Add("settings.api_version", "not_a_version", "Must be such as v23.0")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	base := d.BaseURL
	if base == "" {
		base = "https://graph.facebook.com"
	}
	return &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), base: base + "/" + v["api_version"] + "/" + v["phone_number_id"],
		token: v["access_token"], appSecret: v["app_secret"], verifyToken: v["verify_token"],
	}, nil
}
