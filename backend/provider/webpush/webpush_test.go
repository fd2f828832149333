package webpush

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000010"
	address   = `{"endpoint":"https://push.example.net/send/abc%2Fdef?x=1","expirationTime":null,"keys":{"p256dh":"` + uaPublic + `","auth":"` + authText + `"}}`
)

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func suite() providertest.Case {
	settings := provider.Values{"vapid_public_key": asPublic, "vapid_private_key": asPrivate, "subject": "mailto:ops@example.com"}
	with := func(key, value string) provider.Values {
		out := maps.Clone(settings)
		out[key] = value
		return out
	}
	return providertest.Case{
		Manifest: Manifest(), Settings: settings,
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Push, To: address, Priority: notify.High, ExpiresAt: providertest.Now.Add(5 * time.Minute),
			Content: notify.Content{Title: "Shipped <b>", Body: "你好 😀", URL: "https://example.com/o/1", Data: map[string]string{"order": "1"}},
		},
		Yes:    says(201, "").With("Location", "https://push.example.net/m/1"),
		WantID: "https://push.example.net/m/1",
		Sent:   sent,
		Mark:   topic,
		Never:  []notify.Outcome{notify.RecipientBlocked, notify.Temporary},
		Fixtures: []providertest.Fixture{
			{Name: "gone", Answer: says(410, `{"code":410,"errno":106}`), Want: notify.InvalidRecipient, Code: "http_410"},
			{Name: "unknown", Answer: says(404, `{"code":404,"errno":102}`), Want: notify.InvalidRecipient, Code: "http_404"},
			{Name: "unauthorised", Answer: says(401, `{"code":401,"errno":109}`), Want: notify.AuthConfig},
			{Name: "forbidden", Answer: says(403, "the key in the authorization header does not correspond to the sender ID"), Want: notify.AuthConfig},
			{Name: "a bad proof", Answer: says(400, `{"reason":"VapidPkHashMismatch"}`), Want: notify.AuthConfig},
			{Name: "unreadable", Answer: says(400, `{"code":400,"errno":110}`), Want: notify.ContentRejected},
			{Name: "too large", Answer: says(413, ""), Want: notify.ContentRejected},
			{Name: "limited", Answer: says(429, ""), Want: notify.RateLimited},
			{Name: "an error of its own", Answer: says(500, `{"code":500}`), Want: notify.Ambiguous},
			{Name: "unavailable", Answer: says(503, ""), Want: notify.Ambiguous},
		},
		Unclear: []providertest.Answer{says(200, ""), says(203, "ok")},
		Limited: says(429, ""),
		Echo:    func(text string) providertest.Answer { return says(400, text) },
		Incomplete: map[string]provider.Values{
			"settings.vapid_private_key": with("vapid_private_key", "not a key at all"),
			"settings.vapid_public_key":  with("vapid_public_key", uaPublic),
			"settings.subject":           with("subject", "ops@example.com"),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/https/push.example.net/send/abc%2Fdef", r.Path)
	require.Equal(t, "x=1", r.Query)
	require.Equal(t, "aes128gcm", r.Header.Get("Content-Encoding"))
	require.Equal(t, "300", r.Header.Get("Ttl"))
	require.Equal(t, "high", r.Header.Get("Urgency"))
	require.Equal(t, strings.TrimPrefix(messageID, "msg_"), r.Header.Get("Topic"))
	token, key, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	require.True(t, ok)
	require.True(t, valid(t, token, key))
	_, private := ua(t)
	plain, err := unseal([]byte(r.Body), private, bytesOf(t, authText))
	require.NoError(t, err)
	require.JSONEq(t, `{"message_id":"`+messageID+`","title":"Shipped <b>","body":"你好 😀","url":"https://example.com/o/1","data":{"order":"1"}}`, string(plain))
}

func TestWebPushPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestWhatIsNoSubscriptionIsNotCalled(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]string{
		"a token":                 "device-token",
		"no endpoint":             `{"keys":{"p256dh":"` + uaPublic + `","auth":"` + authText + `"}}`,
		"an endpoint without TLS": strings.Replace(address, "https:", "http:", 1),
		"a user in the endpoint":  strings.Replace(address, "https://", "https://a:b@", 1),
		"a point off the curve":   strings.Replace(address, uaPublic, uaPublic[:len(uaPublic)-2]+"AA", 1),
		"a short secret":          strings.Replace(address, authText, "BTBZ", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := suite()
			c.Message.To = to
			r := c.Open(t, "", provider.ClientOptions{}).Send(t.Context(), c.Message)
			require.Equal(t, notify.InvalidRecipient, r.Outcome)
			require.Equal(t, "invalid_subscription", r.Code)
		})
	}
	c := suite()
	c.Message.Content.Body = strings.Repeat("x", 4000)
	r := c.Open(t, "", provider.ClientOptions{}).Send(t.Context(), c.Message)
	require.Equal(t, notify.ContentRejected, r.Outcome)
	require.Equal(t, "too_large", r.Code)
}

func TestTwoMessagesHaveNothingInCommonOnTheWire(t *testing.T) {
	t.Parallel()
	one, two := providertest.Capture(t, suite()), providertest.Capture(t, suite())
	require.NotEqual(t, one.Body[:16], two.Body[:16], "a salt of its own")
	require.NotEqual(t, one.Body[21:86], two.Body[21:86], "a key of its own")
}

func TestTTLAndUrgency(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		expires  time.Time
		priority notify.Priority
		ttl      string
		urgency  string
	}{
		"no expiry":    {time.Time{}, notify.Medium, "2419200", "normal"},
		"already over": {providertest.Now.Add(-time.Hour), notify.Low, "0", "low"},
		"far away":     {providertest.Now.AddDate(1, 0, 0), "", "2419200", "normal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite()
			s.Message.ExpiresAt, s.Message.Priority = c.expires, c.priority
			r := providertest.Capture(t, s)
			require.Equal(t, c.ttl, r.Header.Get("Ttl"))
			require.Equal(t, c.urgency, r.Header.Get("Urgency"))
		})
	}
}

func TestItTakesSubscriptionsAndLeavesTokens(t *testing.T) {
	t.Parallel()
	require.True(t, Takes(address))
	require.False(t, Takes("dGVzdA:APA91b"))
	require.Len(t, topic("another kind of id"), 32)
}
