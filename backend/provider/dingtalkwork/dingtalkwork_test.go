package dingtalkwork_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/dingtalkwork"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000009"

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
	notify.InvalidRecipient: {33012, 60121, 40003},
	notify.ContentRejected:  {40035, 43004, 45002, 49999},
	notify.AuthConfig:       {88, 33001, 40001, 40014, 40078, 40089, 40096, 41001, 42001, 50002, 60011, 60020},
	notify.RateLimited:      {90002, 90003, 90004, 90005, 90006, 90018},
	notify.Temporary:        {-1},
}

func inside(code, text string) providertest.Answer {
	return says(200, fmt.Sprintf(`{"errcode":88,"sub_code":%q,"sub_msg":%q,"errmsg":"ding talk error","request_id":"1"}`, code, text))
}

func suite() providertest.Case {
	return providertest.Case{
		Manifest: dingtalkwork.Manifest(), Token: "accessTokenOf/DingTalk+1",
		Settings: provider.Values{"app_key": "dingxyz", "app_secret": "secretOfDingTalk/0+1", "agent_id": "4294967296", "link_label": "Open"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.DingTalk, To: "manager4220",
			Content: notify.Content{Title: "灯 <b>", Text: "到了 & \"here\"", URL: "https://shop.example.com/?a&b"},
		},
		Yes:    says(200, `{"errcode":0,"task_id":9007199254740993,"request_id":"4jzllmte0wau"}`),
		WantID: "9007199254740993",
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/topapi/message/corpconversation/asyncsend_v2", r.Path)
			require.Equal(t, url.Values{"access_token": {"accessTokenOf/DingTalk+1"}}.Encode(), r.Query)
			require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
			require.JSONEq(t, `{"agent_id":4294967296,"userid_list":"manager4220","to_all_user":false,"msg":{"msgtype":"action_card",
				"action_card":{"title":"灯 <b>","markdown":"到了 & \"here\"","single_title":"Open","single_url":"https://shop.example.com/?a&b"}}}`, r.Body)
		},
		Probed:    says(200, `{"errcode":0,"errmsg":"ok","auth_org_scopes":{}}`),
		ProbePath: "/auth/scopes",
		Fixtures: append(fixtures(),
			providertest.Fixture{Name: "88 and no permission", Answer: inside("60011", "no permission"), Want: notify.AuthConfig, Code: "60011"},
			providertest.Fixture{Name: "88 and too often", Answer: inside("90018", "too often"), Want: notify.RateLimited, Code: "90018"},
			providertest.Fixture{Name: "88 and a word", Answer: inside("isv.unknown", "what"), Want: notify.ContentRejected, Code: "isv.unknown"},
		),
		Never:   []notify.Outcome{notify.RecipientBlocked, notify.Ambiguous},
		Unclear: []providertest.Answer{says(200, `{"errcode":0}`), says(200, `{"task_id":1}`), says(200, ``)},
		Limited: says(429, ``),
		Echo:    func(text string) providertest.Answer { return inside("40014", "invalid "+text) },
		Incomplete: map[string]provider.Values{
			"settings.agent_id": {"app_key": "k", "app_secret": "s", "agent_id": "shop"},
		},
	}
}

func TestDingTalkWorkPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestTheKindFollowsTheContent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c    providertest.Case
		want string
	}{
		"Markdown with a title": {with(func(c *notify.Content) { c.URL = "" }), `"msg":{"markdown":{"text":"到了 & \"here\"","title":"灯 <b>"},"msgtype":"markdown"}`},
		"text without":          {with(func(c *notify.Content) { c.URL, c.Title = "", "" }), `"msg":{"msgtype":"text","text":{"content":"到了 & \"here\""}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, providertest.Capture(t, test.c).Body, test.want)
		})
	}
}

func TestWhatWouldReachOthersOrNobodyIsNotSent(t *testing.T) {
	t.Parallel()
	c := suite()
	s := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{})
	for _, to := range []string{"", "a,b"} {
		c.Message.To = to
		require.Equal(t, notify.InvalidRecipient, s.Send(t.Context(), c.Message).Outcome)
	}
	c.Message.To, c.Message.Content.Text = "a", strings.Repeat("x", 5001)
	require.Equal(t, "too_long", s.Send(t.Context(), c.Message).Code)
}
