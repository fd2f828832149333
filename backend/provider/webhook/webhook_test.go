package webhook_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/webhook"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000009"
	oldKey    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	newKey    = "whsec_bmV3IGtleSBvZiB0aGUgc2hvcCwgcm90YXRlZA=="
	endpoint  = "https://hooks.example.com/in%2Fbox/a?tenant=1&b=%20"
)

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// statuses is all that counts: whoever receives may answer what they like.
var statuses = map[int]notify.Outcome{
	200: notify.OK, 204: notify.OK, 301: notify.ContentRejected, 302: notify.ContentRejected, 303: notify.ContentRejected,
	307: notify.ContentRejected, 308: notify.ContentRejected, 400: notify.ContentRejected, 408: notify.Temporary, 500: notify.Temporary,
	502: notify.RateLimited, 503: notify.Temporary, 504: notify.RateLimited, 599: notify.Temporary,
}

func suite() providertest.Case {
	return providertest.Case{
		Manifest: webhook.Manifest(),
		Settings: provider.Values{"signing_keys": newKey + " " + oldKey},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Webhook, To: endpoint, RecipientID: "erp", Category: "orders",
			Content: notify.Content{Data: map[string]string{"order": "A&<1>", "note": "你好\n\u2028 \"quoted\" 😀"}},
		},
		Yes: says(200, `{"received":true}`),
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "POST", r.Method)
			require.Equal(t, "/https/hooks.example.com/in%2Fbox/a", r.Path)
			require.Equal(t, "tenant=1&b=%20", r.Query)
			require.Equal(t, "application/json", r.Header.Get("Content-Type"))
			require.JSONEq(t, `{"type":"orders","message_id":"`+messageID+`","recipient":"erp","data":{"order":"A&<1>","note":"你好\n\u2028 \"quoted\" 😀"}}`, r.Body)
			require.Contains(t, r.Body, "A&<1>", "nothing is escaped for HTML")
		},
		Statuses: statuses,
		Never:    []notify.Outcome{notify.RecipientBlocked, notify.AuthConfig, notify.Ambiguous},
		Fixtures: []providertest.Fixture{
			{Name: "gone for good", Answer: says(410, ""), Want: notify.InvalidRecipient, Code: "http_410"},
			{Name: "not found", Answer: says(404, ""), Want: notify.ContentRejected, Code: "http_404"},
			{Name: "unauthorised", Answer: says(401, ""), Want: notify.ContentRejected},
			{Name: "unprocessable", Answer: says(422, `{"error":"no such order"}`), Want: notify.ContentRejected, Code: "http_422"},
			{Name: "too large", Answer: says(413, ""), Want: notify.ContentRejected},
			{Name: "an error of its own", Answer: says(500, `{"error":"oops"}`), Want: notify.Temporary},
			{Name: "unavailable", Answer: says(503, ""), Want: notify.Temporary},
			{Name: "a gateway", Answer: says(502, ""), Want: notify.RateLimited},
			{Name: "a gateway's timeout", Answer: says(504, ""), Want: notify.RateLimited},
		},
		Limited: says(429, ""),
		Echo:    func(text string) providertest.Answer { return says(400, text) },
		Incomplete: map[string]provider.Values{
			"settings.signing_keys": {"signing_keys": oldKey + " whsec_short"},
			"settings.per_second":   {"signing_keys": oldKey, "per_second": "0"},
			"settings.url":          {"signing_keys": oldKey, "url": "https://user:pw@example.com/"},
		},
	}
}

func TestAWebhookOfTheRecipientPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestAWebhookOfTheIntegrationPassesTheSuite(t *testing.T) {
	c := suite()
	c.Settings["url"] = "https://fixed.example.com/hook"
	c.Sent = func(t *testing.T, r providertest.Request) { require.Equal(t, "/https/fixed.example.com/hook", r.Path) }
	c.Never = []notify.Outcome{notify.RecipientBlocked, notify.InvalidRecipient, notify.Ambiguous}
	c.Fixtures = []providertest.Fixture{
		{Name: "gone for good", Answer: says(410, ""), Want: notify.AuthConfig, Code: "http_410"},
		{Name: "not found", Answer: says(404, ""), Want: notify.AuthConfig},
		{Name: "forbidden", Answer: says(403, ""), Want: notify.AuthConfig},
		{Name: "unprocessable", Answer: says(422, ""), Want: notify.ContentRejected},
		{Name: "limited", Answer: says(429, ""), Want: notify.RateLimited},
		{Name: "an error of its own", Answer: says(500, ""), Want: notify.Temporary},
	}
	providertest.Run(t, c)
}

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

// verify asks the official library.
func verify(t *testing.T, key, body string, header http.Header) error {
	t.Helper()
	wh, err := standard.NewWebhook(key)
	require.NoError(t, err)
	return wh.VerifyIgnoringTimestamp([]byte(body), header)
}

func TestTheOfficialLibraryAgreesWithEveryActiveKey(t *testing.T) {
	t.Parallel()
	r := providertest.Capture(t, suite())
	require.Equal(t, messageID, r.Header.Get("webhook-id"))
	require.Equal(t, fmt.Sprint(providertest.Now.Unix()), r.Header.Get("webhook-timestamp"), "the time of this attempt")
	require.Len(t, strings.Fields(r.Header.Get("webhook-signature")), 2)
	for _, key := range []string{oldKey, newKey} {
		require.NoError(t, verify(t, key, r.Body, r.Header))
	}
	require.Error(t, verify(t, "whsec_YW5vdGhlciBrZXkgb2YgdHdlbnR5IGZvdXIgYnl0ZXM=", r.Body, r.Header))
	for i := range len(r.Body) {
		flipped := []byte(r.Body)
		flipped[i] ^= 1
		require.Error(t, verify(t, oldKey, string(flipped), r.Header), "bit %d of the body", 8*i)
	}
	for _, name := range []string{"webhook-id", "webhook-timestamp"} {
		other := r.Header.Clone()
		value := []byte(other.Get(name))
		value[len(value)-1] ^= 1
		other.Set(name, string(value))
		require.Error(t, verify(t, oldKey, r.Body, other), name)
	}
}

func TestKeysOfBothKindsSignTogether(t *testing.T) {
	t.Parallel()
	const private = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
	c := suite()
	c.Settings = provider.Values{"signing_keys": private + "\n" + oldKey}
	r := providertest.Capture(t, c)
	given := strings.Fields(r.Header.Get("webhook-signature"))
	require.Len(t, given, 2)
	require.True(t, strings.HasPrefix(given[0], "v1a,"))
	require.NoError(t, verify(t, oldKey, r.Body, r.Header), "who only knows the shared key passes over the other")
}

func TestEachRecipientsURLIsAPlaceOfItsOwnAndAFixedOneIsNone(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]notify.Place{"": {Key: endpoint, PerSecond: 5}, "https://fixed.example.com/hook": {}} {
		c := suite()
		c.Settings = provider.Values{"signing_keys": oldKey, "url": url, "per_second": "5"}
		placer, ok := c.Open(t, "", provider.ClientOptions{}).(notify.Placer)
		require.True(t, ok)
		require.Equal(t, want, placer.Place(endpoint))
	}
}

func TestAnAddressThatCannotBeCalledIsTheRecipientsFault(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "ftp://example.com/", "https://", "https:///path", "https://a:b@example.com/", "https://example.com/#part", "//example.com/",
		"https://ex\u200bample.com/", "https://münchen.example/", "https://example.com/ a", "javascript:alert(1)", "https://example.com/" + strings.Repeat("a", 2048),
		"https://example.com/\r\nX-Injected: 1", "file:///etc/passwd", "gopher://127.0.0.1:6379/_SET",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			c := suite()
			c.Message.To = address
			r := c.Open(t, "", provider.ClientOptions{}).Send(t.Context(), c.Message)
			require.Equal(t, notify.InvalidRecipient, r.Outcome)
			require.Equal(t, "invalid_url", r.Code)
		})
	}
}

func TestAnAddressThatLeadsInsideIsRefusedBeforeTheCall(t *testing.T) {
	t.Parallel()
	guard, err := provider.NewGuard(nil)
	require.NoError(t, err)
	for url, want := range map[string]notify.Outcome{"": notify.InvalidRecipient, "http://127.0.0.1:1/": notify.AuthConfig} {
		c := suite()
		c.Settings = maps.Clone(c.Settings)
		c.Settings["url"], c.Message.To = url, "http://localhost:1/"
		r := c.Open(t, "", provider.ClientOptions{Control: guard.Control, Timeout: time.Minute}).Send(t.Context(), c.Message)
		require.Equal(t, want, r.Outcome, "%+v", r)
		require.Equal(t, provider.CodeForbidden, r.Code)
	}
}
