package dingtalk_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/dingtalk"
	"clarion/backend/provider/providertest"
)

const messageID = "msg_0198c0ffee0000000000000000000008"

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
	notify.ContentRejected: {43004, 400101, 400102, 400105, 400106, 499999},
	notify.AuthConfig:      {310000, 300001, 400013},
	notify.Temporary:       {-1},
}

const (
	token  = "0123456789abcdef0123456789abcdef"
	secret = "SECfedcba9876543210fedcba9876543210"
)

func suite() providertest.Case {
	return providertest.Case{
		Manifest: dingtalk.Manifest(), Settings: provider.Values{"access_token": token, "sign_secret": secret, "link_label": "Open"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.DingTalk, To: "ops",
			Content: notify.Content{Title: "灯 <b>", Text: "到了 & \"here\"", URL: "https://shop.example.com/?a&b"},
		},
		Yes:  says(200, `{"errcode":0,"errmsg":"ok"}`),
		Sent: sent,
		Fixtures: append(fixtures(),
			providertest.Fixture{Name: "no keyword", Answer: refuses(310000, "keywords not in content, more: [https://ding-doc.dingtalk.com/]"), Want: notify.ContentRejected, Code: "310000"},
			providertest.Fixture{Name: "the clock", Answer: refuses(310000, "invalid timestamp"), Want: notify.AuthConfig},
			providertest.Fixture{Name: "the signature", Answer: refuses(310000, "sign not match"), Want: notify.AuthConfig},
			providertest.Fixture{Name: "too fast", Answer: refuses(130101, "send too fast, exceed 20 times per minute"), Want: notify.RateLimited, Code: "130101"},
		),
		Never:   []notify.Outcome{notify.InvalidRecipient, notify.RecipientBlocked, notify.Ambiguous},
		Unclear: []providertest.Answer{says(200, `{"errmsg":"ok"}`), says(200, `{"errcode":null}`), says(200, ``)},
		Limited: says(429, ``),
		Echo:    func(text string) providertest.Answer { return refuses(300001, "token is not exist "+text) },
		Incomplete: map[string]provider.Values{
			"settings.access_token": {"access_token": "https://oapi.dingtalk.com/robot/send"},
		},
	}
}

// sent checks the signature as DingTalk does.
func sent(t *testing.T, r providertest.Request) {
	require.Equal(t, "/robot/send", r.Path)
	q, err := url.ParseQuery(r.Query)
	require.NoError(t, err)
	stamp := fmt.Sprint(providertest.Now.UnixMilli())
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%s\n%s", stamp, secret) // a hash never fails
	require.Equal(t, url.Values{
		"access_token": {token}, "timestamp": {stamp}, "sign": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}, q)
	require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
	require.JSONEq(t, `{"msgtype":"actionCard","actionCard":{"title":"灯 <b>","text":"到了 & \"here\"","singleTitle":"Open",
		"singleURL":"https://shop.example.com/?a&b"}}`, r.Body)
}

func TestDingTalkPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

// TestTheSignatureIsTheHMACOfThePublishedVectors ties the one primitive it is
// made of to RFC 4231, case 2; no signature of DingTalk itself is published.
func TestTheSignatureIsTheHMACOfThePublishedVectors(t *testing.T) {
	t.Parallel()
	mac := hmac.New(sha256.New, []byte("Jefe"))
	mac.Write([]byte("what do ya want for nothing?"))
	require.Equal(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hex.EncodeToString(mac.Sum(nil)))
	signed := dingtalk.Sign(secret, "1700000000000")
	require.NotEqual(t, signed, dingtalk.Sign(secret, "1700000000001"))
	require.NotEqual(t, signed, dingtalk.Sign(secret+"0", "1700000000000"))
}

func TestTheKindFollowsTheContent(t *testing.T) {
	t.Parallel()
	plain := with(func(c *notify.Content) { c.URL, c.Title = "", "" })
	plain.Settings = provider.Values{"access_token": "https://oapi.dingtalk.com/robot/send?access_token=" + token}
	for name, test := range map[string]struct {
		c    providertest.Case
		want string
	}{
		"Markdown with a title": {with(func(c *notify.Content) { c.URL = "" }), `{"msgtype":"markdown","markdown":{"title":"灯 <b>","text":"到了 & \"here\""}}`},
		"text without":          {plain, `{"msgtype":"text","text":{"content":"到了 & \"here\""}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := providertest.Capture(t, test.c)
			require.JSONEq(t, test.want, r.Body)
			require.Contains(t, r.Query, "access_token="+token)
			require.Equal(t, test.c.Settings["sign_secret"] != "", strings.Contains(r.Query, "sign="))
		})
	}
}

func TestARobotThatWasTooFastWaitsTenMinutes(t *testing.T) {
	t.Parallel()
	require.Equal(t, 10*time.Minute, providertest.Play(t, suite(), refuses(130101, "send too fast, exceed 20 times per minute")).RetryAfter)
}

func TestWhatARobotDoesNotTakeIsNotSent(t *testing.T) {
	t.Parallel()
	c := with(func(c *notify.Content) { c.Text = strings.Repeat("灯", 6700) })
	require.Equal(t, "too_long", c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), c.Message).Code)
}
