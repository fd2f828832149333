// Package sendgrid sends email through Twilio SendGrid and reads its signed
// event callbacks. It speaks to SendGrid only through sendgrid-go, and it never
// retries, stores or logs.
package sendgrid

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const defaultBase = "https://api.sendgrid.com"

// Manifest describes SendGrid.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "sendgrid", Label: "Twilio SendGrid", Channel: notify.Email,
		Docs:     "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "api_key", Label: "API key", Secret: true, Required: true,
				Help: "A key with the Mail Send permission."},
			{Key: "from", Label: "From address", Required: true,
				Help: "A verified sender, or an address in an authenticated domain."},
			{Key: "from_name", Label: "From name"},
			{Key: "webhook_public_key", Label: "Event webhook public key",
				Help: "From the signed event webhook settings, base64. Without it every callback is refused."},
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
	from, err := mail.ParseAddress(v["from"])
	if err != nil || from.Address != v["from"] {
		return nil, notify.InvalidField("settings.from", "not_a_mailbox", "From address must be a plain mailbox such as hello@example.com")
	}
	key, err := publicKey(v["webhook_public_key"])
	if err != nil {
		return nil, notify.InvalidField("settings.webhook_public_key", "not_a_key", "Event webhook public key must be the base64 text SendGrid shows: "+err.Error())
	}
	base := d.BaseURL
	if base == "" {
		base = defaultBase
	}
	s := &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), key: v["api_key"], base: base,
		from: address(v["from_name"], v["from"]), public: key,
	}
	s.client.HTTPClient = s.line.HTTP()
	return s, nil
}

// publicKey reads the key by itself, as the SDK's reader panics on a key of
// another kind. An absent key is nil, with which nothing verifies.
func publicKey(text string) (*ecdsa.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("decoding base64: %w", err)
	}
	any, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	key, ok := any.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("it is not an ECDSA key")
	}
	return key, nil
}

// window is how far a callback's timestamp may be from now.
const window = 10 * time.Minute
