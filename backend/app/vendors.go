package app

import (
	"fmt"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/registry"
)

// vendors makes senders from integrations: the bridge between the feature that
// keeps accounts and the providers that know the wire.
type vendors struct {
	// callbacks is the public base of /callbacks/{integration}.
	callbacks string
	// box is the base URL of the sandbox; empty when it is off.
	box   string
	guard *provider.Guard
	clock notify.Clock
	// tokens keeps the vendors' access tokens for all processes.
	tokens provider.Tokens
}

// Build makes a sender.
func (v *vendors) Build(i notify.Integration) (notify.Sender, error) {
	manifest, ok := registry.Find(i.Provider)
	if !ok {
		return nil, notify.InvalidField("provider", "unknown_provider", fmt.Sprintf("no provider %q", i.Provider))
	}
	settings := provider.Values(i.Settings)
	if err := manifest.Check(settings); err != nil {
		return nil, err
	}
	deps := provider.Deps{
		CallbackURL: v.callbacks + i.ID, Now: v.clock.Now, Tokens: v.tokens, Dial: v.guard.DialContext,
	}
	allowed := v.guard.Control
	if i.Sandbox {
		if v.box == "" {
			return nil, notify.InvalidField("sandbox", "sandbox_off", "the sandbox is off in this environment")
		}
		deps.BaseURL = v.box + "/" + i.Provider
		allowed = provider.Only(strings.TrimPrefix(v.box, "http://"))
		deps.Dial = provider.DialLoopback
	}
	deps.HTTP = provider.NewHTTPClient(provider.ClientOptions{Control: allowed})
	return manifest.New(manifest.With(settings), deps)
}

// Channel returns the channel a provider serves.
func (v *vendors) Channel(name string) (notify.Channel, bool) {
	manifest, ok := registry.Find(name)
	return manifest.Channel, ok
}

// Takes says which addresses a provider can serve; nil means all.
func (v *vendors) Takes(name string) func(address string) bool {
	manifest, _ := registry.Find(name)
	return manifest.Takes
}

// Secrets names the settings of a provider that are secret.
func (v *vendors) Secrets(name string) map[string]bool {
	secrets := map[string]bool{}
	manifest, _ := registry.Find(name)
	for _, setting := range manifest.Settings {
		if setting.Secret {
			secrets[setting.Key] = true
		}
	}
	return secrets
}

// Make makes the settings of a provider that are keys of one's own.
func (v *vendors) Make(name string) (map[string]string, error) {
	manifest, ok := registry.Find(name)
	if !ok || manifest.Make == nil {
		return nil, fmt.Errorf("keys of the provider %s: %w", name, notify.ErrNotFound)
	}
	return manifest.Make()
}

// Providers are the manifests of every vendor.
func (v *vendors) Providers() any { return registry.All() }
