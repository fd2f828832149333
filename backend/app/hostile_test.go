package app

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/registry"
	"clarion/backend/sandbox"
)

// station is a vendor in the box with a sender of ours in front of it.
type station struct {
	box    *sandbox.Sandbox
	sender notify.Sender
	url    string
}

func stationOf(t *testing.T, name string) *station {
	t.Helper()
	box, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
	require.NoError(t, err)
	server := httptest.NewServer(box)
	t.Cleanup(func() {
		require.NoError(t, box.Close())
		server.Close()
	})
	manifest, ok := registry.Find(name)
	require.True(t, ok)
	settings := provider.Values{}
	maps.Copy(settings, box.Account(name))
	maps.Copy(settings, demoSenders[name])
	client := provider.NewHTTPClient(provider.ClientOptions{})
	t.Cleanup(client.CloseIdleConnections)
	sender, err := manifest.New(manifest.With(settings), provider.Deps{
		HTTP: client, Dial: provider.DialLoopback, BaseURL: server.URL + "/" + name, CallbackURL: "https://hub.example.test/callbacks/int_1", Now: time.Now,
	})
	require.NoError(t, err)
	return &station{box, sender, server.URL}
}

// hostile are texts that break careless senders.
var hostile = map[string]string{
	"plain":               "Shipped",
	"emoji":               "🚚👩‍👩‍👧 on its way ✓",
	"right to left":       "\u202eשלום \u2067مرحبا\u2069 abc",
	"Chinese":             "您的订单已发货，预计明天送达",
	"a very long line":    strings.Repeat("x", 5000),
	"long and wide":       strings.Repeat("你好 ", 900),
	"quotes":              `"><script>alert(1)</script> \ ' " & ; , : <x@example.com>`,
	"an encoded word":     "=?utf-8?q?Bcc:_x@example.com?= =?UTF-8?B?YQ==?=",
	"dots":                "..\n.\n..\n. \n",
	"header in text":      "Bcc: x@example.com\nSubject: other\n\nbody",
	"boundary":            "--boundary--\n--\nContent-Type: text/html\n",
	"from at the start":   "From nobody\n>From nobody\n",
	"spaces at the end":   "line  \n\t\nlast \t",
	"equals":              "a=20b=\n=3D=",
	"separators":          "a\u2028b\u2029c\u0085d\u00a0e",
	"line breaks":         "a\r\nBcc: x@example.com\r\n\r\nb",
	"one carriage return": "a\rb",
	"a NUL":               "a\x00b",
	"an escape":           "a\x1b[31mb",
	"many spaces":         "  two  and   three  ",
	"not UTF-8":           "caf\xe9",
}

func TestHostileTextArrivesByteForByteOrIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	for _, manifest := range registry.All() {
		if manifest.Channel != notify.Email {
			continue
		}
		t.Run(manifest.Name, func(t *testing.T) {
			t.Parallel()
			s := stationOf(t, manifest.Name)
			for name, text := range hostile {
				for _, field := range []string{"subject", "recipient_name", "text", "html"} {
					m := notify.Outbound{
						MessageID: notify.NewID(notify.MessageID), Channel: notify.Email, To: "ada@example.com", RecipientName: "Ada",
						Content: notify.Content{Subject: "Hi", Text: "Hello", HTML: "<p>Hello</p>"},
					}
					*map[string]*string{
						"subject": &m.Content.Subject, "recipient_name": &m.RecipientName, "text": &m.Content.Text, "html": &m.Content.HTML,
					}[field] = text
					s.sendHostile(t, m, name+" as "+field)
				}
			}
		})
	}
}

var lineEnds = strings.NewReplacer("\r\n", "\n")

func (s *station) sendHostile(t *testing.T, m notify.Outbound, what string) {
	t.Helper()
	require.NoError(t, s.box.Clear())
	r := s.sender.Send(t.Context(), m)
	got, _ := s.box.Messages(sandbox.MessageFilter{})
	if r.Outcome != notify.OK {
		all := m.Content.Subject + m.RecipientName + m.Content.Text + m.Content.HTML
		require.True(t, strings.ContainsAny(all, "\r\n\x00\x1b\u0085") || !utf8.ValidString(all), "%s: refused without need: %+v", what, r)
		require.Equal(t, notify.ContentRejected, r.Outcome, what+": %+v", r)
		require.NotEmpty(t, r.Detail, what)
		require.Empty(t, got, what)
		return
	}
	require.Len(t, got, 1, what)
	one := got[0]
	require.Equal(t, m.MessageID, one.MessageID, what)
	require.Equal(t, "ada@example.com", one.To, what)
	require.Equal(t, m.Content.Subject, one.Subject, what)
	if one.Provider == "smtp" {
		// Mail has one line end, whichever the text had.
		m.Content.Text, m.Content.HTML = lineEnds.Replace(m.Content.Text), lineEnds.Replace(m.Content.HTML)
	}
	require.Equal(t, m.Content.Text, one.Text, what)
	require.Equal(t, m.Content.HTML, one.HTML, what)
	if to, shown := one.Headers["To"]; shown {
		require.Equal(t, m.RecipientName+" <ada@example.com>", to, what)
	}
	for header := range one.Headers {
		require.NotEqual(t, "bcc", strings.ToLower(header), what)
	}
}

// hub takes callbacks as the house does and keeps the receipts.
func (s *station) hub(t *testing.T, name string) func() []notify.Receipt {
	t.Helper()
	var mu sync.Mutex
	var all []notify.Receipt
	receiver, ok := s.sender.(notify.Receiver)
	require.True(t, ok)
	_, hook := s.box.CallsBack(name)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := "http://" + r.Host
		if !hook {
			address = "https://hub.example.test" // as the message named it, whose address is signed
		}
		body, _ := io.ReadAll(r.Body)
		receipts, answer, err := receiver.Receive(r.Context(), notify.CallbackRequest{
			Method: r.Method, URL: address + r.URL.RequestURI(), Query: r.URL.RawQuery, Header: r.Header, Body: body, Now: time.Now(),
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		mu.Lock()
		all = append(all, receipts...)
		mu.Unlock()
		w.WriteHeader(answer.Status)
	}))
	t.Cleanup(server.Close)
	require.NoError(t, s.box.SetCallbackURL(name, server.URL+"/callbacks/int_1"))
	return func() []notify.Receipt {
		mu.Lock()
		defer mu.Unlock()
		return append([]notify.Receipt{}, all...)
	}
}

func TestMailVendorsReportWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]func(notify.Receipt) bool{
		"mailchimp": {
			"ada@example.com":          func(r notify.Receipt) bool { return r.Status == notify.Delivered },
			"hard_bounce@sandbox.test": func(r notify.Receipt) bool { return r.Status == notify.Failed && r.Suppress == notify.Bounce },
			"soft_bounce@sandbox.test": func(r notify.Receipt) bool { return r.Status == notify.Failed && r.Suppress == "" },
			"unsub@sandbox.test":       func(r notify.Receipt) bool { return r.Suppress == notify.Unsubscribe },
			"open@sandbox.test":        func(r notify.Receipt) bool { return r.Engagement == notify.EngagedOpened },
		},
		"ses": {
			"ada@example.com":     func(r notify.Receipt) bool { return r.Status == notify.Delivered },
			"bounce@sandbox.test": func(r notify.Receipt) bool { return r.Status == notify.Failed && r.Suppress == notify.Bounce },
			"complaint@sandbox.test": func(r notify.Receipt) bool {
				return r.Engagement == notify.EngagedComplained && r.Suppress == notify.Complaint
			},
			"click@sandbox.test":     func(r notify.Receipt) bool { return r.Engagement == notify.EngagedClicked },
			"transient@sandbox.test": func(r notify.Receipt) bool { return r.Status == notify.Failed && r.Suppress == "" },
		},
	}
	for name, people := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stationOf(t, name)
			receipts := s.hub(t, name)
			for to, want := range people {
				m := notify.Outbound{
					MessageID: notify.NewID(notify.MessageID), Channel: notify.Email, To: to, Content: notify.Content{Subject: "Hi", Text: "Hello"},
				}
				require.Equal(t, notify.OK, s.sender.Send(t.Context(), m).Outcome)
				require.Eventually(t, func() bool {
					for _, r := range receipts() {
						if r.MessageID == m.MessageID && r.Address == to && want(r) {
							return true
						}
					}
					return false
				}, time.Minute, 5*time.Millisecond, to)
			}
		})
	}
}
