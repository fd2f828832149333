// Package webhook posts messages as JSON to URLs of others, signed as Standard
// Webhooks says, so that the receiver can prove who sent them and drop what
// comes twice. It gets no receipts, and it never retries, stores or logs.
package webhook

import (
	"encoding/base64"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// keyMark begins a signing secret; what follows is base64.
const keyMark = "whsec_"

// Manifest describes outgoing webhooks.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "webhook", Label: "Webhook", Channel: notify.Webhook,
		Docs: "https://www.standardwebhooks.com/",
		Settings: []provider.Setting{
			{Key: "signing_keys", Label: "Signing keys", Secret: true, Required: true,
				Help: "One or more keys that begin with whsec_, with spaces between. All of them sign, so that a new one can be added before the old one goes."},
			{Key: "url", Label: "Fixed URL", Help: "Where every message goes. Empty means the address of each recipient is the URL."},
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
	s := &sender{deps: d}
	secrets := m.SecretsOf(v)
	for _, text := range strings.FieldsFunc(v["signing_keys"], func(r rune) bool { return r == ' ' || r == ',' || r == '\n' }) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, keyMark))
		if err != nil || !strings.HasPrefix(text, keyMark) || len(key) < 24 || len(key) > 64 {
			return nil, notify.InvalidField("settings.signing_keys", "not_a_signing_key", "Each key must be whsec_ and 24 to 64 bytes in base64")
		}
		s.keys = append(s.keys, key)
		secrets = append(secrets, text, strings.TrimPrefix(text, keyMark))
	}
	if len(s.keys) == 0 {
		return nil, notify.InvalidField("settings.signing_keys", "required", "Signing keys are required")
	}
	if v["url"] != "" {
		fixed, err := provider.Target(v["url"])
		if err != nil {
			return nil, notify.InvalidField("settings.url", "not_a_url", "Cannot be used: "+err.Error())
		}
		s.fixed = fixed
	}
	s.line = provider.NewLine(d, secrets...)
	return s, nil
}
