// Package webpush is a push service and a browser in the box: it checks the
// VAPID proof, and decrypts what was meant for the box's own browser. It knows
// the protocol and nothing of our provider.
package webpush

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "webpush"

// Keys are what the box accepts unless told otherwise. They are the ones of RFC
// 8291's example and open nothing else.
var Keys = map[string]string{
	"vapid_public_key":  "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
	"vapid_private_key": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
}

// Subscription is how a browser in the box is reached; the name tells one from
// another.
func Subscription(name string) string {
	return string(wire.ToJSON(map[string]any{
		"endpoint": "https://push.sandbox.test/send/" + name, "keys": map[string]string{"p256dh": browserPublic, "auth": browserAuth},
	}))
}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	return wire.Vendor{
		Name: Name, Silent: true, Doors: []wire.Door{{Prefix: "/webpush/", Desk: desk{b}}},
		Account: map[string]string{
			"vapid_public_key": b.Credentials["vapid_public_key"], "vapid_private_key": b.Credentials["vapid_private_key"],
			"subject": "mailto:sandbox@example.com",
		},
	}, nil
}

// desk takes a POST to any endpoint: its scheme and host are the beginning of
// the path.
type desk struct{ box wire.Box }

// maxBody is what a push service has to take.
const maxBody = 4096

func says(status int, reason string) wire.Answer {
	return wire.JSON(status, map[string]any{"code": status, "reason": reason})
}

func (v desk) Refuse(status int) wire.Answer { return says(status, http.StatusText(status)) }

func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	a := says(http.StatusGone, "Unregistered")
	return "", &a
}

// magic are ends of endpoints that answer an error, whoever asks.
var magic = map[string]int{"/gone": http.StatusGone, "/unknown": http.StatusNotFound, "/busy": http.StatusTooManyRequests}

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	scheme, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/webpush/"), "/")
	host, _, _ := strings.Cut(rest, "/")
	c := wire.Call{MessageID: messageID(r.Header.Get("Topic"))}
	for end, status := range magic {
		if strings.HasSuffix(r.URL.Path, end) {
			return c.Refused(v.Refuse(status))
		}
	}
	ttl, badTTL := strconv.Atoi(r.Header.Get("TTL"))
	switch {
	case v.box.Credentials != nil && !v.proven(r.Header.Get("Authorization"), scheme+"://"+host):
		return c.Refused(says(http.StatusForbidden, "VapidPkHashMismatch"))
	case badTTL != nil || ttl < 0:
		return c.Refused(says(http.StatusBadRequest, "MissingTTL"))
	case r.Header.Get("Content-Encoding") != "aes128gcm":
		return c.Refused(says(http.StatusBadRequest, "BadContentEncoding"))
	case len(body) > maxBody:
		return c.Refused(says(http.StatusRequestEntityTooLarge, "PayloadTooLarge"))
	}
	plain, err := unseal(body)
	if err != nil {
		return c.Refused(says(http.StatusBadRequest, "NotForThisBrowser"))
	}
	c.Accepted = wire.Answer{Status: http.StatusCreated, Header: map[string]string{"Location": scheme + "://" + host + "/m/" + wire.RandomWord()}}
	message := shown(plain)
	message.To, message.MessageID = scheme+"://"+rest, c.MessageID
	message.Headers = map[string]string{"TTL": r.Header.Get("TTL"), "Urgency": r.Header.Get("Urgency"), "Topic": r.Header.Get("Topic")}
	c.Parcels = []wire.Parcel{{Message: message}}
	return c
}

// messageID is ours, of which the topic is the part after the kind.
func messageID(topic string) string {
	if topic == "" {
		return ""
	}
	return "msg_" + topic
}

// shown is the push as the site's service worker would show it.
func shown(plain []byte) wire.Message {
	var push struct {
		Title string            `json:"title"`
		Body  string            `json:"body"`
		Image string            `json:"image"`
		URL   string            `json:"url"`
		Data  map[string]string `json:"data"`
	}
	m := wire.Message{Provider: Name, Channel: notify.Push}
	if json.Unmarshal(plain, &push) != nil {
		m.Text = string(plain)
		return m
	}
	m.Title, m.Text, m.Image, m.URL, m.Data = push.Title, push.Body, push.Image, push.URL, push.Data
	return m
}
