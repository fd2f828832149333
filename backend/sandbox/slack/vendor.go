// Package slack is Slack in the box: chat.postMessage, chat.delete, auth.test and
// incoming webhooks. It knows the vendor's protocol and nothing of our provider.
package slack

import (
	"net/http"
	"strings"
	"sync/atomic"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "slack"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"bot_token": "xoxb-sandbox"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{
			{Prefix: "/slack/api/", Desk: bot{b, new(atomic.Uint32)}},
			{Prefix: "/slack/services/", Desk: webhook{b}},
		},
		Account: map[string]string{"mode": "bot", "bot_token": b.Credentials["bot_token"]},
	}, nil
}

// Ask is POST /api/auth.test.
func (v bot) Ask(r *http.Request) *wire.Answer {
	if r.URL.Path != "/slack/api/auth.test" {
		return nil
	}
	token := r.FormValue("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	a := wire.JSON(http.StatusOK, map[string]any{
		"ok": true, "url": "https://sandbox.slack.com/", "team": "Sandbox", "user": "clarion", "team_id": "T0SANDBOX1",
		"user_id": "U0SANDBOX1", "bot_id": "B0SANDBOX1",
	})
	switch {
	case v.box.Credentials != nil && token == "":
		a = fault(http.StatusOK, "not_authed")
	case v.box.Credentials != nil && !wire.SameSecret(token, v.box.Credentials["bot_token"]):
		a = fault(http.StatusOK, "invalid_auth")
	}
	return &a
}
