// Package webpush sends pushes to browsers by the Web Push protocol, encrypted
// for the one browser and signed with the site's VAPID key (RFC 8030, 8188,
// 8291, 8292). It gets no receipts, and it never retries, stores or logs.
package webpush

import (
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes Web Push.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "webpush", Label: "Web Push", Channel: notify.Push, Takes: Takes,
		Docs: "https://developer.mozilla.org/en-US/docs/Web/API/Push_API",
		Settings: []provider.Setting{
			{Key: "vapid_public_key", Label: "VAPID public key", Required: true,
				Help: "What browsers subscribe with (applicationServerKey)."},
			{Key: "vapid_private_key", Label: "VAPID private key", Secret: true, Required: true, Help: "Signs the calls. It belongs to the public key."},
			{Key: "subject", Label: "Contact", Required: true, Help: "Where push services reach you: mailto:ops@example.com or an https address."},
		},
		Makes: []string{"vapid_public_key", "vapid_private_key"}, Make: makeKeys, New: open,
	}
}

// PublicKeys are what browsers subscribe with.
func (s *sender) PublicKeys() []string { return []string{publicOf(s.key)} }

// Takes reports whether an address of the channel push is a browser's
// subscription, and not the token of a device.
func Takes(address string) bool { return strings.HasPrefix(strings.TrimSpace(address), "{") }

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	var faults notify.Invalid
	key, err := readKey(v["vapid_private_key"])
	if err != nil {
		faults.Add("settings.vapid_private_key", "not_a_vapid_key", "Must be a P-256 private key, 32 bytes in base64url")
	} else if publicOf(key) != strings.TrimRight(v["vapid_public_key"], "=") {
		faults.Add("settings.vapid_public_key", "not_the_pair", "Is not the public key that belongs to the private key")
	}
	if s := v["subject"]; !strings.HasPrefix(s, "mailto:") && !strings.HasPrefix(s, "https://") {
		faults.Add("settings.subject", "not_a_contact", "Must begin with mailto: or https://")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &sender{line: provider.NewLine(d, m.SecretsOf(v)...), deps: d, key: key, subject: v["subject"]}, nil
}
