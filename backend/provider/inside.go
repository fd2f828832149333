package provider

import "net/netip"

// inside are the networks that are nobody's public address, each with what it
// is. IPv6 is the other way round: see insideness.
var inside = ranges(map[string]string{
	"0.0.0.0/8": "it means this machine", "127.0.0.0/8": "it is loopback", "169.254.0.0/16": "it is link-local",
	"10.0.0.0/8": "it is private", "172.16.0.0/12": "it is private", "192.168.0.0/16": "it is private",
	"100.64.0.0/10": "it is a carrier's", "192.0.0.0/24": "it is reserved", "192.88.99.0/24": "it is reserved",
	"192.0.2.0/24": "it is for documents", "198.51.100.0/24": "it is for documents", "203.0.113.0/24": "it is for documents",
	"198.18.0.0/15": "it is for measurements", "224.0.0.0/4": "it is multicast", "240.0.0.0/4": "it is reserved",
	"168.63.129.16/32": "it is a cloud's own service",

	"::/128": "it means this machine", "::1/128": "it is loopback", "fe80::/10": "it is link-local", "fec0::/10": "it is private",
	"fc00::/7": "it is private", "ff00::/8": "it is multicast",
	"2001::/23": "it is reserved", "2001:db8::/32": "it is for documents", "3fff::/20": "it is for documents",
	"2002::/16": "it hides an IPv4 address",
})

// clouds are where clouds keep credentials of machines. A name the operator
// allows does not reach them, only their network does.
var clouds = ranges(map[string]string{
	"169.254.0.0/16": "", "100.100.100.200/32": "", "192.0.0.192/32": "", "168.63.129.16/32": "", "fd00:ec2::254/128": "", "fd20:ce::254/128": "",
})

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
)

type span struct {
	prefix netip.Prefix
	why    string
}

func ranges(list map[string]string) []span {
	out := make([]span, 0, len(list))
	for text, why := range list {
		out = append(out, span{netip.MustParsePrefix(text), why})
	}
	return out
}

// insideness says why an address is not a public one, empty when it is. Of IPv6
// only what is given out as global unicast is public, less its special parts,
// and what NAT64 makes of a public IPv4 address.
func insideness(ip netip.Addr) string {
	for _, s := range inside {
		if s.prefix.Contains(ip) {
			return s.why
		}
	}
	raw := ip.As16()
	isatap := raw[8]&^2 == 0 && raw[9] == 0 && raw[10] == 0x5e && raw[11] == 0xfe
	switch {
	case ip.Is4():
		return ""
	case nat64.Contains(ip), isatap && globalUnicast.Contains(ip):
		return insideness(tail(ip))
	case !globalUnicast.Contains(ip):
		return "it is no public address"
	}
	return ""
}

// tail is the IPv4 address in the last bytes of an IPv6 one.
func tail(ip netip.Addr) netip.Addr {
	raw := ip.As16()
	return netip.AddrFrom4([4]byte(raw[12:]))
}

func metadata(ip netip.Addr) bool {
	for _, s := range clouds {
		if s.prefix.Contains(ip) {
			return true
		}
	}
	return nat64.Contains(ip) && metadata(tail(ip))
}
