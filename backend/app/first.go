package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"

	"clarion/backend/access"
	"clarion/backend/config"
	"clarion/backend/notify"
	"clarion/backend/provider/registry"
	"clarion/backend/sandbox"
)

// demoOwner is the demo recipient whose inbox the first member's bell shows, so
// that the first event sent from Home rings it.
const demoOwner = "ada"

// masterKey is the key that seals secrets: the configured one, or one that was
// generated into the data directory at the first start.
func masterKey(c config.Config) ([]byte, error) {
	if c.SecretKey != "" {
		return []byte(c.SecretKey.Reveal()), nil
	}
	path := filepath.Join(c.DataDir, "master.key")
	key, err := os.ReadFile(path)
	if err == nil {
		return []byte(strings.TrimSpace(string(key))), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, fmt.Errorf("make a master key: %w", err)
	}
	key = []byte(base64.RawURLEncoding.EncodeToString(raw))
	if err := os.WriteFile(path, append(key, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("keep the master key: %w", err)
	}
	return key, nil
}

// first puts into an empty database what nobody could sign in or send without.
// What it says is for the person at the terminal.
func (h *house) first(ctx context.Context, say io.Writer) error {
	if _, err := access.Bootstrap(ctx, h.keys, h.config.BootstrapKey.Reveal()); err != nil {
		return fmt.Errorf("make the bootstrap key: %w", err)
	}
	owner := access.FirstMember{Email: h.config.AdminEmail, Name: "Owner", Password: h.config.AdminPassword.Reveal()}
	if h.config.Demo {
		owner.RecipientID = demoOwner
	}
	member, password, err := h.members.AddFirst(ctx, owner)
	if err != nil {
		return fmt.Errorf("add the first member: %w", err)
	}
	if member.ID != "" && h.config.AdminPassword == "" {
		_, _ = fmt.Fprintf(say, "\n  Sign in as %s with the password %s\n  It is printed only this once.\n\n", member.Email, password)
	}
	if err := h.memberInbox(ctx, member); err != nil {
		return err
	}
	if !h.config.Demo {
		return nil
	}
	if err := h.seedDemo(ctx); err != nil {
		return err
	}
	if err := h.openShop(ctx); err != nil {
		return err
	}
	return h.seedDemoKey(ctx)
}

// memberInbox makes the first member a recipient, so that the bell is theirs.
func (h *house) memberInbox(ctx context.Context, m access.Member) error {
	if m.ID == "" || m.RecipientID == demoOwner {
		return nil
	}
	r := notify.Recipient{ID: m.RecipientID, Name: m.Name, Addresses: []notify.Address{{Channel: notify.Email, Address: m.Email}}}
	if err := h.audience.Put(ctx, []notify.Recipient{r}, false); err != nil {
		return fmt.Errorf("make the first member a recipient: %w", err)
	}
	return nil
}

// demoKeySetting keeps the demo's key, sealed, because Home shows it again.
const demoKeySetting = "demo_key"

func (h *house) seedDemoKey(ctx context.Context) error {
	key, err := h.keptKey(ctx, demoKeySetting)
	if err != nil {
		return err
	}
	h.demoKey = key
	scopes := []access.Permission{access.EventsWrite, access.NotificationsWrite, access.RecipientsWrite, access.Read}
	_, err = h.keys.Ensure(ctx, access.NewKey{Name: "demo", Source: "shop", Scopes: scopes}, h.demoKey)
	if err != nil {
		return fmt.Errorf("store the demo key: %w", err)
	}
	return nil
}

// demoSenders are the demo's own part of its integrations' settings.
var demoSenders = map[string]map[string]string{
	"sendgrid":  {"from": "hello@juniper.example.com", "from_name": "Juniper & Co"},
	"ses":       {"from": "hello@juniper.example.com", "from_name": "Juniper & Co"},
	"smtp":      {"from": "hello@juniper.example.com", "from_name": "Juniper & Co"},
	"mailchimp": {"from": "hello@juniper.example.com", "from_name": "Juniper & Co"},
}

// demoAccounts are the integrations of the demo: the real SDKs, sent to the
// vendors in the box.
func (h *house) demoAccounts() []notify.Integration {
	var list []notify.Integration
	for place, name := range sandbox.Providers() {
		settings := map[string]string{}
		maps.Copy(settings, h.box.Account(name))
		maps.Copy(settings, demoSenders[name])
		list = append(list, notify.Integration{
			ID: demoAccount(name), Provider: name, Name: labelOf(name), Weight: 1, Enabled: true, Sandbox: true,
			// The first of a channel sends; the others stand by.
			Order: place, Settings: settings,
		})
	}
	return list
}

// labelOf is what people call a vendor.
func labelOf(provider string) string {
	manifest, _ := registry.Find(provider)
	return manifest.Label
}

func demoAccount(provider string) string { return "int_sandbox_" + provider }

// seedIntegrations adds the demo's integrations and keeps their settings in step
// with the vendors in the box. Only the process that runs the box does, because
// it alone knows the key that signs its callbacks.
func (h *house) seedIntegrations(ctx context.Context) error {
	if h.box == nil || h.box.Sandbox == nil {
		return nil
	}
	for _, account := range h.demoAccounts() {
		stored, err := h.integrations.Account(ctx, account.ID)
		switch {
		case err == nil && !stored.Sandbox:
			continue // Somebody made a real account of it: hands off.
		case err == nil:
			stored.Settings = account.Settings
			account = stored.Integration
		case !errors.Is(err, notify.ErrNotFound):
			return err
		}
		if _, err := h.integrations.Save(ctx, account); err != nil {
			return fmt.Errorf("seed integration %s: %w", account.ID, err)
		}
	}
	return h.callBackHere()
}

// callBackHere tells the vendors in the box where this process listens: the
// public URL may lead through a proxy that is not there yet.
func (h *house) callBackHere() error {
	base := "http://" + loopback(h.config.Listen)
	for _, name := range sandbox.Providers() {
		calls, hook := h.box.CallsBack(name)
		if !calls {
			continue
		}
		address := base
		if hook {
			address += "/callbacks/" + demoAccount(name)
		}
		err := h.box.SetCallbackURL(name, address)
		if hook {
			err = errors.Join(err, h.box.SetPublicURL(name, h.config.PublicURL+"/callbacks/"+demoAccount(name)))
		}
		if err != nil {
			return fmt.Errorf("tell %s in the sandbox where to call back: %w", name, err)
		}
	}
	return nil
}

// loopback is how this machine reaches a listen address that may mean all of
// its addresses.
func loopback(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
