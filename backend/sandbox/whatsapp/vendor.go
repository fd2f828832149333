// Package whatsapp is the WhatsApp Cloud API in the box: messages, the number's
// card and signed callbacks about statuses. It knows the vendor's protocol and
// nothing of our provider.
package whatsapp

import (
	"net/http"
	"strings"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "whatsapp"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{
	"phone_number_id": "100000000000001", "access_token": "EAAsandbox", "app_secret": "00000000000000000000000000000000", "verify_token": "sandbox",
}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/whatsapp/", Desk: desk{b}}},
		Callbacks: &wire.Callbacks{Hook: true, Size: 20, Workers: 4, Stages: stages, Post: callbacks{b.Credentials["app_secret"]}.post},
		Account: map[string]string{
			"phone_number_id": b.Credentials["phone_number_id"], "access_token": b.Credentials["access_token"],
			"app_secret": b.Credentials["app_secret"], "verify_token": b.Credentials["verify_token"],
		},
	}, nil
}

// Ask is GET /v23.0/{phone number id}.
func (v desk) Ask(r *http.Request) *wire.Answer {
	number, rest := split(r.URL.Path)
	if r.Method != http.MethodGet || rest != "" {
		return nil
	}
	if refused := v.checkDoor(r, number); refused != nil {
		return refused
	}
	a := wire.JSON(http.StatusOK, map[string]string{"id": number, "display_phone_number": "+1 555-000-0006", "verified_name": "Sandbox"})
	return &a
}

// split takes /whatsapp/v23.0/{id}/messages apart.
func split(path string) (number, rest string) {
	version, tail, _ := strings.Cut(strings.TrimPrefix(path, "/whatsapp/"), "/")
	if !strings.HasPrefix(version, "v") {
		return "", "?"
	}
	number, rest, _ = strings.Cut(tail, "/")
	return number, rest
}

func (v desk) checkDoor(r *http.Request, number string) *wire.Answer {
	keys := v.box.Credentials
	switch {
	case keys == nil:
		return nil
	case !wire.SameSecret(r.Header.Get("Authorization"), "Bearer "+keys["access_token"]):
		return fault(http.StatusUnauthorized, 190, "Invalid OAuth access token - Cannot parse access token", "")
	case number != keys["phone_number_id"]:
		return fault(http.StatusBadRequest, 100, "Unsupported request. Object with ID '"+number+"' does not exist", "")
	}
	return nil
}
