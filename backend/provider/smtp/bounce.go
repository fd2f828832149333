package smtp

import (
	"crypto/hmac"
	"encoding/base32"
	"encoding/hex"
	"net/mail"
	"net/url"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// bouncer gives every email a way back of its own, signed, so that a bounce says
// by itself which message it is about and cannot be made up.
type bouncer struct {
	// keys are what signs; the first signs new addresses, all are believed.
	keys []string
	// local and domain are the bounce address that the ways back are made of.
	local, domain string
}

// mostLocal is how long the bounce address may be before its @: an address has 64
// characters there, and the message and its proof take 44.
const mostLocal = 20

var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// bouncerOf is nil when bounces are not to come back to us.
func bouncerOf(v provider.Values) (*bouncer, error) {
	keys := strings.Fields(v["bounce_key"])
	if len(keys) == 0 {
		return nil, nil
	}
	for _, key := range keys {
		if len(key) < leastKey {
			return nil, notify.InvalidField("settings.bounce_key", "too_short", "A bounce key needs at least 16 characters")
		}
	}
	local, domain, _ := strings.Cut(v["bounce_address"], "@")
	switch {
	case v["bounce_address"] == "":
		return nil, notify.InvalidField("settings.bounce_address", "required", "A bounce key needs a bounce address, of which the ways back are made")
	case len(local) > mostLocal || strings.ContainsAny(local, "+\""):
		return nil, notify.InvalidField("settings.bounce_address", "too_long", "With a bounce key it may have 20 characters before the @, and no + among them")
	}
	return &bouncer{keys, local, domain}, nil
}

// proof signs a message's id. Mail servers may change the case of an address, so
// that neither part depends on it.
func (b *bouncer) proof(key, id string) string {
	return lower.EncodeToString(seal(key, "bounce\n"+id)[:10])
}

// way is the envelope's sender of one message; an id that is none of the house's
// goes by the plain address.
func (b *bouncer) way(messageID string) string {
	raw, err := hex.DecodeString(strings.TrimPrefix(messageID, notify.MessageID))
	if err != nil || !notify.IsID(notify.MessageID, messageID) {
		return b.local + "@" + b.domain
	}
	return b.local + "+" + lower.EncodeToString(raw) + "-" + b.proof(b.keys[0], messageID) + "@" + b.domain
}

// message is the one whose way back an address is, empty when it is none of ours.
func (b *bouncer) message(address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>")), "@")
	if domain != strings.ToLower(b.domain) {
		return ""
	}
	ours, ok := strings.CutPrefix(local, strings.ToLower(b.local)+"+")
	text, proof, found := strings.Cut(ours, "-")
	raw, err := lower.DecodeString(text)
	if !ok || !found || err != nil || lower.EncodeToString(raw) != text {
		return ""
	}
	id := notify.MessageID + hex.EncodeToString(raw)
	for _, key := range b.keys {
		if notify.IsID(notify.MessageID, id) && hmac.Equal([]byte(proof), []byte(b.proof(key, id))) {
			return id
		}
	}
	return ""
}

// wayHeaders are where mail servers write to whom they delivered.
var wayHeaders = []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To", "To"}

// find looks for a way back of ours: in what the caller says it was delivered to,
// then in the mail's own headers.
func (b *bouncer) find(query string, h mail.Header) string {
	values, _ := url.ParseQuery(query) // a broken query names nobody
	if id := b.message(values.Get("to")); id != "" {
		return id
	}
	for _, name := range wayHeaders {
		for _, text := range h[name] {
			list, err := mail.ParseAddressList(text)
			if err != nil {
				list = []*mail.Address{{Address: text}}
			}
			for _, each := range list {
				if id := b.message(each.Address); id != "" {
					return id
				}
			}
		}
	}
	return ""
}
