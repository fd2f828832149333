package twilio_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/twilio"
)

const messageID = "msg_0198c0ffee0000000000000000000002"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(status, code int, message string) providertest.Answer {
	text, _ := json.Marshal(message)
	return says(status, fmt.Sprintf(`{"code":%d,"message":%s,"more_info":"https://www.twilio.com/docs/errors/%d","status":%d}`, code, text, code, status))
}

func suite() providertest.Case {
	settings := provider.Values{"account_sid": "ACtest0123456789", "auth_token": "tokenOfTwilio0123456789", "from": "+15005550006"}
	with := func(changes provider.Values) provider.Values {
		out := maps.Clone(settings)
		maps.Copy(out, changes)
		return out
	}
	fixtures := []providertest.Fixture{
		{Name: "unavailable", Answer: refuses(503, 20503, "Service unavailable"), Want: notify.Temporary, Code: "20503"},
		{Name: "an error of its own", Answer: refuses(500, 20500, "Internal server error"), Want: notify.Temporary},
		{Name: "a gateway's answer in its words", Answer: refuses(502, 0, "bad gateway"), Want: notify.Ambiguous},
		{Name: "an unknown refusal", Answer: refuses(400, 29999, "Something new"), Want: notify.ContentRejected, Code: "29999"},
		{Name: "an unknown account", Answer: refuses(404, 20404, "The requested resource was not found"), Want: notify.AuthConfig, Code: "20404"},
		{Name: "a bare 401", Answer: providertest.Answer{Status: 401}, Want: notify.AuthConfig},
	}
	for code, want := range map[int]notify.Outcome{
		21211: notify.InvalidRecipient, 21217: notify.InvalidRecipient, 21614: notify.InvalidRecipient,
		21610: notify.RecipientBlocked,
		21408: notify.AuthConfig, 21606: notify.AuthConfig, 21608: notify.AuthConfig, 21612: notify.AuthConfig,
		21659: notify.AuthConfig, 21660: notify.AuthConfig, 20003: notify.AuthConfig, 20008: notify.AuthConfig,
		21602: notify.ContentRejected, 21617: notify.ContentRejected, 21619: notify.ContentRejected, 21620: notify.ContentRejected,
		20429: notify.RateLimited, 21611: notify.RateLimited, 14107: notify.RateLimited,
	} {
		fixtures = append(fixtures, providertest.Fixture{
			Name: fmt.Sprintf("code %d", code), Answer: refuses(400, code, "a message for people"), Want: want, Code: fmt.Sprint(code),
		})
	}
	return providertest.Case{
		Manifest: twilio.Manifest(),
		Settings: settings,
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.SMS, To: "+14155552671", ExpiresAt: providertest.Now.Add(5 * time.Minute),
			Content: notify.Content{Text: "Your order is on its way & near"},
		},
		Yes:       says(201, `{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","num_segments":"1","error_code":null,"price":null,"date_created":"Sun, 01 Mar 2026 12:00:00 +0000"}`),
		WantID:    "SM0123456789abcdef0123456789abcdef",
		Sent:      sent,
		Probed:    says(200, `{"sid":"ACtest0123456789","status":"active","friendly_name":"Shop"}`),
		ProbePath: "/2010-04-01/Accounts/ACtest0123456789.json",
		Fixtures:  fixtures,
		Unclear:   []providertest.Answer{says(201, `{"status":"queued"}`), says(201, `{"sid":""}`), says(201, ``), says(201, `{"sid":"SM01`)},
		Limited:   refuses(429, 20429, "Too many requests"),
		Echo:      func(text string) providertest.Answer { return refuses(400, 21999, "cannot accept "+text) },
		Incomplete: map[string]provider.Values{
			"settings.from":        with(provider.Values{"from": ""}),
			"settings.account_sid": with(provider.Values{"account_sid": "AC-1"}),
			"settings.auth_token":  with(provider.Values{"auth_token": "tokenOfTwilio0123456789/.."}),
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/2010-04-01/Accounts/ACtest0123456789/Messages.json", r.Path)
	request := http.Request{Header: r.Header}
	name, password, ok := request.BasicAuth()
	require.True(t, ok)
	require.Equal(t, "ACtest0123456789", name)
	require.Equal(t, "tokenOfTwilio0123456789", password)
	form, err := url.ParseQuery(r.Body)
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"To": {"+14155552671"}, "From": {"+15005550006"}, "Body": {"Your order is on its way & near"},
		"StatusCallback": {providertest.CallbackURL + "?message_id=" + messageID}, "ValidityPeriod": {"300"},
	}, form)
}

func TestTwilioPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestTheValidityPeriodStaysWithinWhatTwilioTakes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		expires time.Time
		want    string
	}{
		"no expiry":         {time.Time{}, ""},
		"already over":      {providertest.Now.Add(-time.Hour), "1"},
		"less than ten h":   {providertest.Now.Add(time.Hour), "3600"},
		"longer than taken": {providertest.Now.Add(48 * time.Hour), "36000"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite()
			s.Message.ExpiresAt = c.expires
			form, err := url.ParseQuery(providertest.Capture(t, s).Body)
			require.NoError(t, err)
			require.Equal(t, c.want, form.Get("ValidityPeriod"))
		})
	}
}

func TestAMessagingServiceCanStandInForTheNumber(t *testing.T) {
	t.Parallel()
	c := suite()
	delete(c.Settings, "from")
	c.Settings["messaging_service_sid"] = "MG0123456789"
	form, err := url.ParseQuery(providertest.Capture(t, c).Body)
	require.NoError(t, err)
	require.Equal(t, "MG0123456789", form.Get("MessagingServiceSid"))
	require.False(t, form.Has("From"))
}
