package wecom_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/wecom"
)

const messageID = "msg_0198c0ffee0000000000000000000006"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(code int, text string) providertest.Answer {
	quoted, _ := json.Marshal(text)
	return says(200, fmt.Sprintf(`{"errcode":%d,"errmsg":%s}`, code, quoted))
}

func fixtures() []providertest.Fixture {
	var out []providertest.Fixture
	for want, codes := range codesOf {
		for _, code := range codes {
			out = append(out, providertest.Fixture{Name: fmt.Sprint(code), Answer: refuses(code, "words for people"), Want: want, Code: fmt.Sprint(code)})
		}
	}
	return out
}

func with(change func(c *notify.Content)) providertest.Case {
	c := suite()
	change(&c.Message.Content)
	return c
}

var codesOf = map[notify.Outcome][]int{
	notify.InvalidRecipient: {81013, 60111, 40003, 40031},
	notify.ContentRejected:  {40008, 40035, 44004, 45002, 40058, 49999},
	notify.AuthConfig:       {40001, 40013, 40056, 60011, 60020, 301002, 40014, 42001, 41001},
	notify.RateLimited:      {45009, 45033},
	notify.Temporary:        {-1},
}

const aesKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

func suite() providertest.Case {
	settings := provider.Values{
		"corp_id": "wx5823bf96d3bd56c7", "agent_id": "218", "secret": "secretOfTheApp/0+1", "link_label": "Open",
	}
	changed := func(key, value string) provider.Values {
		out := maps.Clone(settings)
		out[key] = value
		return out
	}
	return providertest.Case{
		Manifest: wecom.Manifest(), Settings: settings, Token: "accessTokenOf/WeCom+1==",
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.WeCom, To: "zhangsan",
			Content: notify.Content{Title: "灯 <b>", Text: "到了 & \"here\"", URL: "https://shop.example.com/o?a=1&b=<2>"},
		},
		Yes:    says(200, `{"errcode":0,"errmsg":"ok, warning: wrong json format.","invaliduser":"lisi|wangwu","msgid":"xxxx"}`),
		WantID: "xxxx",
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/cgi-bin/message/send", r.Path)
			require.Equal(t, url.Values{"access_token": {"accessTokenOf/WeCom+1=="}}.Encode(), r.Query)
			require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
			require.JSONEq(t, `{"touser":"zhangsan","msgtype":"textcard","agentid":218,"enable_duplicate_check":1,"duplicate_check_interval":600,
				"textcard":{"title":"灯 <b>","description":"到了 & \"here\"","url":"https://shop.example.com/o?a=1&b=<2>","btntxt":"Open"}}`, r.Body)
		},
		Probed:    says(200, `{"errcode":0,"errmsg":"ok","agentid":218,"name":"Shop"}`),
		ProbePath: "/cgi-bin/agent/get",
		Fixtures: append(fixtures(),
			providertest.Fixture{Name: "the member is not known", Answer: says(200, `{"errcode":0,"errmsg":"ok","invaliduser":"lisi|ZhangSan","msgid":"x"}`),
				Want: notify.InvalidRecipient, Code: "invaliduser"},
			providertest.Fixture{Name: "the member has no licence", Answer: says(200, `{"errcode":0,"errmsg":"ok","unlicenseduser":"zhangsan","msgid":"x"}`),
				Want: notify.RecipientBlocked, Code: "unlicenseduser"},
		),
		Never:   []notify.Outcome{notify.Ambiguous},
		Unclear: []providertest.Answer{says(200, `{"errcode":0,"errmsg":"ok"}`), says(200, `{"msgid":"x"}`), says(200, ``)},
		Limited: says(429, `{"errcode":45009,"errmsg":"api freq out of limit"}`),
		Echo:    func(text string) providertest.Answer { return refuses(40035, "invalid "+text) },
		Incomplete: map[string]provider.Values{
			"settings.agent_id":          changed("agent_id", "shop"),
			"settings.duplicate_seconds": changed("duplicate_seconds", "14401"),
			"settings.encoding_aes_key":  changed("encoding_aes_key", aesKey),
		},
	}
}

func TestWeComPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestWithoutAURLItIsPlainText(t *testing.T) {
	t.Parallel()
	c := with(func(c *notify.Content) { c.URL = "" })
	c.Settings["duplicate_seconds"] = "0"
	require.JSONEq(t, `{"touser":"zhangsan","msgtype":"text","agentid":218,"enable_duplicate_check":0,
		"text":{"content":"灯 <b>\n\n到了 & \"here\""}}`, providertest.Capture(t, c).Body)
}

func TestWhatWeComWouldCutOrSendToOthersIsNotSent(t *testing.T) {
	t.Parallel()
	to := func(address string) providertest.Case {
		c := suite()
		c.Message.To = address
		return c
	}
	for name, test := range map[string]struct {
		c    providertest.Case
		want notify.Outcome
	}{
		"everybody":           {to("@all"), notify.InvalidRecipient},
		"several":             {to("a|b"), notify.InvalidRecipient},
		"nobody":              {to(""), notify.InvalidRecipient},
		"a long text":         {with(func(c *notify.Content) { c.URL, c.Text = "", strings.Repeat("灯", 683) }), notify.ContentRejected},
		"a long card":         {with(func(c *notify.Content) { c.Text = strings.Repeat("x", 513) }), notify.ContentRejected},
		"a long title":        {with(func(c *notify.Content) { c.Title = strings.Repeat("x", 129) }), notify.ContentRejected},
		"a long line as such": {with(func(c *notify.Content) { c.Title, c.Text = "", strings.Repeat("x", 200) }), notify.ContentRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, test.c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), test.c.Message).Outcome)
		})
	}
}
