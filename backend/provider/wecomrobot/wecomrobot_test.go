package wecomrobot_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/wecomrobot"
)

const messageID = "msg_0198c0ffee0000000000000000000007"

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
	notify.ContentRejected: {40008, 40035, 44004, 45002, 40058, 49999},
	notify.AuthConfig:      {93000, 93004, 93008, 93017},
	notify.RateLimited:     {45009, 45033},
	notify.Temporary:       {-1},
}

const key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"

func suite() providertest.Case {
	return providertest.Case{
		Manifest: wecomrobot.Manifest(), Settings: provider.Values{"key": key},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.WeCom, To: "ops",
			Content: notify.Content{Title: "灯 <b>", Text: "到了 & \"here\""},
		},
		Yes: says(200, `{"errcode":0,"errmsg":"ok"}`),
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, []string{"/cgi-bin/webhook/send", "key=" + key}, []string{r.Path, r.Query})
			require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
			require.JSONEq(t, `{"msgtype":"text","text":{"content":"灯 <b>\n\n到了 & \"here\""}}`, r.Body)
		},
		Fixtures: fixtures(),
		Never:    []notify.Outcome{notify.InvalidRecipient, notify.RecipientBlocked, notify.Ambiguous},
		Unclear:  []providertest.Answer{says(200, `{"errmsg":"ok"}`), says(200, `{"errcode":"0"}`), says(200, ``)},
		Limited:  says(429, `{"errcode":45009,"errmsg":"api freq out of limit"}`),
		Echo:     func(text string) providertest.Answer { return refuses(93000, "invalid webhook url "+text) },
		Incomplete: map[string]provider.Values{
			"settings.format": {"key": key, "format": "html"},
			"settings.key":    {"key": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"},
		},
	}
}

func TestWeComRobotPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func TestTheKindFollowsTheContent(t *testing.T) {
	t.Parallel()
	markdown := suite()
	markdown.Settings["format"] = "markdown"
	card := with(func(c *notify.Content) { c.URL = "https://shop.example.com/?a&b" })
	card.Settings["key"] = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key
	for name, test := range map[string]struct {
		c    providertest.Case
		want string
	}{
		"Markdown where it is set": {markdown, `{"msgtype":"markdown","markdown":{"content":"**灯 <b>**\n到了 & \"here\""}}`},
		"a card with a URL": {card, `{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"灯 <b>"},
			"sub_title_text":"到了 & \"here\"","card_action":{"type":1,"url":"https://shop.example.com/?a&b"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := providertest.Capture(t, test.c)
			require.JSONEq(t, test.want, r.Body)
			require.Equal(t, "key="+key, r.Query, "the key is found in the whole address")
		})
	}
}

func TestWhatARobotDoesNotTakeIsNotSent(t *testing.T) {
	t.Parallel()
	for _, limit := range []struct {
		format string
		bytes  int
	}{{"text", 2048}, {"markdown", 4096}} {
		c := with(func(c *notify.Content) { c.Title, c.Text = "", strings.Repeat("x", limit.bytes) })
		c.Settings["format"] = limit.format
		require.Equal(t, notify.OK, providertest.Play(t, c, c.Yes).Outcome)
		c.Message.Content.Text += "x"
		r := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message)
		require.Equal(t, []any{notify.ContentRejected, "too_long"}, []any{r.Outcome, r.Code})
	}
}
