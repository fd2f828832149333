package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

func meta(t *testing.T, callbacks map[string]string) *box {
	return open(t, sandbox.Config{Callbacks: callbacks, Credentials: map[string]map[string]string{
		"whatsapp":       {"phone_number_id": "1", "access_token": "EAA", "app_secret": "secret"},
		"twiliowhatsapp": {"account_sid": "AC1", "auth_token": "token"},
	}})
}

func waTo(to, rest string) ask {
	return ask{path: "/whatsapp/v23.0/1/messages", auth: "EAA", kind: jsonKind, body: `{"messaging_product":"whatsapp","to":"` + to + `","biz_opaque_callback_data":"msg_1",` + rest + `}`}
}

const waText = `"type":"text","text":{"body":"Hi 你好"}`

func TestWhatsAppTakesTextsAndTemplates(t *testing.T) {
	t.Parallel()
	b := meta(t, nil)
	got := b.must(waTo("+447700900123", waText))
	require.Equal(t, 200, got.status, got.body)
	require.Contains(t, got.body, `"wa_id":"447700900123"`)
	got = b.must(waTo("447700900123", `"type":"template","template":{"name":"shipped","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ada"},{"type":"text","parameter_name":"order","text":"A-1"}]}]}`))
	require.Equal(t, 200, got.status, got.body)
	list := b.messages()
	require.Equal(t, []any{notify.WhatsApp, "+447700900123", "Hi 你好", "msg_1"}, []any{list[1].Channel, list[1].To, list[1].Text, list[1].MessageID})
	require.Equal(t, []string{"shipped", "body 1: Ada\norder: A-1"}, []string{list[0].Title, list[0].Text})
	require.Contains(t, b.must(ask{method: "GET", path: "/whatsapp/v23.0/1?fields=verified_name", auth: "EAA"}).body, `"verified_name":"Sandbox"`)
	require.Len(t, b.requests(), 2)
}

func TestWhatsAppAnswersLikeWhatsApp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ask    ask
		status int
		code   string
	}{
		"another token":      {waTo("+447700900123", waText).as("EAB"), 401, `"code":190`},
		"another number":     {waTo("+447700900123", waText).at("/whatsapp/v23.0/2/messages"), 400, `"code":100`},
		"another path":       {waTo("+447700900123", waText).at("/whatsapp/v23.0/1/media"), 404, `"code":2500`},
		"broken JSON":        {waTo("+447700900123", waText).saying("{"), 400, `"code":100`},
		"no number":          {waTo("ada", waText), 400, `"code":131009`},
		"no text":            {waTo("+447700900123", `"type":"text"`), 400, `"code":131008`},
		"no template's name": {waTo("+447700900123", `"type":"template","template":{}`), 400, `"code":131008`},
		"an unknown type":    {waTo("+447700900123", `"type":"hologram"`), 400, `"code":131051`},
		"too long":           {waTo("+447700900123", `"text":{"body":"`+strings.Repeat("a", 4097)+`"}`), 400, `"code":100`},
		"undeliverable":      {waTo("+15005540001", waText), 400, `"code":131026`},
		"window closed":      {waTo("+15005540002", waText), 400, `"code":131047`},
		"stopped":            {waTo("+15005540003", waText), 400, `"code":131050`},
		"too often":          {waTo("+15005540004", waText), 400, `"code":131056`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := meta(t, nil)
			got := b.must(c.ask)
			require.Equal(t, c.status, got.status, got.body)
			require.Contains(t, got.body, c.code)
			require.Empty(t, b.messages())
		})
	}
}

// told are the statuses in posts, which must all be signed.
func told(t *testing.T, receipts []receipt) []string {
	var out []string
	for _, r := range receipts {
		mac := hmac.New(sha256.New, []byte("secret"))
		mac.Write(r.body)
		require.Equal(t, "sha256="+hex.EncodeToString(mac.Sum(nil)), r.header.Get("X-Hub-Signature-256"))
		var body struct {
			Entry []struct {
				Changes []struct {
					Value struct {
						Statuses []struct {
							Status string `json:"status"`
							Echo   string `json:"biz_opaque_callback_data"`
							Errors []struct {
								Code json.Number `json:"code"`
							} `json:"errors"`
						} `json:"statuses"`
					} `json:"value"`
				} `json:"changes"`
			} `json:"entry"`
		}
		require.NoError(t, json.Unmarshal(r.body, &body))
		for _, s := range body.Entry[0].Changes[0].Value.Statuses {
			word := s.Status
			for _, e := range s.Errors {
				word += " " + e.Code.String()
			}
			require.Equal(t, "msg_1", s.Echo)
			out = append(out, word)
		}
	}
	return out
}

func TestWhatsAppTellsWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	for to, want := range map[string][]string{
		"+447700900123": {"sent", "delivered", "read"}, "+15005540005": {"failed 131026"}, "+15005540006": {"failed 131050"}, "+15005540007": {"sent", "delivered"},
	} {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			c := collect(t)
			b := meta(t, map[string]string{"whatsapp": c.URL})
			require.Equal(t, 200, b.must(waTo(to, waText)).status)
			got := c.until(t, func(list []receipt) bool { return len(told(t, list)) >= len(want) })
			require.ElementsMatch(t, want, told(t, got))
		})
	}
}

func TestTwilioTakesWhatsAppByItsMark(t *testing.T) {
	t.Parallel()
	send := func(to string) ask {
		form := url.Values{"To": {to}, "From": {"whatsapp:+15005550006"}, "ContentSid": {"HX1"}, "ContentVariables": {`{"1":"Ada"}`}, "StatusCallback": {"http://127.0.0.1:9/cb?message_id=msg_1"}}
		return ask{path: "/twiliowhatsapp/2010-04-01/Accounts/AC1/Messages.json", auth: "AC1:token", kind: "application/x-www-form-urlencoded", body: form.Encode()}
	}
	b := meta(t, nil)
	require.Equal(t, 400, b.must(send("+447700900123")).status, "a number without the mark is no address of WhatsApp")
	require.Empty(t, b.messages())
	require.Equal(t, 201, b.must(send("whatsapp:+447700900123")).status)
	m := b.messages()[0]
	require.Equal(t, []any{"twiliowhatsapp", notify.WhatsApp, "+447700900123", "HX1", `{"1":"Ada"}`, "msg_1"}, []any{m.Provider, m.Channel, m.To, m.Title, m.Text, m.MessageID})
}
