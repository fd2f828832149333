package sns_test

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/sns"
)

const messageID = "msg_0198c0ffee0000000000000000000006"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"text/xml"}}, Body: body}
}

func refuses(status int, code, message string) providertest.Answer {
	return says(status, fmt.Sprintf(`<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>r1</RequestId></ErrorResponse>`,
		code, html.EscapeString(message)))
}

func published(id string) providertest.Answer {
	return says(200, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>`+id+`</MessageId></PublishResult><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></PublishResponse>`)
}

func settings(changes provider.Values) provider.Values {
	out := provider.Values{
		"region": "eu-west-1", "access_key_id": "AKIATEST0123456789AB", "secret_access_key": "wJalr/XUtnFEMI+K7MDENG=0123456789",
		"sender_id": "Clarion", "max_price": "0.50",
	}
	maps.Copy(out, changes)
	return out
}

func suite() providertest.Case {
	fixtures := []providertest.Fixture{
		{Name: "a bare 401", Answer: providertest.Answer{Status: 401}, Want: notify.AuthConfig},
		{Name: "a number that is none", Answer: refuses(400, "InvalidParameter", "Invalid parameter: PhoneNumber Reason: +1 is not valid to publish to"), Want: notify.InvalidRecipient, Code: "InvalidParameter"},
		{Name: "a person who opted out", Answer: refuses(400, "InvalidParameter", "Invalid parameter: Phone number is opted out"), Want: notify.RecipientBlocked},
		{Name: "a text that is empty", Answer: refuses(400, "InvalidParameter", "Invalid parameter: Empty message"), Want: notify.ContentRejected},
		{Name: "a sender id that is none", Answer: refuses(400, "InvalidParameter", "Invalid parameter: SenderID"), Want: notify.AuthConfig},
		{Name: "an error of its own", Answer: refuses(500, "InternalError", "no"), Want: notify.Ambiguous, Code: "InternalError"},
		{Name: "unavailable", Answer: refuses(503, "ServiceUnavailable", "no"), Want: notify.Temporary},
		{Name: "a gateway's answer in its words", Answer: refuses(504, "InternalError", "no"), Want: notify.Ambiguous},
		{Name: "something new", Answer: refuses(400, "SomethingNew", "no"), Want: notify.ContentRejected, Code: "SomethingNew"},
	}
	for code, want := range map[string]notify.Outcome{
		"OptedOut": notify.RecipientBlocked, "EndpointDisabled": notify.InvalidRecipient, "ParameterValueInvalid": notify.ContentRejected,
		"AuthorizationError": notify.AuthConfig, "InvalidClientTokenId": notify.AuthConfig, "SignatureDoesNotMatch": notify.AuthConfig,
		"UserErrorException": notify.AuthConfig, "OptInRequired": notify.AuthConfig, "Throttled": notify.RateLimited, "Throttling": notify.RateLimited,
	} {
		fixtures = append(fixtures, providertest.Fixture{Name: code, Answer: refuses(400, code, "a message for people"), Want: want, Code: code})
	}
	return providertest.Case{
		Manifest: sns.Manifest(),
		Settings: settings(nil),
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.SMS, To: "+14155552671", Content: notify.Content{Text: "Your order is on its way & near ✓"},
		},
		Yes:       published("94f20ce6-13c5-43a0-9a9e-ca52d816e90b"),
		WantID:    "94f20ce6-13c5-43a0-9a9e-ca52d816e90b",
		Sent:      sent,
		Probed:    says(200, `<GetSMSSandboxAccountStatusResponse><GetSMSSandboxAccountStatusResult><IsInSandbox>true</IsInSandbox></GetSMSSandboxAccountStatusResult></GetSMSSandboxAccountStatusResponse>`),
		ProbePath: "/",
		MayNotAsk: says(403, `<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not authorized to perform: SNS:GetSMSSandboxAccountStatus</Message></Error></ErrorResponse>`),
		Fixtures:  fixtures,
		Unclear:   []providertest.Answer{published(""), says(200, "<PublishResponse/>"), says(200, ""), says(200, "<PublishResponse><PublishResult><MessageId>94f2")},
		Limited:   refuses(429, "Throttled", "Rate exceeded"),
		Echo:      func(text string) providertest.Answer { return refuses(400, "SomethingNew", "cannot accept "+text) },
		Incomplete: map[string]provider.Values{
			"settings.region":    settings(provider.Values{"region": "evil.test/x"}),
			"settings.sender_id": settings(provider.Values{"sender_id": "much too long a name"}),
			"settings.max_price": settings(provider.Values{"max_price": "cheap"}),
			"settings.sms_type":  settings(provider.Values{"sms_type": "Loud"}),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/", r.Path)
	require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIATEST0123456789AB/\d{8}/eu-west-1/sns/aws4_request, `, r.Header.Get("Authorization"))
	form, err := url.ParseQuery(r.Body)
	require.NoError(t, err)
	require.Equal(t, []string{"Publish", "+14155552671", "Your order is on its way & near ✓"}, []string{form.Get("Action"), form.Get("PhoneNumber"), form.Get("Message")})
	attributes := map[string]string{}
	for n := 1; form.Has("MessageAttributes.entry." + strconv.Itoa(n) + ".Name"); n++ {
		entry := "MessageAttributes.entry." + strconv.Itoa(n) + "."
		attributes[form.Get(entry+"Name")] = form.Get(entry+"Value.DataType") + " " + form.Get(entry+"Value.StringValue")
	}
	require.Equal(t, map[string]string{
		"message_id": "String " + messageID, "AWS.SNS.SMS.SenderID": "String Clarion",
		"AWS.SNS.SMS.SMSType": "String Transactional", "AWS.SNS.SMS.MaxPrice": "Number 0.50",
	}, attributes)
}

func TestSNSPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }
