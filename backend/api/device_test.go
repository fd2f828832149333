package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADeviceIsABrowserAndASystem(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":    "Edge, Windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0":                                                           "Firefox, Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile Safari/604.1": "Safari, iOS",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":                     "Chrome, Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15":            "Safari, macOS",
		"curl/8.5.0": "",
		"":           "",
	} {
		require.Equal(t, want, deviceOf(agent), agent)
	}
}

func TestANetworkIsAnAddressWithoutItsLastPart(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"203.0.113.77":          "203.0.113.0/24",
		"::ffff:203.0.113.77":   "203.0.113.0/24",
		"2001:db8:85a3:8d3::17": "2001:db8:85a3::/48",
		"127.0.0.1":             "",
		"10.1.2.3":              "",
		"fd00::1":               "",
		"fe80::1%eth0":          "",
		"":                      "",
	} {
		require.Equal(t, want, networkOf(ip), ip)
	}
}
