package wechat_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/wechat"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000005"
	openID    = "oia2TjuEGTNoeX76QEjQNrcURxG8"
	template  = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
	aesKey    = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
)

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(code int, text string) providertest.Answer {
	quoted, _ := json.Marshal(text)
	return says(200, fmt.Sprintf(`{"errcode":%d,"errmsg":%s}`, code, quoted))
}

var errcodes = map[notify.Outcome][]int{
	notify.InvalidRecipient: {40003},
	notify.RecipientBlocked: {43004, 43101},
	notify.ContentRejected:  {40037, 47001, 41030, 47003, 45002, 40033, 49999},
	notify.AuthConfig:       {40001, 40014, 42001, 41001, 40013, 40125, 40164, 48001, 50002, 40243},
	notify.RateLimited:      {45009, 45011, 43117},
	notify.Temporary:        {-1},
	notify.OK:               {40241},
}

func fixtures() []providertest.Fixture {
	out := []providertest.Fixture{
		{Name: "a 503 that says nothing", Answer: says(503, `{"errcode":0}`), Want: notify.Ambiguous},
		{Name: "a code below a status of error", Answer: says(500, `{"errcode":40003,"errmsg":"invalid openid"}`), Want: notify.Ambiguous},
	}
	for want, codes := range errcodes {
		for _, code := range codes {
			out = append(out, providertest.Fixture{Name: fmt.Sprint(code), Answer: refuses(code, "words for people rid: 1"), Want: want, Code: fmt.Sprint(code)})
		}
	}
	return out
}

func suite() providertest.Case {
	return providertest.Case{
		Manifest: wechat.Manifest(),
		Settings: provider.Values{
			"app_id": "wx5823bf96d3bd56c7", "app_secret": "secretOfWeChat/0123+456", "callback_token": "QDG6eK-callback",
			"encoding_aes_key": aesKey,
		},
		Token: "57_accessToken/of+WeChat==",
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.WeChat, To: openID,
			Content: notify.Content{URL: "https://shop.example.com/o?a=1&b=<2>", Data: map[string]string{
				"template_id": template, "miniprogram_appid": "wx0", "miniprogram_path": "pages/o?id=1",
				"thing1": "灯 <S> & \"Co\" \u2028 \\u2028", "thing1.color": "#173177", "amount2": "¥12.50", "lost.color": "#000000",
			}},
		},
		Yes:       says(200, `{"errcode":0,"errmsg":"ok","msgid":9223372036854775806}`),
		WantID:    "9223372036854775806",
		Sent:      sent,
		Probed:    says(200, `{"ip_list":["101.226.62.77"]}`),
		ProbePath: "/cgi-bin/get_api_domain_ip",
		Fixtures:  fixtures(),
		Unclear: []providertest.Answer{
			says(200, `{"errcode":0,"errmsg":"ok"}`), says(200, `{"errmsg":"ok","msgid":1}`), says(200, `{"errcode":0,"msgid":"1"}`), says(200, ``),
			says(200, `{"errcode":0,"errmsg":"ok","msg`),
		},
		Limited: says(429, `{"errcode":45011,"errmsg":"api minute-quota reach limit"}`),
		Echo:    func(text string) providertest.Answer { return refuses(47001, "data format error "+text) },
		Incomplete: map[string]provider.Values{
			"settings.encoding_aes_key": {"app_id": "wx1", "app_secret": "s", "encoding_aes_key": aesKey},
			"settings.plain_callbacks":  {"app_id": "wx1", "app_secret": "s", "plain_callbacks": "perhaps"},
		},
	}
}

func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/cgi-bin/message/template/send", r.Path)
	require.Equal(t, url.Values{"access_token": {"57_accessToken/of+WeChat=="}}.Encode(), r.Query)
	require.NotContains(t, r.Body, `\u0026`)
	require.NotContains(t, r.Body, `\u003c`)
	require.Contains(t, r.Body, "灯 <S> & \\\"Co\\\" \u2028 \\\\u2028", "every character goes as it is")
	require.JSONEq(t, `{"touser":"`+openID+`","template_id":"`+template+`","url":"https://shop.example.com/o?a=1&b=<2>",
		"miniprogram":{"appid":"wx0","pagepath":"pages/o?id=1"},"client_msg_id":"`+messageID+`",
		"data":{"thing1":{"value":"灯 <S> & \"Co\" \u2028 \\u2028","color":"#173177"},"amount2":{"value":"¥12.50"}}}`, r.Body)
}

func TestWeChatPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestAContentWithoutATemplateIsNotSent(t *testing.T) {
	t.Parallel()
	c := suite()
	delete(c.Message.Content.Data, "template_id")
	r := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message)
	require.Equal(t, notify.ContentRejected, r.Outcome)
	require.Equal(t, "template_id_missing", r.Code)
}

func TestADayThatIsUsedUpWaitsForTheNextInChina(t *testing.T) {
	t.Parallel()
	r := providertest.Play(t, suite(), refuses(45009, "reach max api daily quota limit"))
	require.Equal(t, notify.RateLimited, r.Outcome)
	require.Equal(t, 4*time.Hour, r.RetryAfter, "20:00 in China is four hours from midnight")
}
