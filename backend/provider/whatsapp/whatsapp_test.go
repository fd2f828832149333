package whatsapp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/whatsapp"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000012"
	token     = "EAAtest0123456789/token"
)

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(status, code int, details string) providertest.Answer {
	text, _ := json.Marshal(details)
	return says(status, fmt.Sprintf(`{"error":{"message":"(#%d) Something","type":"OAuthException","code":%d,"error_data":{"messaging_product":"whatsapp","details":%s},"fbtrace_id":"Az8"}}`, code, code, text))
}

func suite() providertest.Case {
	c := providertest.Case{
		Manifest: whatsapp.Manifest(),
		Settings: provider.Values{"phone_number_id": "106540352242922", "access_token": token, "app_secret": "app-secret-0123456789", "verify_token": "verify-0123456789"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.WhatsApp, To: "+447700900123", Content: notify.Content{Text: "Your order <1> & 你好 😀"},
		},
		Yes:       says(200, `{"messaging_product":"whatsapp","contacts":[{"input":"+447700900123","wa_id":"447700900123"}],"messages":[{"id":"wamid.HBgL","message_status":"accepted"}]}`),
		WantID:    "wamid.HBgL",
		Probed:    says(200, `{"id":"106540352242922","display_phone_number":"+44 7700 900000","verified_name":"Shop"}`),
		ProbePath: "/v23.0/106540352242922",
		MayNotAsk: says(403, `{"error":{"message":"(#10) Application does not have permission for this action","type":"OAuthException","code":10}}`),
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/v23.0/106540352242922/messages", r.Path)
			require.Equal(t, "Bearer "+token, r.Header.Get("Authorization"))
			require.JSONEq(t, `{"messaging_product":"whatsapp","recipient_type":"individual","to":"+447700900123","type":"text",
				"text":{"body":"Your order <1> & 你好 😀","preview_url":false},"biz_opaque_callback_data":"`+messageID+`"}`, r.Body)
		},
		Unclear: []providertest.Answer{
			says(200, `{"messages":[]}`), says(200, `{"messages":[{"id":""}]}`), says(200, `{"messages":[{"id":"a"},{"id":"b"}]}`), says(500, `{"error":{"message":"","code":0}}`),
		},
		Limited: refuses(429, 130429, "Rate limit hit"),
		Echo:    func(text string) providertest.Answer { return refuses(400, 999999, "cannot take "+text) },
		Incomplete: map[string]provider.Values{
			"settings.phone_number_id": {"phone_number_id": "+44", "access_token": token},
			"settings.api_version":     {"phone_number_id": "1", "access_token": token, "api_version": "23"},
		},
		Fixtures: []providertest.Fixture{
			{Name: "an unknown refusal", Answer: refuses(400, 999999, "new"), Want: notify.ContentRejected, Code: "999999"},
			{Name: "an unknown error of Meta's", Answer: refuses(500, 999999, "new"), Want: notify.Ambiguous},
			{Name: "a bare 401", Answer: says(401, ""), Want: notify.AuthConfig},
		},
	}
	for want, codes := range map[notify.Outcome][]int{
		notify.InvalidRecipient: {131026, 131021, 131030},
		notify.RecipientBlocked: {131050},
		notify.ContentRejected:  {131047, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 131008, 131009, 131051, 131052, 131053, 100, 130472},
		notify.AuthConfig:       {0, 3, 10, 190, 200, 299, 131005, 131031, 131042, 131045, 133010, 368},
		notify.RateLimited:      {4, 80007, 130429, 131048, 131056, 131049},
		notify.Temporary:        {2, 131016, 131057, 133004},
		notify.Ambiguous:        {1, 131000},
	} {
		for _, code := range codes {
			c.Fixtures = append(c.Fixtures, providertest.Fixture{Name: fmt.Sprintf("code %d", code), Answer: refuses(400, code, "why"), Want: want, Code: fmt.Sprint(code)})
		}
	}
	return c
}

func TestWhatsAppPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestAMessageKeptBackForThePersonsSakeWaitsADay(t *testing.T) {
	t.Parallel()
	results, _ := providertest.Talk(t, suite(), []providertest.Answer{refuses(400, 131049, "healthy ecosystem")})
	require.Equal(t, notify.RateLimited, results[0].Outcome)
	require.Equal(t, 24*time.Hour, results[0].RetryAfter)
}

func TestATemplateHasItsParametersInTheirPlaces(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data map[string]string
		want string
	}{
		"numbered": {
			map[string]string{"template": "order_shipped", "language": "zh_CN", "1": "小薇", "2": "A-1", "10": "not in a row", "content_sid": "HX1"},
			`{"name":"order_shipped","language":{"code":"zh_CN"},"components":[{"type":"body","parameters":[{"type":"text","text":"小薇"},{"type":"text","text":"A-1"}]}]}`,
		},
		"named, with a header and a button": {
			map[string]string{"template": "t", "header": "H", "button": "o/1", "order": "A", "name": "Ada"},
			`{"name":"t","language":{"code":"en_US"},"components":[{"type":"header","parameters":[{"type":"text","text":"H"}]},
				{"type":"body","parameters":[{"type":"text","parameter_name":"name","text":"Ada"},{"type":"text","parameter_name":"order","text":"A"}]},
				{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"o/1"}]}]}`,
		},
		"without parameters": {map[string]string{"template": "hello"}, `{"name":"hello","language":{"code":"en_US"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite()
			s.Message.Content = notify.Content{Text: "the text for others", Data: c.data}
			var got struct {
				Type     string          `json:"type"`
				Text     json.RawMessage `json:"text"`
				Template json.RawMessage `json:"template"`
			}
			require.NoError(t, json.Unmarshal([]byte(providertest.Capture(t, s).Body), &got))
			require.Equal(t, "template", got.Type)
			require.Nil(t, got.Text)
			require.JSONEq(t, c.want, string(got.Template))
		})
	}
}
