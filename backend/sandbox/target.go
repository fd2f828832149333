package sandbox

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"

	"clarion/backend/notify"
)

// targets are where callbacks go, by provider.
type targets struct {
	mu   sync.RWMutex
	urls map[string]string
	// public are the addresses as vendors know them, where they differ.
	public map[string]string
}

func newTargets() *targets { return &targets{urls: map[string]string{}, public: map[string]string{}} }

// announce sets the address under which a vendor knows its hook.
func (t *targets) announce(provider, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.public[provider] = address
}

// known is the address a vendor believes to call; it is part of what some sign.
func (t *targets) known(provider, reached string) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if address := t.public[provider]; address != "" {
		return address
	}
	return reached
}

func (t *targets) set(provider, address string) error {
	if address != "" && !isLoopback(address) {
		return notify.InvalidField("url", "not_loopback", "callbacks of the sandbox go to loopback addresses only")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.urls[provider] = address
	return nil
}

func (t *targets) get(provider string) string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.urls[provider]
}

// reachable says whether callbacks to an address that a message named could be
// posted.
func (t *targets) reachable(provider, address string) bool {
	if t.get(provider) != "" {
		u, err := url.Parse(address)
		return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	}
	return isLoopback(address)
}

// behind is where callbacks to an address that a message named are posted to:
// itself, or its path and query at the address set for the vendor.
func (t *targets) behind(provider, callback string) string {
	base, err := url.Parse(t.get(provider))
	if err != nil || base.Host == "" {
		return callback
	}
	u, err := url.Parse(callback)
	if err != nil {
		return callback
	}
	u.Scheme, u.Host = base.Scheme, base.Host
	return u.String()
}

func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

// dialLoopback refuses every other connection at the last moment, so that no
// name or redirect leads outside.
func dialLoopback(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("read address %q: %w", address, err)
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.Unmap().IsLoopback() {
		return fmt.Errorf("callback to %s: only loopback is allowed", host)
	}
	return nil
}
