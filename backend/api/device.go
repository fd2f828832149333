package api

import (
	"net/netip"
	"strings"
)

// A name and what its User-Agent has in it; the first that fits counts, since
// browsers name their forebears too.
type agentMark struct{ name, mark string }

var (
	browsers = []agentMark{{"Edge", "Edg"}, {"Opera", "OPR/"}, {"Firefox", "Firefox/"}, {"Firefox", "FxiOS/"}, {"Chrome", "Chrome/"}, {"Chrome", "CriOS/"}, {"Safari", "Safari/"}}
	systems  = []agentMark{{"iOS", "iPhone"}, {"iOS", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"macOS", "Mac OS X"}, {"ChromeOS", "CrOS"}, {"Linux", "Linux"}}
)

// deviceOf is a browser and a system, without versions: its owner knows it again,
// and nobody else could tell it from a million others.
func deviceOf(userAgent string) string {
	var names []string
	for _, list := range [][]agentMark{browsers, systems} {
		for _, one := range list {
			if strings.Contains(userAgent, one.mark) {
				names = append(names, one.name)
				break
			}
		}
	}
	return strings.Join(names, ", ")
}

// networkOf is an address without what tells one house of a street from the next.
// One that is not of the Internet belongs to a proxy and says nothing.
func networkOf(ip string) string {
	at, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	at = at.Unmap().WithZone("")
	if !at.IsGlobalUnicast() || at.IsPrivate() {
		return ""
	}
	bits := 24
	if at.Is6() {
		bits = 48
	}
	return netip.PrefixFrom(at, bits).Masked().String()
}
