package ses_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/ses"
)

const messageID = "msg_0198c0ffee0000000000000000000005"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(status int, class, message string) providertest.Answer {
	text, _ := json.Marshal(message)
	return says(status, fmt.Sprintf(`{"message":%s}`, text)).With("X-Amzn-ErrorType", class)
}

func settings(changes provider.Values) provider.Values {
	out := provider.Values{
		"region": "eu-west-1", "access_key_id": "AKIATEST0123456789AB", "secret_access_key": "wJalr/XUtnFEMI+K7MDENG=0123456789",
		"from": "hello@example.com", "from_name": "Clarion", "configuration_set": "clarion",
		"topic_arn": topicARN, "list_unsubscribe": "https://example.com/u?m={message_id}",
	}
	maps.Copy(out, changes)
	return out
}

func suite() providertest.Case {
	fixtures := []providertest.Fixture{
		{Name: "a bare 401", Answer: providertest.Answer{Status: 401}, Want: notify.AuthConfig, Code: "http_401"},
		{Name: "a recipient without a domain", Answer: refuses(400, "BadRequestException", "Missing final '@domain'"), Want: notify.InvalidRecipient},
		{Name: "a recipient with an odd domain", Answer: refuses(400, "BadRequestException", "Domain contains illegal character"), Want: notify.InvalidRecipient},
		{Name: "an unverified sender", Answer: refuses(400, "MessageRejected", "Email address is not verified."), Want: notify.AuthConfig},
		{Name: "the daily quota", Answer: refuses(400, "LimitExceededException", "Daily message quota exceeded."), Want: notify.RateLimited},
		{Name: "a class with a namespace", Answer: refuses(400, "MessageRejected:http://internal.amazon.com/coral/", "no"), Want: notify.ContentRejected, Code: "MessageRejected"},
		{Name: "something new", Answer: refuses(409, "SomethingNewException", "no"), Want: notify.ContentRejected, Code: "SomethingNewException"},
		{Name: "a gateway's answer in its words", Answer: refuses(502, "InternalServiceErrorException", "no"), Want: notify.Ambiguous},
	}
	for class, want := range map[string]notify.Outcome{
		"AccountSuspendedException": notify.AuthConfig, "SendingPausedException": notify.AuthConfig,
		"MailFromDomainNotVerifiedException": notify.AuthConfig, "NotFoundException": notify.AuthConfig,
		"AccessDeniedException": notify.AuthConfig, "UnrecognizedClientException": notify.AuthConfig,
		"InvalidSignatureException": notify.AuthConfig, "ExpiredTokenException": notify.AuthConfig,
		"MissingAuthenticationTokenException": notify.AuthConfig, "InvalidParameterValue": notify.ContentRejected,
		"MessageRejected": notify.ContentRejected, "BadRequestException": notify.ContentRejected,
		"TooManyRequestsException": notify.RateLimited, "ThrottlingException": notify.RateLimited, "LimitExceededException": notify.RateLimited,
	} {
		fixtures = append(fixtures, providertest.Fixture{Name: class, Answer: refuses(400, class, "a message for people"), Want: want, Code: class})
	}
	for status, f := range map[int]providertest.Fixture{
		500: {Answer: refuses(500, "InternalServiceErrorException", "no"), Want: notify.Ambiguous},
		503: {Answer: refuses(503, "ServiceUnavailableException", "no"), Want: notify.Temporary},
	} {
		f.Name = fmt.Sprint(status)
		fixtures = append(fixtures, f)
	}
	return providertest.Case{
		Manifest: ses.Manifest(),
		Settings: settings(nil),
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Email, To: "ada@bücher.example", RecipientName: "Ada",
			Content: notify.Content{Subject: "Shipped <now> ✓", Text: "Hello Ada", HTML: "<p>Hello Ada & you</p>"},
		},
		Yes:       says(200, `{"MessageId":"010201-abc-000000"}`),
		WantID:    "010201-abc-000000",
		Sent:      sent,
		Probed:    says(200, `{"SendingEnabled":true,"ProductionAccessEnabled":true,"EnforcementStatus":"HEALTHY"}`),
		ProbePath: "/v2/email/account",
		MayNotAsk: refuses(403, "AccessDeniedException", "not authorized to perform: ses:GetAccount"),
		Fixtures:  fixtures,
		// SES drops mail to suppressed addresses later, by event, never in the answer.
		Never:   []notify.Outcome{notify.RecipientBlocked},
		Unclear: []providertest.Answer{says(200, `{}`), says(200, `{"MessageId":""}`), says(200, `{"MessageId":7}`), says(200, ``)},
		Limited: refuses(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
		Echo: func(text string) providertest.Answer {
			return refuses(400, "BadRequestException", "cannot accept "+text)
		},
		Incomplete: map[string]provider.Values{
			"settings.from":              settings(provider.Values{"from": "not a mailbox"}),
			"settings.from_name":         settings(provider.Values{"from_name": "Clarion\r\nBcc: x@example.com"}),
			"settings.region":            settings(provider.Values{"region": "evil.test/x"}),
			"settings.topic_arn":         settings(provider.Values{"topic_arn": "clarion"}),
			"settings.configuration_set": settings(provider.Values{"configuration_set": "a b"}),
			"settings.list_unsubscribe":  settings(provider.Values{"list_unsubscribe": "https://example.com/\r\nX-Evil: 1"}),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/v2/email/outbound-emails", r.Path)
	require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIATEST0123456789AB/\d{8}/eu-west-1/ses/aws4_request, SignedHeaders=\S*host\S*, Signature=[0-9a-f]{64}$`, r.Header.Get("Authorization"))
	require.JSONEq(t, `{
		"FromEmailAddress": "\"Clarion\" <hello@example.com>",
		"Destination": {"ToAddresses": ["\"Ada\" <ada@xn--bcher-kva.example>"]},
		"Content": {"Simple": {
			"Subject": {"Data": "Shipped <now> ✓", "Charset": "UTF-8"},
			"Body": {"Text": {"Data": "Hello Ada", "Charset": "UTF-8"}, "Html": {"Data": "<p>Hello Ada & you</p>", "Charset": "UTF-8"}},
			"Headers": [
				{"Name": "List-Unsubscribe", "Value": "<https://example.com/u?m=`+messageID+`>"},
				{"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}
			]
		}},
		"EmailTags": [{"Name": "message_id", "Value": "`+messageID+`"}],
		"ConfigurationSetName": "clarion"
	}`, r.Body)
}

func TestSESPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestADayFullOfMailWaitsForTheWindow(t *testing.T) {
	t.Parallel()
	c := suite()
	c.Fixtures = nil
	r := providertest.Play(t, c, refuses(429, "LimitExceededException", "Daily message quota exceeded."))
	require.Equal(t, notify.RateLimited, r.Outcome)
	require.Equal(t, 30*time.Minute, r.RetryAfter)
}

func TestWhatCouldBreakAHeaderIsRefusedBeforeTheCall(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		with func(m *notify.Outbound)
		want notify.Outcome
		code string
	}{
		"a line break in the subject": {func(m *notify.Outbound) { m.Content.Subject = "a\r\nBcc: x@example.com" }, notify.ContentRejected, "subject_control_character"},
		"a line break in the name":    {func(m *notify.Outbound) { m.RecipientName = "Ada\nX: 1" }, notify.ContentRejected, "recipient_name_control_character"},
		"a NUL in the subject":        {func(m *notify.Outbound) { m.Content.Subject = "a\x00b" }, notify.ContentRejected, "subject_control_character"},
		"text that is not UTF-8":      {func(m *notify.Outbound) { m.Content.Text = "caf\xe9" }, notify.ContentRejected, "text_not_utf8"},
		"a line break in the address": {func(m *notify.Outbound) { m.To = "ada@example.com\r\nBcc: x@example.com" }, notify.InvalidRecipient, "not_a_mailbox"},
		"two addresses":               {func(m *notify.Outbound) { m.To = "ada@example.com, x@example.com" }, notify.InvalidRecipient, "not_a_mailbox"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite()
			c.with(&s.Message)
			r := s.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), s.Message)
			require.Equal(t, c.want, r.Outcome, "nothing listens there: a call would be temporary")
			require.Equal(t, c.code, r.Code)
		})
	}
}
