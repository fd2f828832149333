package sendgrid_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/sendgrid"
)

const messageID = "msg_0198c0ffee0000000000000000000001"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(status int, field, message string) providertest.Answer {
	text, _ := json.Marshal(message)
	return says(status, fmt.Sprintf(`{"errors":[{"message":%s,"field":%q,"help":null}]}`, text, field))
}

func suite() providertest.Case {
	settings := provider.Values{
		"api_key": "SG.k+y/with=odd.signs-0123456789", "from": "hello@example.com", "from_name": "Clarion",
		"webhook_public_key": vectorKey,
	}
	with := func(key, value string) provider.Values {
		out := provider.Values{}
		for k, v := range settings {
			out[k] = v
		}
		out[key] = value
		return out
	}
	return providertest.Case{
		Manifest: sendgrid.Manifest(),
		Settings: settings,
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Email, To: "ada@example.com", RecipientName: "Ada",
			Content: notify.Content{Subject: "Shipped <now>", Text: "Hello Ada", HTML: "<p>Hello Ada & you</p>"},
		},
		Yes:       providertest.Answer{Status: 202}.With("X-Message-Id", "LRzXl_NHStOGhQ4kofSm_A"),
		WantID:    "LRzXl_NHStOGhQ4kofSm_A",
		Sent:      sent,
		Probed:    providertest.Answer{Status: 200, Body: `{"scopes":["alerts.read","mail.send"]}`},
		ProbePath: "/v3/scopes",
		MayNotAsk: providertest.Answer{Status: 403, Body: `{"errors":[{"message":"access forbidden"}]}`},
		Fixtures: []providertest.Fixture{
			{Name: "a bad recipient", Answer: refuses(400, "personalizations.0.to.0.email", "Does not contain a valid address."), Want: notify.InvalidRecipient},
			{Name: "a bad subject", Answer: refuses(400, "subject", "The subject is required."), Want: notify.ContentRejected, Code: "subject"},
			{Name: "a refusal without a field", Answer: says(400, `{"errors":[{"message":"Bad Request","field":null}]}`), Want: notify.ContentRejected, Code: "rejected"},
			{Name: "a bad key", Answer: refuses(401, "", "The provided authorization grant is invalid"), Want: notify.AuthConfig, Code: "http_401"},
			{Name: "an unverified sender", Answer: refuses(403, "from", "The from address does not match a verified Sender Identity."), Want: notify.AuthConfig},
			{Name: "a bare 401", Answer: providertest.Answer{Status: 401}, Want: notify.AuthConfig},
			{Name: "a message too large", Answer: refuses(413, "", "Payload too large"), Want: notify.ContentRejected},
			{Name: "an odd refusal", Answer: refuses(415, "", "Unsupported media type"), Want: notify.ContentRejected},
			{Name: "too many", Answer: refuses(429, "", "too many requests"), Want: notify.RateLimited},
			{Name: "an error of its own", Answer: refuses(500, "", "internal"), Want: notify.Temporary},
			{Name: "unavailable", Answer: refuses(503, "", "try later"), Want: notify.Temporary},
			{Name: "a gateway's answer in its words", Answer: refuses(502, "", "bad gateway"), Want: notify.Ambiguous},
		},
		// SendGrid drops to blocked addresses later, by event, never in the answer.
		Never:   []notify.Outcome{notify.RecipientBlocked},
		Unclear: []providertest.Answer{{Status: 202}, says(202, `{"message":"queued"}`)},
		Limited: refuses(429, "", "too many requests"),
		Echo:    func(text string) providertest.Answer { return refuses(400, text, "cannot accept "+text) },
		Incomplete: map[string]provider.Values{
			"settings.from":               with("from", "not a mailbox"),
			"settings.webhook_public_key": with("webhook_public_key", "AAAA"),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/v3/mail/send", r.Path)
	require.Equal(t, "Bearer SG.k+y/with=odd.signs-0123456789", r.Header.Get("Authorization"))
	require.JSONEq(t, `{
		"from": {"name": "Clarion", "email": "hello@example.com"},
		"subject": "Shipped <now>",
		"personalizations": [{"to": [{"name": "Ada", "email": "ada@example.com"}], "custom_args": {"message_id": "`+messageID+`"}}],
		"content": [{"type": "text/plain", "value": "Hello Ada"}, {"type": "text/html", "value": "<p>Hello Ada & you</p>"}]
	}`, r.Body)
	require.Contains(t, r.Body, "<p>Hello Ada & you</p>", "HTML travels as it is")
}

func TestSendGridPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestAKeyOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	c := suite()
	c.Settings["webhook_public_key"] = rsaKey(t)
	_, err := c.Manifest.New(c.Settings, provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.ErrorContains(t, err, "settings.webhook_public_key")
}
