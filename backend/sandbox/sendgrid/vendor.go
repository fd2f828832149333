// Package sendgrid is SendGrid in the box: the v3 mail API and its event
// webhook, signed. It knows the vendor's protocol and nothing of our provider.
package sendgrid

import (
	"net/http"
	"time"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "sendgrid"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"api_key": "SG.sandbox"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	key, err := loadKey(b.Dir)
	if err != nil {
		return wire.Vendor{}, err
	}
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/sendgrid/", Desk: desk{b}}},
		Callbacks: &wire.Callbacks{
			Hook: true, Size: 100, Workers: 4, Linger: 5 * time.Millisecond,
			Stages: func(fate string) []wire.Stage { return stages[fate] },
			Post:   webhook{key, b.Clock}.post,
		},
		Account: map[string]string{"api_key": b.Credentials["api_key"], "webhook_public_key": key.public},
	}, nil
}

// Ask is GET /v3/scopes.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.Method != http.MethodGet || r.URL.Path != "/sendgrid/v3/scopes" {
		return nil
	}
	a := wire.JSON(http.StatusOK, map[string][]string{"scopes": {"mail.send", "scopes.read"}})
	if v.box.Credentials != nil && !wire.SameSecret(r.Header.Get("Authorization"), "Bearer "+v.box.Credentials["api_key"]) {
		a = v.Refuse(http.StatusUnauthorized)
	}
	return &a
}
