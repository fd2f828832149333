// Package webhook is somebody who takes webhooks in the box: it checks their
// signatures as Standard Webhooks says and keeps what came. It knows nothing of
// our provider.
package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "webhook"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"signing_keys": "whsec_c2FuZGJveCBrZXkgdGhhdCBvcGVucyBub3RoaW5n"}

// tolerance is how far the time of a call may be from ours.
const tolerance = 5 * time.Minute

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/webhook/", Desk: desk{b}}},
		Account: map[string]string{"signing_keys": b.Credentials["signing_keys"]},
	}, nil
}

// desk takes a POST to any address: its scheme and host are the beginning of the
// path.
type desk struct{ box wire.Box }

func says(status int, word string) wire.Answer {
	return wire.JSON(status, map[string]any{"error": word})
}

func (v desk) Refuse(status int) wire.Answer {
	return says(status, strings.ToLower(http.StatusText(status)))
}

func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	a := says(http.StatusGone, "this endpoint is gone")
	return "", &a
}

// magic are ends of addresses that answer an error, whoever asks.
var magic = map[string]int{
	"/gone": http.StatusGone, "/missing": http.StatusNotFound, "/refused": http.StatusUnprocessableEntity,
	"/broken": http.StatusInternalServerError, "/busy": http.StatusTooManyRequests, "/moved": http.StatusMovedPermanently,
}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	scheme, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/webhook/"), "/")
	to := scheme + "://" + rest
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	c := wire.Call{MessageID: r.Header.Get("webhook-id")}
	for end, status := range magic {
		if strings.HasSuffix(r.URL.Path, end) {
			return c.Refused(v.Refuse(status))
		}
	}
	switch {
	case !wire.IsJSON(r) || !json.Valid(body):
		return c.Refused(says(http.StatusBadRequest, "the body is not JSON"))
	case v.box.Credentials != nil && !v.proven(r.Header, body):
		return c.Refused(says(http.StatusUnauthorized, "the signature is missing or wrong"))
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]bool{"received": true})
	c.Parcels = []wire.Parcel{{Message: wire.Message{
		Provider: Name, Channel: notify.Webhook, To: to, Text: string(body), MessageID: c.MessageID, Headers: map[string]string{
			"Content-Type": r.Header.Get("Content-Type"), "webhook-id": r.Header.Get("webhook-id"),
			"webhook-timestamp": r.Header.Get("webhook-timestamp"), "webhook-signature": r.Header.Get("webhook-signature"),
		},
	}}}
	return c
}

// proven reports whether one of the signatures is one of our keys'.
func (v desk) proven(h http.Header, body []byte) bool {
	seconds, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || v.box.Clock().Sub(time.Unix(seconds, 0)).Abs() > tolerance || h.Get("webhook-id") == "" {
		return false
	}
	signed := append([]byte(h.Get("webhook-id")+"."+h.Get("webhook-timestamp")+"."), body...)
	for text := range strings.FieldsSeq(v.box.Credentials["signing_keys"]) {
		for given := range strings.FieldsSeq(h.Get("webhook-signature")) {
			if signs(text, given, signed) {
				return true
			}
		}
	}
	return false
}

// signs reports whether one signature is that of one key over the text.
func signs(key, given string, signed []byte) bool {
	version, text, _ := strings.Cut(given, ",")
	signature, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	if private, ok := strings.CutPrefix(key, "whsk_"); ok {
		raw, err := base64.StdEncoding.DecodeString(private)
		if err != nil || len(raw) < ed25519.SeedSize || version != "v1a" {
			return false
		}
		half := ed25519.PublicKey(ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])[ed25519.SeedSize:])
		return ed25519.Verify(half, signed, signature)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	if err != nil || version != "v1" {
		return false
	}
	mac := hmac.New(sha256.New, raw)
	mac.Write(signed)
	return hmac.Equal(signature, mac.Sum(nil))
}
