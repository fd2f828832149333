package feishurobot_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/feishurobot"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000011"

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(code int, text string) providertest.Answer {
	quoted, _ := json.Marshal(text)
	return says(200, fmt.Sprintf(`{"code":%d,"msg":%s}`, code, quoted))
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
	notify.ContentRejected: {9499, 19024, 29999},
	notify.AuthConfig:      {19001, 19021, 19022},
	notify.RateLimited:     {11232},
}

const (
	hook   = "xxxxsecret-of-the-hook-xxxx"
	secret = "secretOfTheRobot/0+1"
)

func suite() providertest.Case {
	return providertest.Case{
		Manifest: feishurobot.Manifest(), Settings: provider.Values{"hook": hook, "sign_secret": secret, "link_label": "Open"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Feishu, To: "ops", Content: notify.Content{Text: "到了 & <b>"},
		},
		Yes: says(200, `{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}`),
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/open-apis/bot/v2/hook/"+hook, r.Path)
			require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
			stamp := fmt.Sprint(providertest.Now.Unix())
			// As Feishu does it: the text to sign is the key, and what is signed is nothing.
			mac := hmac.New(sha256.New, []byte(stamp+"\n"+secret))
			sign := base64.StdEncoding.EncodeToString(mac.Sum(nil))
			require.JSONEq(t, `{"timestamp":"`+stamp+`","sign":"`+sign+`","msg_type":"text","content":{"text":"到了 & <b>"}}`, r.Body)
		},
		Fixtures: fixtures(),
		Never:    []notify.Outcome{notify.InvalidRecipient, notify.RecipientBlocked, notify.Temporary, notify.Ambiguous},
		Unclear:  []providertest.Answer{says(200, `{"msg":"success"}`), says(200, `{"StatusCode":1}`), says(200, `{"code":null}`), says(200, ``)},
		Limited:  says(429, ``),
		Echo: func(text string) providertest.Answer {
			return refuses(19001, "param invalid: incoming webhook access token invalid "+text)
		},
		Incomplete: map[string]provider.Values{
			"settings.hook":   {"hook": "https://open.feishu.cn/"},
			"settings.region": {"hook": hook, "region": "mars"},
		},
	}
}

func TestFeishuRobotPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestARobotOfOldSaysYesInItsOwnWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, notify.OK, providertest.Play(t, suite(), says(200, `{"Extra":null,"StatusCode":0,"StatusMessage":"success"}`)).Outcome)
}

func TestTheKindFollowsTheContent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		c    providertest.Case
		want string
	}{
		"a post with a title": {with(func(c *notify.Content) { c.Title = "灯" }), `{"msg_type":"post","content":{"post":{"zh_cn":{"title":"灯","content":[[{"tag":"text","text":"到了 & <b>"}]]}}}}`},
		"a card with a URL": {with(func(c *notify.Content) { c.URL = "https://x.test/" }), `{"msg_type":"interactive","card":{"config":{"wide_screen_mode":true},
			"header":{"template":"blue","title":{"tag":"plain_text","content":"到了 & <b>"}},"elements":[{"tag":"div","text":{"tag":"plain_text","content":"到了 & <b>"}},
			{"tag":"action","actions":[{"tag":"button","type":"primary","text":{"tag":"plain_text","content":"Open"},"url":"https://x.test/"}]}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			delete(test.c.Settings, "sign_secret")
			test.c.Settings["hook"] = "https://open.feishu.cn/open-apis/bot/v2/hook/" + hook
			r := providertest.Capture(t, test.c)
			require.JSONEq(t, test.want, r.Body)
			require.Equal(t, "/open-apis/bot/v2/hook/"+hook, r.Path, "the robot is found in the whole address")
		})
	}
}

func TestWhatARobotDoesNotTakeIsNotSent(t *testing.T) {
	t.Parallel()
	c := with(func(c *notify.Content) { c.Text = strings.Repeat("x", 21<<10) })
	require.Equal(t, "too_long", c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message).Code)
}
