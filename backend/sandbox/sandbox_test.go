package sandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

var credentials = map[string]map[string]string{
	"sendgrid":  {"api_key": "SG.key"},
	"twilio":    {"account_sid": "AC1", "auth_token": "token"},
	"fcm":       {"access_token": "ya29"},
	"slack":     {"bot_token": "xoxb-1", "webhook_path": "T1/B1/secret"},
	"mailchimp": {"api_key": "md-1", "webhook_key": "wh-1"},
}

// box is a sandbox behind a listener.
type box struct {
	*sandbox.Sandbox
	t   *testing.T
	url string
}

func open(t *testing.T, c sandbox.Config) *box {
	t.Helper()
	if c.Credentials == nil {
		c.Credentials = credentials
	}
	s, err := sandbox.Open(c)
	require.NoError(t, err)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		server.Close()
	})
	return &box{s, t, server.URL}
}

// patience is how long a test waits for what must come.
const patience = time.Minute

// shortlyAfter holds from a moment after so many requests are noted; an answer
// would have come by then.
func (b *box) shortlyAfter(requests int) func() bool {
	var seen time.Time
	return func() bool {
		if seen.IsZero() && len(b.requests()) == requests {
			seen = time.Now()
		}
		return !seen.IsZero() && time.Since(seen) > 100*time.Millisecond
	}
}

// ask is a request; the zero method is POST.
type ask struct {
	method, path, auth, kind, body string
	// named is our message id in a header, for Slack's webhook.
	named string
	// leaves says when the caller has had enough; nil waits for the answer.
	leaves func() bool
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (b *box) do(a ask) (reply, error) {
	if a.method == "" {
		a.method = http.MethodPost
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if a.leaves != nil {
		go func() {
			for !a.leaves() && ctx.Err() == nil {
				<-time.After(time.Millisecond)
			}
			cancel()
		}()
	}
	r, err := http.NewRequestWithContext(ctx, a.method, b.url+a.path, strings.NewReader(a.body))
	require.NoError(b.t, err)
	if a.kind != "" {
		r.Header.Set("Content-Type", a.kind)
	}
	if a.named != "" {
		r.Header.Set("X-Clarion-Message-Id", a.named)
	}
	if user, password, ok := strings.Cut(a.auth, ":"); ok {
		r.SetBasicAuth(user, password)
	} else if a.auth != "" {
		r.Header.Set("Authorization", "Bearer "+a.auth)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, answer.Header, string(body)}, err
}

func (b *box) must(a ask) reply {
	b.t.Helper()
	got, err := b.do(a)
	require.NoError(b.t, err)
	return got
}

const jsonKind = "application/json"

func mailTo(to, id string) ask {
	return ask{path: "/sendgrid/v3/mail/send", auth: "SG.key", kind: jsonKind, body: `{
		"personalizations":[{"to":[{"email":"` + to + `","name":"Ada"}],"subject":"Shipped","headers":{"X-Trace":"t1"},"custom_args":{"message_id":"` + id + `","attempt_id":"att_1"}}],
		"from":{"email":"shop@example.com","name":"Shop"},"reply_to":{"email":"help@example.com"},
		"content":[{"type":"text/plain","value":"on its way"},{"type":"text/html","value":"<p>on its way</p>"}]}`}
}

func textTo(to, id, callback string) ask {
	form := url.Values{"To": {to}, "From": {"+15005550006"}, "Body": {"on its way"}}
	if callback != "" {
		form.Set("StatusCallback", callback+"?message_id="+id)
	}
	return ask{path: "/twilio/2010-04-01/Accounts/AC1/Messages.json", auth: "AC1:token", kind: "application/x-www-form-urlencoded", body: form.Encode()}
}

func pushTo(token, id string) ask {
	return ask{path: "/fcm/v1/projects/demo/messages:send", auth: "ya29", kind: jsonKind, body: `{"message":{
		"token":"` + token + `","notification":{"title":"Shipped","body":"on its way","image":"https://example.com/i.png"},
		"data":{"message_id":"` + id + `","url":"https://example.com/o/1"}}}`}
}

func slackTo(channel, id string) ask {
	return ask{path: "/slack/api/chat.postMessage", auth: "xoxb-1", kind: jsonKind, body: `{"channel":"` + channel + `","text":"on its way",
		"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*on its way*"}}],
		"metadata":{"event_type":"clarion","event_payload":{"message_id":"` + id + `"}}}`}
}

func hookWith(path, body string) ask {
	return ask{path: "/slack/services/" + path, kind: jsonKind, body: body}
}

// sends is one good request to each vendor.
var sends = map[string]func(id string) ask{
	"sendgrid":  func(id string) ask { return mailTo("ada@example.com", id) },
	"twilio":    func(id string) ask { return textTo("+447700900123", id, "http://127.0.0.1:9/cb") },
	"fcm":       func(id string) ask { return pushTo("tok-1", id) },
	"slack":     func(id string) ask { return slackTo("C0GENERAL", id) },
	"ses":       func(id string) ask { return sesTo("ada@example.com", id) },
	"mailchimp": func(id string) ask { return mailchimpTo("ada@example.com", id) },
	"sns":       func(id string) ask { return snsTo("+447700900123", id) },
}

// receipt is one callback as it arrived.
type receipt struct {
	url    string
	header http.Header
	body   []byte
}

// collector takes callbacks; refuse answers the first n of them with 503.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	got    []receipt
	refuse int
	more   chan struct{}
}

func collect(t *testing.T) *collector {
	c := &collector{more: make(chan struct{}, 1)}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		c.refuse--
		refused := c.refuse >= 0
		if !refused {
			c.got = append(c.got, receipt{"http://" + r.Host + r.URL.RequestURI(), r.Header, body})
		}
		c.mu.Unlock()
		if refused {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		select {
		case c.more <- struct{}{}:
		default:
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) receipts() []receipt {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]receipt(nil), c.got...)
}

// until waits for callbacks until enough is true.
func (c *collector) until(t *testing.T, enough func([]receipt) bool) []receipt {
	t.Helper()
	deadline := time.After(patience)
	for {
		if got := c.receipts(); enough(got) {
			return got
		}
		select {
		case <-c.more:
		case <-deadline:
			require.FailNow(t, "callbacks did not come", "got %d posts", len(c.receipts()))
		}
	}
}

// mailEvents unpacks SendGrid's arrays.
func mailEvents(t *testing.T, receipts []receipt) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, r := range receipts {
		var events []map[string]any
		require.NoError(t, json.Unmarshal(r.body, &events))
		all = append(all, events...)
	}
	return all
}

func words(t *testing.T, receipts []receipt) []string {
	t.Helper()
	var out []string
	for _, e := range mailEvents(t, receipts) {
		out = append(out, e["event"].(string))
	}
	return out
}

func (b *box) messages() []sandbox.Message {
	list, _ := b.Messages(sandbox.MessageFilter{Limit: 1000})
	return list
}

func (b *box) requests() []sandbox.Request {
	list, _ := b.Requests(sandbox.RequestFilter{Limit: 1000})
	return list
}

func TestEachVendorTakesAGoodMessageAndTheLedgerShowsIt(t *testing.T) {
	t.Parallel()
	want := map[string]sandbox.Message{
		"sendgrid": {
			Channel: notify.Email, To: "ada@example.com", Subject: "Shipped", Text: "on its way", HTML: "<p>on its way</p>",
			Headers: map[string]string{"From": "Shop <shop@example.com>", "Reply-To": "help@example.com", "X-Trace": "t1"},
		},
		"twilio": {Channel: notify.SMS, To: "+447700900123", Text: "on its way", Headers: map[string]string{"From": "+15005550006"}},
		"fcm": {
			Channel: notify.Push, To: "tok-1", Title: "Shipped", Text: "on its way", Image: "https://example.com/i.png",
			URL: "https://example.com/o/1", Data: map[string]string{"message_id": "msg_1", "url": "https://example.com/o/1"},
		},
		"slack": {
			Channel: notify.Slack, To: "C0GENERAL", Text: "on its way",
			Blocks: json.RawMessage(`[{"type":"section","text":{"type":"mrkdwn","text":"*on its way*"}}]`),
		},
		"ses": {
			Channel: notify.Email, To: "ada@example.com", Subject: "Shipped", Text: "on its way", HTML: "<p>on its way</p>",
			Headers: map[string]string{"From": "Shop <shop@example.com>", "To": "Ada <ada@example.com>", "List-Unsubscribe": "<mailto:u@example.com>"},
		},
		"mailchimp": {
			Channel: notify.Email, To: "ada@example.com", Subject: "Shipped", Text: "on its way", HTML: "<p>on its way</p>",
			Headers: map[string]string{"From": "Shop <shop@example.com>", "To": "Ada <ada@example.com>", "X-Trace": "t1"},
		},
		"sns": {Channel: notify.SMS, To: "+447700900123", Text: "on its way", Headers: map[string]string{"SenderID": "Shop"}},
	}
	statuses := map[string]int{"sendgrid": 202, "twilio": 201, "fcm": 200, "slack": 200, "ses": 200, "sns": 200, "mailchimp": 200}
	for provider, send := range sends {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
			b := open(t, sandbox.Config{Clock: func() time.Time { return now }})
			a := send("msg_1")
			require.Equal(t, statuses[provider], b.must(a).status)

			require.Len(t, b.messages(), 1)
			got := b.messages()[0]
			expected := want[provider]
			expected.ID, expected.Provider, expected.MessageID, expected.ReceivedAt = got.ID, provider, "msg_1", now
			require.Equal(t, expected, got)

			require.Len(t, b.requests(), 1)
			entry := b.requests()[0]
			require.Equal(t, sandbox.Request{
				ID: entry.ID, Provider: provider, Method: "POST", Path: a.path, MessageID: "msg_1",
				ReceivedAt: now, AnsweredStatus: statuses[provider], Fault: sandbox.None,
			}, entry)
		})
	}
}

func TestListsAreNewestFirstAndPaged(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	for _, id := range []string{"msg_1", "msg_2", "msg_3", "msg_4", "msg_5"} {
		b.must(pushTo("tok", id))
	}
	b.must(slackTo("C0GENERAL", "msg_6"))
	var seen []string
	filter := sandbox.MessageFilter{Channel: notify.Push, To: "tok", Limit: 2}
	for {
		list, next := b.Messages(filter)
		for _, m := range list {
			seen = append(seen, m.MessageID)
		}
		if next == "" {
			break
		}
		filter.After = next
	}
	require.Equal(t, []string{"msg_5", "msg_4", "msg_3", "msg_2", "msg_1"}, seen)

	calls, next := b.Requests(sandbox.RequestFilter{Provider: "slack"})
	require.Empty(t, next)
	require.Len(t, calls, 1)

	none, next := b.Messages(sandbox.MessageFilter{To: "nobody"})
	require.NotNil(t, none, "an empty list is [] in JSON")
	require.Empty(t, none)
	require.Empty(t, next)
}

func TestClearEmptiesTheMessagesAndKeepsTheLedger(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	b.must(pushTo("tok", "msg_1"))
	require.NoError(t, b.Clear())
	require.Empty(t, b.messages())
	require.Len(t, b.requests(), 1)
}

func TestAnUnknownVendorIsNotFoundAndNotOnTheLedger(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	require.Equal(t, 404, b.must(ask{path: "/mailgun/v3/messages"}).status)
	require.Empty(t, b.requests())
}

func TestAVendorWithoutCredentialsLetsEverybodyIn(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{Credentials: map[string]map[string]string{}})
	for _, send := range sends {
		a := send("msg_1")
		a.auth = ""
		require.Less(t, b.must(a).status, 300)
	}
	require.Len(t, b.messages(), len(sends))
}
