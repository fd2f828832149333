package provider_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// names is a name server of this machine: each name has answers, given in turn.
type names struct {
	mu    sync.Mutex
	turn  map[string]int
	hosts map[string][]string
}

func (n *names) answer(name string, kind dnsmessage.Type) []dnsmessage.Resource {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.hosts[strings.TrimSuffix(strings.ToLower(name), ".")]
	if len(list) == 0 || kind != dnsmessage.TypeA {
		return nil
	}
	ip := net.ParseIP(list[min(n.turn[name], len(list)-1)]).To4()
	n.turn[name]++
	return []dnsmessage.Resource{{
		Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET},
		Body:   &dnsmessage.AResource{A: [4]byte(ip)},
	}}
}

func (n *names) serve(t *testing.T) *net.Resolver {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		packet := make([]byte, 512)
		for {
			size, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:size]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			m.Answers = n.answer(m.Questions[0].Name.String(), m.Questions[0].Type)
			if m.Answers == nil && n.hosts[strings.TrimSuffix(strings.ToLower(m.Questions[0].Name.String()), ".")] == nil {
				m.RCode = dnsmessage.RCodeNameError
			}
			said, err := m.Pack()
			if err == nil {
				_, _ = conn.WriteTo(said, from) // who asked asks again
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// trap listens on every address of this machine and counts who gets in.
func trap(t *testing.T) (port string, caught *atomic.Int64) {
	caught = &atomic.Int64{}
	l, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			caught.Add(1)
			conn.Close()
		}
	}()
	_, port, err = net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return port, caught
}

// hostile are addresses that lead inside, P being the port of the trap.
var hostile = strings.Fields(`
	http://127.0.0.1:P/ http://127.1:P/ http://127.0.1:P/ http://127.255.255.254:P/ http://127.0.0.1.:P/ https://127.0.0.1:P/
	http://2130706433:P/ http://0x7f000001:P/ http://0x7f.0x0.0x0.0x1:P/ http://0x7f.1:P/ http://017700000001:P/ http://0177.0.0.1:P/
	http://0177.0x0.0.1:P/ http://127.0x0.1:P/ http://4294967295:P/ http://127.0.0.1%2f:P/ http://127.000.000.001:P/
	http://0.0.0.0:P/ http://0:P/ http://0.0:P/ http://[::]:P/ http://[::1]:P/ http://[0:0:0:0:0:0:0:1]:P/ http://[0000::1]:P/
	http://[::ffff:127.0.0.1]:P/ http://[::ffff:7f00:1]:P/ http://[::ffff:0:127.0.0.1]:P/ http://[::127.0.0.1]:P/
	http://[64:ff9b::127.0.0.1]:P/ http://[64:ff9b::a00:1]:P/ http://[64:ff9b:1::7f00:1]:P/ http://[2002:7f00:1::]:P/ http://[2002:a9fe:a9fe::1]:P/
	http://[2001:0:7f00:1::]:P/ http://[2001:db8::1]:P/ http://[2001:4860:0:0:0:5efe:127.0.0.1]:P/ http://[2001:4860::200:5efe:10.0.0.1]:P/
	http://[fe80::1]:P/ http://[fe80::1%25lo]:P/ http://[::1%25lo]:P/ http://[fc00::1]:P/ http://[fd00:ec2::254]:P/ http://[fec0::1]:P/
	http://[ff02::1]:P/ http://[100::1]:P/
	http://localhost:P/ http://LOCALHOST:P/ http://localhost.:P/ http://localhost.localdomain:P/ http://ip6-localhost:P/
	http://public.example@127.0.0.1:P/ http://public.example:80@127.0.0.1:P/ http://user:pw@[::1]:P/ http://127.0.0.1:P@127.0.0.1:P/
	http://inside.test:P/ http://inside.test.:P/ http://INSIDE.test:P/ http://private.test:P/ http://metadata.test:P/ http://mapped.test:P/
	http://10.0.0.1:P/ http://172.16.0.1:P/ http://172.31.255.255:P/ http://192.168.0.1:P/ http://169.254.169.254:P/latest/meta-data/
	http://100.64.0.1:P/ http://100.100.100.200:P/ http://192.0.0.192:P/ http://198.18.0.1:P/ http://224.0.0.1:P/ http://255.255.255.255:P/
	http://168.63.129.16:P/ http://203.0.113.7:P/ http://240.0.0.1:P/
	http://①②⑦.⓪.⓪.①:P/ http://127。0。0。1:P/ http://local` + "\u200b" + `host:P/ http://ⓛocalhost:P/ http://loc` + "\u00ad" + `alhost:P/
`)

func TestNoSpellingLeadsInside(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(hostile), 60)
	dns := &names{turn: map[string]int{}, hosts: map[string][]string{
		"inside.test": {"127.0.0.1"}, "private.test": {"10.0.0.1"}, "metadata.test": {"169.254.169.254"}, "mapped.test": {"127.0.0.53"},
	}}
	resolver := dns.serve(t)
	port, caught := trap(t)
	guard, err := provider.NewGuard(nil)
	require.NoError(t, err)
	own := provider.NewHTTPClient(provider.ClientOptions{Control: guard.Control, Resolver: resolver, Timeout: time.Minute})
	t.Cleanup(own.CloseIdleConnections)
	standard := &http.Client{Transport: &http.Transport{DialContext: guard.DialContext}, Timeout: time.Minute}
	t.Cleanup(standard.CloseIdleConnections)
	for client, c := range map[string]*http.Client{"our wire": own, "net/http": standard} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			for _, address := range hostile {
				t.Run(address, func(t *testing.T) {
					t.Parallel()
					resp, err := c.Get(strings.ReplaceAll(address, "P", port))
					if err == nil {
						resp.Body.Close()
					}
					require.Error(t, err)
				})
			}
		})
	}
	t.Cleanup(func() {
		require.Zero(t, caught.Load(), "somebody got in")
		resp, err := http.Get("http://127.0.0.1:" + port)
		if err == nil {
			resp.Body.Close()
		}
		require.EqualValues(t, 1, caught.Load(), "the trap catches who is not guarded")
	})
}

func TestANameThatChangesItsMindDoesNotLeadInside(t *testing.T) {
	t.Parallel()
	port, caught := trap(t)
	dns := &names{turn: map[string]int{}, hosts: map[string][]string{"rebind.test": {"192.0.43.8", "127.0.0.1"}, "both.test": {"127.0.0.1"}}}
	resolver := dns.serve(t)
	for range 3 {
		// The first answer is public and passes for good in a check made before
		// the connection; every later one leads inside.
		_, err := resolver.LookupHost(t.Context(), "rebind.test")
		require.NoError(t, err)
		guard, err := provider.NewGuard(nil)
		require.NoError(t, err)
		c := provider.NewHTTPClient(provider.ClientOptions{Control: guard.Control, Resolver: resolver, Timeout: time.Minute})
		_, err = c.Get("http://rebind.test:" + port + "/")
		var forbidden *provider.Forbidden
		require.ErrorAs(t, err, &forbidden)
	}
	require.Zero(t, caught.Load())
}

func TestARedirectDoesNotLeadInside(t *testing.T) {
	t.Parallel()
	port, caught := trap(t)
	for _, to := range []string{"http://127.0.0.1:P/", "http://[::1]:P/", "//localhost:P/", "http://2130706433:P/"} {
		open := httptest.NewServer(http.RedirectHandler(strings.ReplaceAll(to, "P", port), http.StatusTemporaryRedirect))
		t.Cleanup(open.Close)
		guard, err := provider.NewGuard([]string{strings.TrimPrefix(open.URL, "http://")[:len("127.0.0.1")]})
		require.NoError(t, err)
		// Even where the operator allows the very address it leads to.
		c := provider.NewHTTPClient(provider.ClientOptions{Control: guard.Control})
		t.Cleanup(c.CloseIdleConnections)
		resp, err := c.Get(open.URL)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, http.StatusTemporaryRedirect, resp.StatusCode)
	}
	require.Zero(t, caught.Load())
}

func TestWhatTheOperatorAllows(t *testing.T) {
	t.Parallel()
	judge := func(allowed, host, address string) error {
		guard, err := provider.NewGuard(strings.Fields(allowed))
		require.NoError(t, err)
		_, port, err := net.SplitHostPort(address)
		require.NoError(t, err)
		dns := &names{turn: map[string]int{}, hosts: map[string][]string{}}
		if ip := net.ParseIP(strings.TrimSuffix(address, ":"+port)); ip != nil {
			dns.hosts[strings.ToLower(strings.TrimSuffix(host, "."))] = []string{ip.String()}
		}
		// A connection that was allowed is not made: the test ends it there.
		stop := fmt.Errorf("allowed")
		control := func(ctx context.Context, network, at string, c syscall.RawConn) error {
			if err := guard.Control(ctx, network, at, c); err != nil {
				return err
			}
			return stop
		}
		c := provider.NewHTTPClient(provider.ClientOptions{Control: control, Resolver: dns.serve(t), Timeout: time.Minute})
		_, err = c.Get("http://" + net.JoinHostPort(host, port) + "/")
		if strings.HasSuffix(err.Error(), "allowed") && !strings.Contains(err.Error(), "not be called") {
			return nil
		}
		return err
	}
	for name, c := range map[string]struct {
		allowed, host, address string
		ok                     bool
	}{
		"a public address":                               {"", "8.8.8.8", "8.8.8.8:443", true},
		"a public address at a mail server's port":       {"", "8.8.8.8", "8.8.8.8:25", false},
		"a port no service is known by":                  {"", "8.8.8.8", "8.8.8.8:8443", true},
		"a private address":                              {"", "10.1.2.3", "10.1.2.3:80", false},
		"one of an allowed network":                      {"10.1.0.0/16", "10.1.2.3", "10.1.2.3:80", true},
		"one beside an allowed network":                  {"10.1.0.0/16", "10.2.2.3", "10.2.2.3:80", false},
		"an allowed address":                             {"10.1.2.3", "10.1.2.3", "10.1.2.3:9000", true},
		"an allowed name":                                {"relay.corp", "relay.corp", "10.1.2.3:80", true},
		"an allowed name, written otherwise":             {"Relay.corp.", "RELAY.corp", "10.1.2.3:80", true},
		"a name below an allowed one":                    {".corp", "relay.corp", "10.1.2.3:80", true},
		"a name that only ends like it":                  {".corp", "evilcorp", "10.1.2.3:80", false},
		"another name with the same address":             {"relay.corp", "evil.test", "10.1.2.3:80", false},
		"an allowed name that points at the metadata":    {"relay.corp", "relay.corp", "169.254.169.254:80", false},
		"the metadata, where the operator names it":      {"169.254.169.254", "169.254.169.254", "169.254.169.254:80", true},
		"a public address through NAT64 stays open":      {"", "64:ff9b::808:808", "[64:ff9b::808:808]:80", true},
		"a public address of IPv6":                       {"", "2606:4700:4700::1111", "[2606:4700:4700::1111]:443", true},
		"loopback in an allowed network, mapped to IPv6": {"127.0.0.0/8", "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:80", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := judge(c.allowed, c.host, c.address)
			if c.ok {
				require.NoError(t, err)
			} else {
				require.Error(t, err)
			}
		})
	}
	for _, bad := range []string{"http://relay.corp", "10.0.0.0/99", "relay.corp:80", "*.corp", "a b"} {
		_, err := provider.NewGuard([]string{bad})
		require.ErrorContains(t, err, bad)
	}
}

func TestASandboxIntegrationReachesTheSandboxAlone(t *testing.T) {
	t.Parallel()
	box := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(box.Close)
	port, caught := trap(t)
	c := provider.NewHTTPClient(provider.ClientOptions{Control: provider.Only(strings.TrimPrefix(box.URL, "http://")), Timeout: time.Minute})
	t.Cleanup(c.CloseIdleConnections)
	resp, err := c.Get(box.URL)
	require.NoError(t, err)
	resp.Body.Close()
	for _, other := range []string{"http://127.0.0.1:" + port, "http://[::1]:" + port, "http://8.8.8.8:80"} {
		_, err := c.Get(other)
		require.ErrorContains(t, err, "only the sandbox")
	}
	require.Zero(t, caught.Load())
}

func TestAForbiddenAddressIsNamedInTheResult(t *testing.T) {
	t.Parallel()
	guard, err := provider.NewGuard(nil)
	require.NoError(t, err)
	l := provider.NewLine(provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{Control: guard.Control})})
	call := l.Start(t.Context())
	defer call.End()
	r, err := http.NewRequestWithContext(call.Context(), http.MethodPost, "http://127.0.0.1:1/", nil)
	require.NoError(t, err)
	_, err = l.HTTP().Do(r)
	result := l.Settle(call, err, yes)
	require.Equal(t, notify.Temporary, result.Outcome)
	require.Equal(t, provider.CodeForbidden, result.Code)
}
