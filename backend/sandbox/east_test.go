package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// eastNow is the time of the boxes below, as signatures need it.
var eastNow = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func eastern(t *testing.T) *box {
	return east(t, sandbox.Config{Clock: func() time.Time { return eastNow }})
}

// lend asks for an access token with GET.
func (b *box) lend(path string) string {
	b.t.Helper()
	return field(b.t, b.must(ask{method: http.MethodGet, path: path}).body, "access_token")
}

func weComTo(b *box, to, message string) ask {
	token := b.lend("/wecom/cgi-bin/gettoken?corpid=ww0000000000000000&corpsecret=0000000000000000000000000000000000000000000")
	return ask{path: "/wecom/cgi-bin/message/send?access_token=" + token, kind: jsonKind, named: "msg_1", body: `{"touser":"` + to + `","agentid":1000002,` + message + `}`}
}

func dingTo(b *box, to, message string) ask {
	token := b.lend("/dingtalkwork/gettoken?appkey=ding00000000&appsecret=00000000000000000000000000000000")
	return ask{path: "/dingtalkwork/topapi/message/corpconversation/asyncsend_v2?access_token=" + token, kind: jsonKind, named: "msg_1",
		body: `{"agent_id":1000000001,"userid_list":"` + to + `","msg":{` + message + `}}`}
}

func feishuTo(b *box, to, kind, content string) ask {
	got := b.must(ask{path: "/feishu/open-apis/auth/v3/tenant_access_token/internal", body: `{"app_id":"cli_0000000000000000","app_secret":"00000000000000000000000000000000"}`})
	return ask{path: "/feishu/open-apis/im/v1/messages?receive_id_type=open_id", auth: field(b.t, got.body, "tenant_access_token"), kind: jsonKind,
		body: fmt.Sprintf(`{"receive_id":%q,"msg_type":%q,"content":%q,"uuid":"msg_1"}`, to, kind, content)}
}

func hmacOf(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func dingRobot(at time.Time, message string) ask {
	stamp, secret := fmt.Sprint(at.UnixMilli()), "SEC0000000000000000"
	q := url.Values{"access_token": {sandbox.Keys()["dingtalk"]["access_token"]}, "timestamp": {stamp}, "sign": {hmacOf(secret, stamp+"\n"+secret)}}
	return ask{path: "/dingtalk/robot/send?" + q.Encode(), kind: jsonKind, named: "msg_1", body: "{" + message + "}"}
}

func feishuRobot(at time.Time, message string) ask {
	stamp := fmt.Sprint(at.Unix())
	return ask{path: "/feishurobot/open-apis/bot/v2/hook/00000000-0000-0000-0000-000000000000", kind: jsonKind, named: "msg_1",
		body: `{"timestamp":"` + stamp + `","sign":"` + hmacOf(stamp+"\nsandboxsandboxsandbox", "") + `",` + message + `}`}
}

const (
	text     = `"msgtype":"text","text":{"content":"hi"}`
	robotKey = "/wecomrobot/cgi-bin/webhook/send?key=00000000-0000-0000-0000-000000000000"
	larkCard = `{"header":{"title":{"tag":"plain_text","content":"T"}},"elements":[{"tag":"div","text":{"content":"hi"}},` +
		`{"tag":"action","actions":[{"text":{"content":"Open"},"url":"https://x.test/"}]}]}`
)

func TestTheEastTakesGoodMessages(t *testing.T) {
	t.Parallel()
	b := eastern(t)
	for name, test := range map[string]struct {
		ask     ask
		channel notify.Channel
		want    []string // to, title, text, url
	}{
		"WeCom text":          {weComTo(b, "ada", text), notify.WeCom, []string{"ada", "", "hi", ""}},
		"WeCom card":          {weComTo(b, "ada", `"msgtype":"textcard","textcard":{"title":"T","description":"hi","url":"https://x.test/"}`), notify.WeCom, []string{"ada", "T", "hi", "https://x.test/"}},
		"WeCom robot":         {ask{path: robotKey, named: "msg_1", body: "{" + text + "}"}, notify.WeCom, []string{"group", "", "hi", ""}},
		"WeCom robot card":    {ask{path: robotKey, named: "msg_1", body: `{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"T"},"sub_title_text":"hi","card_action":{"type":1,"url":"https://x.test/"}}}`}, notify.WeCom, []string{"group", "T", "hi", "https://x.test/"}},
		"DingTalk work":       {dingTo(b, "ada", text), notify.DingTalk, []string{"ada", "", "hi", ""}},
		"DingTalk work card":  {dingTo(b, "ada", `"msgtype":"action_card","action_card":{"title":"T","markdown":"hi","single_title":"Open","single_url":"https://x.test/"}`), notify.DingTalk, []string{"ada", "T", "hi", "https://x.test/"}},
		"DingTalk robot":      {dingRobot(eastNow, `"msgtype":"markdown","markdown":{"title":"T","text":"hi"}`), notify.DingTalk, []string{"group", "T", "hi", ""}},
		"DingTalk robot card": {dingRobot(eastNow, `"msgtype":"actionCard","actionCard":{"title":"T","text":"hi","singleTitle":"Open","singleURL":"https://x.test/"}`), notify.DingTalk, []string{"group", "T", "hi", "https://x.test/"}},
		"Feishu text":         {feishuTo(b, "ou_ada", "text", `{"text":"hi"}`), notify.Feishu, []string{"ou_ada", "", "hi", ""}},
		"Feishu post":         {feishuTo(b, "ou_ada", "post", `{"zh_cn":{"title":"T","content":[[{"tag":"text","text":"hi"}]]}}`), notify.Feishu, []string{"ou_ada", "T", "hi", ""}},
		"Feishu card":         {feishuTo(b, "ou_ada", "interactive", larkCard), notify.Feishu, []string{"ou_ada", "T", "hi", "https://x.test/"}},
		"Feishu robot":        {feishuRobot(eastNow, `"msg_type":"text","content":{"text":"hi"}`), notify.Feishu, []string{"group", "", "hi", ""}},
		"Feishu robot card":   {feishuRobot(eastNow, `"msg_type":"interactive","card":`+larkCard), notify.Feishu, []string{"group", "T", "hi", "https://x.test/"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.must(test.ask)
			require.Equal(t, 200, got.status, got.body)
			m := b.messages()[0]
			require.Equal(t, test.want, []string{m.To, m.Title, m.Text, m.URL}, got.body)
			require.Equal(t, []any{test.channel, "msg_1"}, []any{m.Channel, m.MessageID})
			require.NotContains(t, b.requests()[0].Path, "0000", "no secret is on the ledger")
		})
	}
}

func TestTheEastRefusesAsItsVendorsDo(t *testing.T) {
	t.Parallel()
	b := eastern(t)
	good := dingRobot(eastNow, text)
	for name, test := range map[string]struct {
		ask  ask
		says string
	}{
		"WeCom, nobody":                   {weComTo(b, "missing", text), `"errcode":81013`},
		"WeCom, a member who is gone":     {weComTo(b, "gone", text), `"invaliduser":"gone"`},
		"WeCom, a member without licence": {weComTo(b, "unlicensed", text), `"unlicenseduser":"unlicensed"`},
		"WeCom, another token":            {weComTo(b, "ada", text).at("/wecom/cgi-bin/message/send?access_token=x"), `"errcode":40014`},
		"WeCom, no token":                 {weComTo(b, "ada", text).at("/wecom/cgi-bin/message/send"), `"errcode":41001`},
		"WeCom, another app":              {weComTo(b, "ada", text).but("1000002", "1"), `"errcode":40056`},
		"WeCom, no content":               {weComTo(b, "ada", text).but("hi", ""), `"errcode":44004`},
		"WeCom, another kind":             {weComTo(b, "ada", text).but("text", "news"), `"errcode":40008`},
		"WeCom, another secret":           {ask{method: http.MethodGet, path: "/wecom/cgi-bin/gettoken?corpid=ww0000000000000000&corpsecret=x"}, `"errcode":40001`},
		"WeCom, a token by POST":          {ask{path: "/wecom/cgi-bin/gettoken"}, `"errcode":43002`},
		"WeCom robot, another key":        {ask{path: robotKey + "1", body: "{" + text + "}"}, `"errcode":93000`},
		"WeCom robot, no content":         {ask{path: robotKey, body: `{"msgtype":"text"}`}, `"errcode":44004`},
		"DingTalk work, nobody":           {dingTo(b, "missing", text), `"errcode":33012`},
		"DingTalk work, another token":    {dingTo(b, "ada", text).at("/dingtalkwork/topapi/message/corpconversation/asyncsend_v2?access_token=x"), `"sub_code":"40014"`},
		"DingTalk work, another app":      {dingTo(b, "ada", text).but("1000000001", "1"), `"sub_code":"60011"`},
		"DingTalk work, another secret":   {ask{method: http.MethodGet, path: "/dingtalkwork/gettoken?appkey=ding00000000&appsecret=x"}, `"errcode":40089`},
		"DingTalk robot, an old time":     {dingRobot(eastNow.Add(-61*time.Minute), text), "invalid timestamp"},
		"DingTalk robot, another sign":    {good.at(strings.Replace(good.path, "sign=", "sign=A", 1)), "sign not match"},
		"DingTalk robot, another robot":   {good.at("/dingtalk/robot/send?access_token=x"), `"errcode":300001`},
		"DingTalk robot, half a card":     {dingRobot(eastNow, `"msgtype":"actionCard","actionCard":{"title":"T"}`), `"errcode":43004`},
		"Feishu, nobody":                  {feishuTo(b, "ou_missing", "text", `{"text":"hi"}`), `"code":230034`},
		"Feishu, no words":                {feishuTo(b, "ou_ada", "text", `{}`), `"code":230001`},
		"Feishu, another token":           {feishuTo(b, "ou_ada", "text", `{"text":"hi"}`).as("t-x"), `"code":99991663`},
		"Feishu, no token":                {feishuTo(b, "ou_ada", "text", `{"text":"hi"}`).as(""), `"code":99991661`},
		"Feishu, another secret":          {ask{path: "/feishu/open-apis/auth/v3/tenant_access_token/internal", body: `{"app_id":"cli_0000000000000000","app_secret":"x"}`}, `"code":10014`},
		"Feishu robot, an old time":       {feishuRobot(eastNow.Add(-61*time.Minute), `"msg_type":"text","content":{"text":"hi"}`), `"code":19021`},
		"Feishu robot, another sign":      {feishuRobot(eastNow, `"msg_type":"text","content":{"text":"hi"}`).but(`"sign":"`, `"sign":"A`), `"code":19021`},
		"Feishu robot, another robot":     {feishuRobot(eastNow, `"msg_type":"text"`).at("/feishurobot/open-apis/bot/v2/hook/x"), `"code":19001`},
		"Feishu robot, no words":          {feishuRobot(eastNow, `"msg_type":"text"`), `"code":9499`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, b.must(test.ask).body, test.says)
			require.Empty(t, b.messages())
		})
	}
}

func TestTheEastMisbehavesInItsOwnWords(t *testing.T) {
	t.Parallel()
	for provider, test := range map[string]struct {
		send   func(b *box) ask
		limit  string
		bounce string
	}{
		"wecom":        {func(b *box) ask { return weComTo(b, "ada", text) }, `"errcode":45009`, `"errcode":81013`},
		"wecomrobot":   {func(*box) ask { return ask{path: robotKey, body: "{" + text + "}"} }, `"errcode":45009`, `"errcode":93000`},
		"dingtalk":     {func(*box) ask { return dingRobot(eastNow, text) }, `"errcode":130101`, `"errcode":300001`},
		"dingtalkwork": {func(b *box) ask { return dingTo(b, "ada", text) }, `"sub_code":"90018"`, `"errcode":33012`},
		"feishu":       {func(b *box) ask { return feishuTo(b, "ou_ada", "text", `{"text":"hi"}`) }, `"code":99991400`, `"code":230013`},
		"feishurobot":  {func(*box) ask { return feishuRobot(eastNow, `"msg_type":"text","content":{"text":"hi"}`) }, `"code":11232`, `"code":19001`},
	} {
		t.Run(provider, func(t *testing.T) {
			t.Parallel()
			b := eastern(t)
			a := test.send(b)
			for fault, want := range map[sandbox.FaultKind]string{sandbox.RateLimit: test.limit, sandbox.Bounce: test.bounce} {
				require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: fault}))
				require.Contains(t, b.must(a).body, want)
			}
			require.NoError(t, b.SetFault(sandbox.Fault{Provider: provider, Fault: sandbox.Status, Status: 503}))
			require.Equal(t, 503, b.must(a).status)
			require.Empty(t, b.messages())
		})
	}
}
