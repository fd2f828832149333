package mailchimp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/mailchimp"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000008"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(status int, name, message string) providertest.Answer {
	text, _ := json.Marshal(message)
	return says(status, fmt.Sprintf(`{"status":"error","code":-1,"name":%q,"message":%s}`, name, text))
}

func verdict(status, reason string) providertest.Answer {
	return says(200, fmt.Sprintf(`[{"email":"ada@example.com","status":%q,"_id":"abc123","reject_reason":%q}]`, status, reason))
}

func settings(changes provider.Values) provider.Values {
	out := provider.Values{
		"api_key": "md-key+0123456789/=", "from": "hello@example.com", "from_name": "Clarion", "subaccount": "shop",
		"webhook_key": webhookKey, "list_unsubscribe": "mailto:u@example.com?subject={message_id}",
	}
	maps.Copy(out, changes)
	return out
}

func suite() providertest.Case {
	fixtures := []providertest.Fixture{
		{Name: "an address that is none", Answer: verdict("invalid", ""), Want: notify.InvalidRecipient, Code: "invalid"},
		{Name: "a rejection without a reason", Answer: verdict("rejected", ""), Want: notify.ContentRejected, Code: "rejected"},
		{Name: "a rejection with a new reason", Answer: verdict("rejected", "mood"), Want: notify.ContentRejected, Code: "mood"},
		{Name: "a bare 401", Answer: providertest.Answer{Status: 401}, Want: notify.AuthConfig},
		{Name: "an error with a new name", Answer: refuses(400, "SomethingNew", "no"), Want: notify.ContentRejected, Code: "SomethingNew"},
		{Name: "an error of its own", Answer: refuses(500, "GeneralError", "unexpected"), Want: notify.Ambiguous, Code: "GeneralError"},
		{Name: "a gateway's answer in its words", Answer: refuses(502, "ServiceUnavailable", "no"), Want: notify.Ambiguous},
	}
	for reason, want := range map[string]notify.Outcome{
		"hard-bounce": notify.InvalidRecipient, "invalid": notify.InvalidRecipient, "soft-bounce": notify.Temporary,
		"spam": notify.RecipientBlocked, "unsub": notify.RecipientBlocked, "custom": notify.RecipientBlocked,
		"invalid-sender": notify.AuthConfig, "unsigned": notify.AuthConfig, "test-mode-limit": notify.AuthConfig, "rule": notify.ContentRejected,
	} {
		fixtures = append(fixtures, providertest.Fixture{Name: "rejected for " + reason, Answer: verdict("rejected", reason), Want: want, Code: reason})
	}
	for name, want := range map[string]notify.Outcome{
		"Invalid_Key": notify.AuthConfig, "PaymentRequired": notify.AuthConfig, "Unknown_Subaccount": notify.AuthConfig,
		"UserDisabled": notify.AuthConfig, "ValidationError": notify.ContentRejected, "ServiceUnavailable": notify.Temporary,
		"TooManyRequests": notify.RateLimited,
	} {
		fixtures = append(fixtures, providertest.Fixture{Name: name, Answer: refuses(500, name, "a message for people"), Want: want, Code: name})
	}
	return providertest.Case{
		Manifest: mailchimp.Manifest(),
		Settings: settings(nil),
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Email, To: "ada@bücher.example", RecipientName: "Ada",
			Content: notify.Content{Subject: "Shipped <now> ✓", Text: "Hello Ada", HTML: "<p>Hello Ada & you</p>"},
		},
		Yes: verdict("queued", ""), WantID: "abc123", Sent: sent,
		Probed: says(200, `{"PING":"PONG!"}`), ProbePath: "/api/1.0/users/ping2.json",
		Fixtures: fixtures,
		Unclear: []providertest.Answer{
			says(200, `[]`), says(200, `[{"status":"sent"}]`), says(200, `[{"_id":"a","status":"pondering"}]`),
			says(200, `[{"_id":"a","status":"sent"},{"_id":"b","status":"sent"}]`), refuses(200, "Invalid_Key", "no"),
		},
		Limited: refuses(429, "TooManyRequests", "slow down"),
		Echo:    func(text string) providertest.Answer { return refuses(500, "ValidationError", "cannot accept "+text) },
		Incomplete: map[string]provider.Values{
			"settings.from":             settings(provider.Values{"from": "not a mailbox"}),
			"settings.from_name":        settings(provider.Values{"from_name": "a\nb"}),
			"settings.list_unsubscribe": settings(provider.Values{"list_unsubscribe": "http://example.com/"}),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, []string{"POST", "/api/1.0/messages/send.json", "application/json"}, []string{r.Method, r.Path, r.Header.Get("Content-Type")})
	require.JSONEq(t, `{"key": "md-key+0123456789/=", "async": false, "message": {
		"from_email": "hello@example.com", "from_name": "Clarion", "subject": "Shipped <now> ✓", "auto_text": false, "subaccount": "shop",
		"to": [{"email": "ada@xn--bcher-kva.example", "name": "Ada", "type": "to"}], "text": "Hello Ada", "html": "<p>Hello Ada & you</p>",
		"headers": {"List-Unsubscribe": "<mailto:u@example.com?subject=`+messageID+`>"}, "metadata": {"message_id": "`+messageID+`"}
	}}`, r.Body)
	require.Contains(t, r.Body, "<p>Hello Ada & you</p>", "HTML travels as it is")
}

func TestMailchimpPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }
