// Package webhook posts messages as JSON to URLs of others, signed as Standard
// Webhooks says, so that the receiver can prove who sent them and drop what
// comes twice. It gets no receipts, and it never retries, stores or logs.
package webhook

import (
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// maxPerSecond bounds what can be set as an endpoint's limit.
const maxPerSecond = 1000

// Manifest describes outgoing webhooks.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "webhook", Label: "Webhook", Channel: notify.Webhook,
		Docs: "https://www.standardwebhooks.com/",
		Settings: []provider.Setting{
			{Key: "signing_keys", Label: "Signing keys", Secret: true, Required: true,
				Help: "One or more keys that begin with whsec_ (shared) or whsk_ (Ed25519), with spaces between. All of them sign, so that a new one can be added before the old one goes."},
			{Key: "url", Label: "Fixed URL", Help: "Where every message goes. Empty means the address of each recipient is the URL."},
			{Key: "per_second", Label: "Calls per second to one endpoint", Help: "Empty means no limit for each endpoint; the limit of the integration holds for all of them together."},
		},
		Makes: []string{"signing_keys"}, Make: makeKey, New: open,
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
		key, err := readKey(text)
		if err != nil {
			return nil, notify.InvalidField("settings.signing_keys", "not_a_signing_key", aKey)
		}
		s.keys = append(s.keys, key)
		secrets = append(secrets, text, text[len(sharedMark):], text[len(privateMark):])
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
	if text := v["per_second"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxPerSecond {
			return nil, notify.InvalidField("settings.per_second", "out_of_range", "Must be a number from 1 to "+strconv.Itoa(maxPerSecond))
		}
		s.perSecond = n
	}
	s.line = provider.NewLine(d, secrets...)
	return s, nil
}
