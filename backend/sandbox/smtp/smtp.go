// Package smtp is a mail server in the box, on a loopback port of its own: with
// STARTTLS, sign-in and the replies of real servers. It knows the protocol and
// nothing of our provider.
package smtp

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "smtp"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{"username": "sandbox", "password": "sandbox-password"}

// Open sets the vendor up in its box and opens its port.
func Open(b wire.Box) (wire.Vendor, error) {
	certificate, text, err := selfSigned()
	if err != nil {
		return wire.Vendor{}, fmt.Errorf("make the certificate of the sandbox's mail server: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return wire.Vendor{}, fmt.Errorf("open the port of the sandbox's mail server: %w", err)
	}
	post := &office{
		listener: listener, keys: b.Credentials,
		tls: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
	}
	return wire.Vendor{
		Name: Name, Silent: true, Serve: post.serve,
		Doors: []wire.Door{{Prefix: "/smtp/", Desk: desk{listener.Addr().String(), text}}},
		Account: map[string]string{
			"host": "smtp.sandbox.test", "security": "starttls",
			"username": b.Credentials["username"], "password": b.Credentials["password"],
		},
	}, nil
}

// desk tells where the mail server listens, and has the words for faults.
type desk struct{ address, certificate string }

// Ask is GET /smtp/listener.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if r.Method != http.MethodGet || r.URL.Path != "/smtp/listener" {
		return nil
	}
	a := wire.JSON(http.StatusOK, map[string]string{"address": v.address, "certificate": v.certificate})
	return &a
}

// Unproxied: 502 and 504 are replies of a mail server, not of a gateway.
func (v desk) Unproxied() {}

// Read refuses: no mail comes by HTTP.
func (v desk) Read(*http.Request, []byte) wire.Call {
	return wire.Call{}.Refused(wire.Answer{Status: http.StatusNotFound, ContentType: wire.AsText, Body: []byte("mail comes by SMTP, to " + v.address)})
}

// reply is an answer of a mail server; text begins with the enhanced code.
func reply(code int, text string) wire.Answer { return wire.Answer{Status: code, Body: []byte(text)} }

// Refuse answers with a code of SMTP: 400 to 499 for now, 500 to 599 for good.
func (v desk) Refuse(status int) wire.Answer {
	switch {
	case status == http.StatusTooManyRequests:
		return reply(450, "4.7.28 Too many messages from you, slow down")
	case status == 421:
		return reply(421, "4.3.2 Service not available, closing transmission channel")
	case status == 535:
		return reply(535, "5.7.8 Authentication credentials invalid")
	case status == 550:
		return reply(550, "5.7.1 Message refused by policy")
	case status == 552:
		return reply(552, "5.3.4 Message size exceeds fixed limit")
	case status < 500:
		return reply(status, "4.3.0 Temporary local problem, try again later")
	}
	return reply(status, "5.0.0 Transaction failed")
}

// Spoil: a mail server that knows its people says so at once.
func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) {
	a := unknownUser
	return "", &a
}

var unknownUser = reply(550, "5.1.1 The email account that you tried to reach does not exist")

// refusals are the recipients that are refused at sandbox.test.
var refusals = map[string]wire.Answer{
	"unknown":    unknownUser,
	"disabled":   reply(550, "5.2.1 The email account that you tried to reach is disabled"),
	"full":       reply(452, "4.2.2 The recipient's mailbox is full"),
	"greylisted": reply(451, "4.7.1 Greylisted, try again later"),
	"blocked":    reply(550, "5.7.1 The recipient does not take mail from you"),
	"norelay":    reply(554, "5.7.1 Relay access denied"),
}

func refusalOf(address string) (wire.Answer, bool) {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if domain != "sandbox.test" {
		return wire.Answer{}, false
	}
	local, _, _ = strings.Cut(local, "+")
	a, ok := refusals[local]
	return a, ok
}
