// Package smtp sends email through a mail server. It writes MIME and speaks SMTP
// with go-mail, keeps a few connections open between messages, and never
// retries, stores or logs.
package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Manifest describes a mail server.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "smtp", Label: "SMTP", Channel: notify.Email,
		Docs: "https://www.rfc-editor.org/rfc/rfc6409",
		Settings: []provider.Setting{
			{Key: "host", Label: "Server", Required: true, Help: "The name of the mail server, such as smtp.example.com."},
			{Key: "port", Label: "Port", Default: "587", Help: "587 for STARTTLS, 465 for TLS from the start."},
			{Key: "security", Label: "Security", Default: startTLS, Options: []string{startTLS, implicitTLS, noTLS},
				Help: "starttls never goes on without encryption; none is for a server on this machine only."},
			{Key: "username", Label: "User name"},
			{Key: "password", Label: "Password", Secret: true, Help: "Only ever sent over TLS."},
			{Key: "from", Label: "From address", Required: true},
			{Key: "from_name", Label: "From name"},
			{Key: "bounce_address", Label: "Bounce address", Help: "Where mail servers send their reports. The From address if empty."},
			{Key: "bounce_key", Label: "Bounce key", Secret: true,
				Help: "Sixteen characters or more. With it, each email has a signed way back made of the bounce address, and reports that are passed to the callback address are understood. To change it, put the new one before the old, with a space between."},
			{Key: "list_unsubscribe", Label: "Unsubscribe address",
				Help: "Empty: Clarion's own one-click link. A mailto: address is sent beside it; an https:// address instead of it, one-click if it holds {message_id}."},
			{Key: "dkim_domain", Label: "DKIM domain", Help: "Only if the server does not sign by itself."},
			{Key: "dkim_selector", Label: "DKIM selector"},
			{Key: "dkim_key_pem", Label: "DKIM private key", Secret: true, Help: "RSA or Ed25519, in PEM."},
			{Key: "tracking_key", Label: "Tracking key", Secret: true,
				Help: "Sixteen characters or more. With it, opens and clicks are counted through links of our own; without it nothing is tracked. To change it, put the new one before the old, with a space between."},
			{Key: "ca_pem", Label: "Certificate authority", Help: "In PEM, for a server whose certificate no public authority vouches for."},
		},
		New: open,
	}
}

// The ways to encrypt.
const (
	startTLS    = "starttls"
	implicitTLS = "tls"
	noTLS       = "none"
)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	if err := check(v); err != nil {
		return nil, err
	}
	settings, err := tlsSettings(v)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(v)
	if err != nil {
		return nil, err
	}
	links, err := trackerOf(v, d.CallbackURL)
	if err != nil {
		return nil, err
	}
	bounces, err := bouncerOf(v)
	if err != nil {
		return nil, err
	}
	secrets := append(m.SecretsOf(v), "\x00"+v["username"]+"\x00"+v["password"])
	s := &sender{line: provider.NewLine(d, secrets...), writer: w, envelope: envelope(v, w)}
	if d.BaseURL != "" && v["security"] == implicitTLS {
		v["security"] = startTLS // the sandbox listens on one port only
	}
	s.pool = newPool(server{
		dial: dialerOf(d), box: d.BaseURL, client: d.HTTP, tls: settings, security: v["security"],
		host: v["host"], port: v["port"], name: w.domain, username: v["username"], password: v["password"],
	})
	if s.bounces = bounces; links != nil || bounces != nil {
		return &hearing{s, links, bounces}, nil
	}
	return s, nil
}

func envelope(v provider.Values, w *writer) string {
	if v["bounce_address"] == "" {
		return w.from
	}
	box, _ := provider.Mailbox(v["bounce_address"]) // check has seen it
	return box
}

func dialerOf(d provider.Deps) dialer {
	if d.Dial != nil {
		return d.Dial
	}
	return new(net.Dialer).DialContext
}

func check(v provider.Values) error {
	var faults notify.Invalid
	if strings.ContainsAny(v["host"], ":/@ \r\n") && net.ParseIP(v["host"]) == nil {
		faults.Add("settings.host", "not_a_host", "Server must be a name or an address, without a port")
	}
	if port, err := strconv.Atoi(v["port"]); err != nil || port < 1 || port > 65535 {
		faults.Add("settings.port", "not_a_port", "Port must be a number from 1 to 65535")
	}
	if v["security"] == noTLS && !loopback(v["host"]) {
		faults.Add("settings.security", "not_encrypted", "A server that is not on this machine must be reached with TLS")
	}
	if v["security"] == noTLS && v["username"] != "" {
		faults.Add("settings.username", "not_encrypted", "A password is only sent over TLS")
	}
	if (v["username"] == "") != (v["password"] == "") {
		faults.Add("settings.password", "required", "User name and password belong together")
	}
	for key, label := range map[string]string{"from": "From address", "bounce_address": "Bounce address"} {
		if _, err := provider.Mailbox(v[key]); v[key] != "" && err != nil {
			faults.Add("settings."+key, "not_a_mailbox", label+" must be a plain mailbox such as hello@example.com")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if err := provider.NameSetting("from_name", "From name", v["from_name"]); err != nil {
		return err
	}
	return provider.Unsubscribe(v["list_unsubscribe"]).Check()
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func tlsSettings(v provider.Values) (*tls.Config, error) {
	settings := &tls.Config{ServerName: v["host"], MinVersion: tls.VersionTLS12}
	if v["ca_pem"] == "" {
		return settings, nil
	}
	settings.RootCAs = x509.NewCertPool()
	if !settings.RootCAs.AppendCertsFromPEM([]byte(v["ca_pem"])) {
		return nil, notify.InvalidField("settings.ca_pem", "not_a_certificate", "Certificate authority must be a certificate in PEM")
	}
	return settings, nil
}
