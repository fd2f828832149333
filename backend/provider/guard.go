package provider

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Guard keeps what people can set from leading inside: every connection is
// judged by the address it is about to be made to, after the name was resolved,
// so that no spelling, no name and no second answer of a name server passes it.
type Guard struct {
	hosts    []string
	networks []netip.Prefix
}

// Forbidden says that an address may not be called.
type Forbidden struct{ why string }

func (f *Forbidden) Error() string { return "the address may not be called: " + f.why }

// NewGuard makes a guard that lets through what is public and what the operator
// allows: names (relay.corp.example, or .corp.example for all names below it),
// addresses and networks (10.1.0.0/16).
func NewGuard(allowed []string) (*Guard, error) {
	g := &Guard{}
	for _, entry := range allowed {
		switch prefix, err := netip.ParsePrefix(entry); {
		case err == nil:
			g.networks = append(g.networks, prefix.Masked())
			continue
		case strings.ContainsAny(entry, "/:*@ ") && !isAddress(entry):
			return nil, fmt.Errorf("%q is no host name, address or network", entry)
		}
		if ip, err := netip.ParseAddr(entry); err == nil {
			g.networks = append(g.networks, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		g.hosts = append(g.hosts, plainHost(entry))
	}
	return g, nil
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func plainHost(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// Control judges one connection; it is for ClientOptions.Control and
// net.Dialer.ControlContext. The name an operator allows is known when the
// dialling was done by this package.
func (g *Guard) Control(ctx context.Context, _, address string, _ syscall.RawConn) error {
	return g.judge(address, dialedHost(ctx), webPort)
}

// DialContext connects as net.Dialer does, where it is allowed. It is for what
// does not go through NewHTTPClient; any port will do.
func (g *Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
		return g.judge(address, dialedHost(ctx), anyPort)
	}}
	return dialer.DialContext(withDialed(ctx, address), network, address)
}

// Only lets through connections dialled as one host and port, and no others:
// what is meant for the vendors in a box goes nowhere else.
func Only(hostport string) func(context.Context, string, string, syscall.RawConn) error {
	return func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
		if dialed, _ := ctx.Value(dialedKey{}).(string); dialed != hostport {
			return &Forbidden{"only the sandbox may be called"}
		}
		return nil
	}
}

// DialLoopback connects to this machine only: to the vendors in a box that do not
// speak HTTP.
func DialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().Unmap().IsLoopback() {
			return &Forbidden{"only the sandbox may be called"}
		}
		return nil
	}}
	return dialer.DialContext(ctx, network, address)
}

func (g *Guard) judge(address, host string, port func(uint16) bool) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Forbidden{"it cannot be read"}
	}
	ip := at.Addr()
	if ip.Zone() != "" {
		return &Forbidden{"it belongs to one link"}
	}
	ip = ip.Unmap()
	if slices.ContainsFunc(g.networks, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	why := insideness(ip)
	if g.named(host) && !metadata(ip) {
		return nil
	}
	if why == "" && !port(at.Port()) {
		why = "port " + strconv.Itoa(int(at.Port())) + " belongs to another service"
	}
	if why != "" {
		return &Forbidden{why}
	}
	return nil
}

func (g *Guard) named(host string) bool {
	host = plainHost(host)
	return host != "" && slices.ContainsFunc(g.hosts, func(allowed string) bool {
		return host == allowed || strings.HasPrefix(allowed, ".") && strings.HasSuffix(host, allowed)
	})
}

// webPort allows the web's own ports and those no service is known by.
func webPort(p uint16) bool { return p == 80 || p == 443 || p >= 1024 }

func anyPort(uint16) bool { return true }

type dialedKey struct{}

// withDialed remembers which name is being dialled.
func withDialed(ctx context.Context, address string) context.Context {
	return context.WithValue(ctx, dialedKey{}, address)
}

func dialedHost(ctx context.Context) string {
	address, _ := ctx.Value(dialedKey{}).(string)
	host, _, _ := net.SplitHostPort(address)
	return host
}
