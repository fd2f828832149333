package sandbox_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

const (
	follower     = "oSANDBOXada00000000000000000"
	wechatWord   = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
	wechatSecret = "00000000000000000000000000000000"
)

// east opens a box in which the Eastern vendors have their own credentials.
func east(t *testing.T, c sandbox.Config) *box {
	c.Credentials = sandbox.Keys()
	return open(t, c)
}

func (b *box) wechatToken() string {
	b.t.Helper()
	got := b.must(ask{path: "/wechat/cgi-bin/stable_token", kind: jsonKind,
		body: `{"grant_type":"client_credential","appid":"wx0000000000000000","secret":"` + wechatSecret + `"}`})
	return field(b.t, got.body, "access_token")
}

// field is a text of a JSON answer.
func field(t *testing.T, body, key string) string {
	t.Helper()
	var answer map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	require.IsType(t, "", answer[key], body)
	return answer[key].(string)
}

func templateTo(token, to, id string) ask {
	return ask{path: "/wechat/cgi-bin/message/template/send?access_token=" + token, kind: jsonKind, body: `{"touser":"` + to + `",
		"template_id":"` + wechatWord + `","url":"https://shop.example.com/o","miniprogram":{"appid":"wx1","pagepath":"p"},
		"client_msg_id":"` + id + `","data":{"thing1":{"value":"灯","color":"#173177"},"amount2":{"value":"¥1"}}}`}
}

func TestWeChatTakesATemplateMessage(t *testing.T) {
	t.Parallel()
	b := east(t, sandbox.Config{})
	got := b.must(templateTo(b.wechatToken(), follower, "msg_1"))
	require.Regexp(t, regexp.MustCompile(`^\{"errcode":0,"errmsg":"ok","msgid":\d{19}\}$`), got.body)
	m := b.messages()[0]
	require.Equal(t, []any{notify.WeChat, follower, "https://shop.example.com/o", "msg_1"}, []any{m.Channel, m.To, m.URL, m.MessageID})
	require.Equal(t, map[string]string{
		"template_id": wechatWord, "thing1": "灯", "thing1.color": "#173177", "amount2": "¥1", "miniprogram_appid": "wx1", "miniprogram_path": "p",
	}, m.Data)
	require.Equal(t, []string{"/wechat/cgi-bin/message/template/send", "/wechat/cgi-bin/stable_token"},
		[]string{b.requests()[0].Path, b.requests()[1].Path}, "the request for a token is on the ledger, without the token")
}

func TestWeChatAnswersLikeWeChat(t *testing.T) {
	t.Parallel()
	b := east(t, sandbox.Config{})
	token := b.wechatToken()
	good := templateTo(token, follower, "msg_1")
	for name, test := range map[string]struct {
		ask  ask
		says string
	}{
		"no token":                  {good.at("/wechat/cgi-bin/message/template/send"), `{"errcode":41001,`},
		"another token":             {good.at("/wechat/cgi-bin/message/template/send?access_token=x"), `{"errcode":40001,`},
		"GET":                       {good.via(http.MethodGet), `{"errcode":43002,`},
		"another path":              {good.at("/wechat/cgi-bin/message/custom/send"), `{"errcode":-1,`},
		"half of a body":            {good.saying(`{"touser":`), `{"errcode":47001,`},
		"not an openid":             {templateTo(token, "ada", "m"), `{"errcode":40003,`},
		"nobody":                    {templateTo(token, "oMISSING00000000000000000000", "m"), `{"errcode":40003,`},
		"not a follower":            {templateTo(token, "oSTRANGER0000000000000000000", "m"), `{"errcode":43004,`},
		"a follower who refused":    {templateTo(token, "oREFUSED00000000000000000000", "m"), `{"errcode":43101,`},
		"too much for one":          {templateTo(token, "oFREQUENT0000000000000000000", "m"), `{"errcode":43117,`},
		"the same again":            {templateTo(token, "oDUPLICATE000000000000000000", "m"), `{"errcode":40241,`},
		"no template":               {good.but(wechatWord, "short"), `{"errcode":40037,`},
		"escaped characters":        {good.but("灯", `\u706f`), `{"errcode":40033,`},
		"a word without a value":    {good.but("¥1", ""), `{"errcode":47003,`},
		"no words":                  {good.saying(`{"touser":"` + follower + `","template_id":"` + wechatWord + `"}`), `{"errcode":47003,`},
		"a program without an id":   {good.but("wx1", ""), `{"errcode":40013,`},
		"another secret":            {ask{path: "/wechat/cgi-bin/stable_token", body: `{"grant_type":"client_credential","appid":"wx0000000000000000","secret":"x"}`}, `{"errcode":40125,`},
		"another account":           {ask{path: "/wechat/cgi-bin/stable_token", body: `{"grant_type":"client_credential","appid":"wx1","secret":"x"}`}, `{"errcode":40013,`},
		"another grant":             {ask{path: "/wechat/cgi-bin/stable_token", body: `{"appid":"wx1"}`}, `{"errcode":40002,`},
		"the addresses":             {ask{method: http.MethodGet, path: "/wechat/cgi-bin/get_api_domain_ip?access_token=" + token}, `{"ip_list":["127.0.0.1"]}`},
		"the addresses for nothing": {ask{method: http.MethodGet, path: "/wechat/cgi-bin/get_api_domain_ip?access_token=x"}, `{"errcode":40001,`},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.must(test.ask)
			require.Equal(t, 200, got.status, "WeChat says everything with 200")
			require.Contains(t, got.body, test.says)
			require.Empty(t, b.messages())
		})
	}
}

func TestWeChatsTokenIsTheSameForAllUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) // the beginning of a period
	b := east(t, sandbox.Config{Clock: func() time.Time { return now }})
	first := b.wechatToken()
	require.Equal(t, first, b.wechatToken())
	now = now.Add(2*time.Hour - 5*time.Minute)
	second := b.wechatToken()
	require.NotEqual(t, first, second)
	takes := func(token string) bool {
		got := b.must(ask{method: http.MethodGet, path: "/wechat/cgi-bin/get_api_domain_ip?access_token=" + token})
		return got.body[2:9] == "ip_list"
	}
	require.True(t, takes(first) && takes(second), "both are taken while they change")
	now = now.Add(9 * time.Minute)
	require.True(t, takes(first) && takes(second))
	now = now.Add(2 * time.Minute)
	require.Equal(t, []bool{false, true}, []bool{takes(first), takes(second)})
}

func TestWeChatReportsTheEndOfAMessageOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		to      string
		fault   sandbox.FaultKind
		arrives int
	}{
		"delivered":             {follower, sandbox.None, 1},
		"blocked":               {"oBLOCKER00000000000000000000", sandbox.None, 0},
		"broken":                {"oBROKEN000000000000000000000", sandbox.None, 0},
		"the fault undelivered": {follower, sandbox.Undelivered, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := collect(t)
			b := east(t, sandbox.Config{Callbacks: map[string]string{"wechat": c.URL + "/callbacks/int_1"}})
			token := b.wechatToken()
			require.NoError(t, b.SetFault(sandbox.Fault{Provider: "wechat", Fault: test.fault}))
			b.must(templateTo(token, test.to, "msg_1"))
			got := c.until(t, atLeast(1))[0]
			require.Contains(t, got.url, "/callbacks/int_1?encrypt_type=aes&msg_signature=")
			require.NotContains(t, string(got.body), "TEMPLATESENDJOBFINISH", "what happened is sealed")
			require.Len(t, b.messages(), test.arrives)
		})
	}
}

func TestAFaultDoesNotBreakTheRequestForAToken(t *testing.T) {
	t.Parallel()
	b := east(t, sandbox.Config{})
	for _, fault := range []sandbox.FaultKind{sandbox.Bounce, sandbox.Undelivered} {
		require.NoError(t, b.SetFault(sandbox.Fault{Provider: "wechat", Fault: fault}))
		require.NotEmpty(t, b.wechatToken())
	}
}
