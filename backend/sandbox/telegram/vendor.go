// Package telegram is the Telegram Bot API in the box: sendMessage,
// deleteMessage and getMe. It knows the vendor's protocol and nothing of our provider.
package telegram

import (
	"net/http"
	"strings"
	"sync/atomic"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "telegram"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"bot_token": "1000000001:sandbox-bot"}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/telegram/bot", Desk: desk{b, new(atomic.Int64)}}},
		Account: map[string]string{"bot_token": b.Credentials["bot_token"], "parse_mode": "HTML"},
	}, nil
}

// Ask is getMe.
func (v desk) Ask(r *http.Request) *wire.Answer {
	token, method := split(r.URL.Path)
	if method != "getMe" {
		return nil
	}
	if refused := v.checkToken(token); refused != nil {
		return refused
	}
	a := wire.JSON(http.StatusOK, map[string]any{"ok": true, "result": map[string]any{
		"id": 1000000001, "is_bot": true, "first_name": "Clarion", "username": "clarion_sandbox_bot",
	}})
	return &a
}

// split takes a path apart: the token and the method.
func split(path string) (token, method string) {
	token, method, _ = strings.Cut(strings.TrimPrefix(path, "/telegram/bot"), "/")
	return token, method
}

func (v desk) checkToken(token string) *wire.Answer {
	if v.box.Credentials != nil && !wire.SameSecret(token, v.box.Credentials["bot_token"]) {
		return fault(http.StatusUnauthorized, "Unauthorized", nil)
	}
	return nil
}
