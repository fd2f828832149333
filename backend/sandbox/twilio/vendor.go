// Package twilio is Twilio in the box: messages and their status callbacks,
// signed. It knows the vendor's protocol and nothing of our provider.
package twilio

import (
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "twilio"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{
	"account_sid": "AC00000000000000000000000000000000", "auth_token": "00000000000000000000000000000000",
}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return furnish(b, desk{box: b, name: Name, channel: notify.SMS}), nil
}

// WhatsAppName is the name of Twilio's way to WhatsApp.
const WhatsAppName = "twiliowhatsapp"

// OpenWhatsApp sets Twilio's way to WhatsApp up in its box: the same calls and
// callbacks, with numbers that are marked.
func OpenWhatsApp(b wire.Box) (wire.Vendor, error) {
	return furnish(b, desk{box: b, name: WhatsAppName, channel: notify.WhatsApp, mark: "whatsapp:"}), nil
}

func furnish(b wire.Box, d desk) wire.Vendor {
	return wire.Vendor{
		Name: d.name, Doors: []wire.Door{{Prefix: "/" + d.name + "/", Desk: d}},
		Callbacks: &wire.Callbacks{
			Size: 1, Workers: 8, Stages: d.stages, Post: callbacks{b.Credentials["auth_token"]}.post,
		},
		Account: map[string]string{
			"account_sid": b.Credentials["account_sid"], "auth_token": b.Credentials["auth_token"], "from": "+15005550006",
		},
	}
}

// Ask is GET /2010-04-01/Accounts/{sid}.json.
func (v desk) Ask(r *http.Request) *wire.Answer {
	account, ok := strings.CutPrefix(r.URL.Path, "/"+v.name+"/2010-04-01/Accounts/")
	if !ok || r.Method != http.MethodGet || strings.Contains(account, "/") {
		return nil
	}
	account, ok = strings.CutSuffix(account, ".json")
	if !ok {
		return nil
	}
	keys := v.box.Credentials
	user, token, given := r.BasicAuth()
	good := given && wire.SameSecret(user, keys["account_sid"]) && wire.SameSecret(token, keys["auth_token"]) && account == user
	if keys != nil && !good {
		return fault(http.StatusUnauthorized, 20003, "Authenticate")
	}
	return &wire.Answer{Status: http.StatusOK, ContentType: "application/json", Body: wire.ToJSON(map[string]string{
		"sid": account, "friendly_name": "Sandbox", "status": "active", "type": "Full",
		"uri": "/2010-04-01/Accounts/" + account + ".json",
	})}
}
