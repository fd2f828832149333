package feishu_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/feishu"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000010"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(code int, text string) providertest.Answer {
	quoted, _ := json.Marshal(text)
	return says(400, fmt.Sprintf(`{"code":%d,"msg":%s}`, code, quoted))
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
	notify.InvalidRecipient: {230002, 230029, 230034, 99992351, 99992361},
	notify.RecipientBlocked: {230013, 230018, 230035, 230038, 230053},
	notify.ContentRejected:  {9499, 19024, 230001, 230017, 230022, 230025, 230028, 239999},
	notify.AuthConfig: {
		10003, 10014, 19001, 19021, 19022, 230006, 230027, 99991401, 99991661, 99991663, 99991664, 99991671, 99991672, 99991677,
	},
	notify.RateLimited: {11232, 230020, 99991400},
	notify.Ambiguous:   {230049},
}

func suite() providertest.Case {
	return providertest.Case{
		Manifest: feishu.Manifest(), Token: "t-7f1bcd13fc57d46bac21793a18e560",
		Settings: provider.Values{"app_id": "cli_slkdjalasdkjasd", "app_secret": "secretOfFeishu/0+1", "link_label": "Open"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Feishu, To: "ou_7d8a6e6df7621556ce0d21922b676706ccs",
			Content: notify.Content{Title: "灯 <b>", Text: "到了 & \"here\" <at user_id=\"all\"></at>", URL: "https://shop.example.com/?a&b"},
		},
		Yes:    says(200, `{"code":0,"msg":"success","data":{"message_id":"om_dc13264520392913993dd051dba21dcf","msg_type":"interactive"}}`),
		WantID: "om_dc13264520392913993dd051dba21dcf",
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, []string{"/open-apis/im/v1/messages", "receive_id_type=open_id"}, []string{r.Path, r.Query})
			require.Equal(t, "Bearer t-7f1bcd13fc57d46bac21793a18e560", r.Header.Get("Authorization"))
			kind, content := opened(t, r)
			require.Equal(t, "interactive", kind)
			require.JSONEq(t, `{"config":{"wide_screen_mode":true},"header":{"template":"blue","title":{"tag":"plain_text","content":"灯 <b>"}},
				"elements":[{"tag":"div","text":{"tag":"plain_text","content":"到了 & \"here\" <at user_id=\"all\"></at>"}},
				{"tag":"action","actions":[{"tag":"button","type":"primary","text":{"tag":"plain_text","content":"Open"},"url":"https://shop.example.com/?a&b"}]}]}`, content)
		},
		Probed:    says(200, `{"code":0,"msg":"ok","bot":{"app_name":"Shop","open_id":"ou_1"}}`),
		ProbePath: "/open-apis/bot/v3/info",
		Fixtures: append(fixtures(),
			providertest.Fixture{Name: "a no with 200", Answer: says(200, `{"code":230001,"msg":"invalid"}`), Want: notify.ContentRejected, Code: "230001"},
			providertest.Fixture{Name: "a code of tomorrow below 403", Answer: says(403, `{"code":239998,"msg":"what"}`), Want: notify.AuthConfig, Code: "239998"},
			providertest.Fixture{Name: "a code below 500", Answer: says(500, `{"code":230001,"msg":"what"}`), Want: notify.Ambiguous},
		),
		Never:   []notify.Outcome{notify.Temporary},
		Unclear: []providertest.Answer{says(200, `{"code":0}`), says(200, `{"code":0,"data":{"message_id":""}}`), says(200, `{"data":{"message_id":"om_1"}}`), says(200, ``)},
		Limited: says(429, `{"code":99991400,"msg":"request trigger frequency limit"}`),
		Echo:    func(text string) providertest.Answer { return refuses(99991663, "invalid access token "+text) },
		Incomplete: map[string]provider.Values{
			"settings.region":          {"app_id": "a", "app_secret": "s", "region": "mars"},
			"settings.receive_id_type": {"app_id": "a", "app_secret": "s", "receive_id_type": "phone"},
		},
	}
}

// opened reads the message out of its envelope, which is JSON in JSON.
func opened(t *testing.T, r providertest.Request) (kind, content string) {
	var body map[string]string
	require.NoError(t, json.Unmarshal([]byte(r.Body), &body))
	require.Equal(t, []string{messageID, "ou_7d8a6e6df7621556ce0d21922b676706ccs"}, []string{body["uuid"], body["receive_id"]})
	return body["msg_type"], body["content"]
}

func TestFeishuPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestTheKindFollowsTheContent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c          providertest.Case
		kind, want string
	}{
		"a post with a title": {with(func(c *notify.Content) { c.URL, c.Text = "", "x" }), "post",
			`{"zh_cn":{"title":"灯 <b>","content":[[{"tag":"text","text":"x"}]]}}`},
		"text without": {with(func(c *notify.Content) { c.URL, c.Title, c.Text = "", "", "x & <b>" }), "text", `{"text":"x & <b>"}`},
		"a text that would call everybody is shown, not obeyed": {with(func(c *notify.Content) { c.URL, c.Title = "", "" }), "post",
			`{"zh_cn":{"title":"","content":[[{"tag":"text","text":"到了 & \"here\" <at user_id=\"all\"></at>"}]]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind, content := opened(t, providertest.Capture(t, test.c))
			require.Equal(t, test.kind, kind)
			require.JSONEq(t, test.want, content)
		})
	}
}

func TestWhatFeishuDoesNotTakeIsNotSent(t *testing.T) {
	t.Parallel()
	c := with(func(c *notify.Content) { c.Text = strings.Repeat("灯", 11000) })
	require.Equal(t, "too_long", c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message).Code)
}
