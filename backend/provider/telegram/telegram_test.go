package telegram_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/telegram"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000011"
	token     = "123456789:AAtest_token-of-the-bot0123456789"
	secret    = "update_secret-0123456789"
)

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

func refuses(code int, words string) providertest.Answer {
	text, _ := json.Marshal(words)
	return says(code, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%s}`, code, text))
}

func suite() providertest.Case {
	c := providertest.Case{
		Manifest: telegram.Manifest(),
		Settings: provider.Values{"bot_token": token, "webhook_secret": secret, "parse_mode": "HTML", "link_preview": "off"},
		Message: notify.Outbound{
			MessageID: messageID, Channel: notify.Telegram, To: "-1001234567890", Priority: notify.Low,
			Content: notify.Content{Text: "<b>Shipped</b> & 你好 😀"},
		},
		Yes:       says(200, `{"ok":true,"result":{"message_id":42,"date":1772366400,"chat":{"id":-1001234567890,"type":"supergroup"}}}`),
		WantID:    "-1001234567890:42",
		Probed:    says(200, `{"ok":true,"result":{"id":1,"is_bot":true,"username":"clarion_bot"}}`),
		ProbePath: "/bot" + token + "/getMe",
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/bot"+token+"/sendMessage", r.Path)
			require.JSONEq(t, `{"chat_id":"-1001234567890","text":"<b>Shipped</b> & 你好 😀","parse_mode":"HTML","link_preview_options":{"is_disabled":true},"disable_notification":true}`, r.Body)
		},
		Unclear: []providertest.Answer{
			says(200, `{"ok":true}`), says(200, `{"ok":true,"result":{}}`), says(200, `{"ok":false}`), says(200, `{"result":{"message_id":1}}`),
			says(202, `{"ok":true,"result":{"message_id":1}}`),
		},
		Limited: refuses(429, "Too Many Requests: retry later"),
		Echo:    func(text string) providertest.Answer { return refuses(400, "Bad Request: "+text) },
		Incomplete: map[string]provider.Values{
			"settings.bot_token":      {"bot_token": "no-number"},
			"settings.webhook_secret": {"bot_token": token, "webhook_secret": "with spaces in it"},
			"settings.parse_mode":     {"bot_token": token, "parse_mode": "Markdown"},
		},
	}
	for _, f := range []struct {
		code  int
		words string
		want  notify.Outcome
	}{
		{400, "Bad Request: chat not found", notify.InvalidRecipient},
		{400, "Bad Request: user not found", notify.InvalidRecipient},
		{400, "Bad Request: PEER_ID_INVALID", notify.InvalidRecipient},
		{403, "Forbidden: user is deactivated", notify.InvalidRecipient},
		{403, "Forbidden: bot was blocked by the user", notify.RecipientBlocked},
		{403, "Forbidden: bot was kicked from the supergroup chat", notify.RecipientBlocked},
		{403, "Forbidden: bot can't initiate conversation with a user", notify.RecipientBlocked},
		{403, "Forbidden: something of tomorrow", notify.AuthConfig},
		{400, "Bad Request: not enough rights to send text messages to the chat", notify.AuthConfig},
		{400, "Bad Request: can't parse entities: Unsupported start tag", notify.ContentRejected},
		{400, "Bad Request: message is too long", notify.ContentRejected},
		{400, "Bad Request: message text is empty", notify.ContentRejected},
		{401, "Unauthorized", notify.AuthConfig},
		{404, "Not Found", notify.AuthConfig},
		{409, "Conflict: terminated by other getUpdates request", notify.AuthConfig},
		{500, "Internal Server Error", notify.Ambiguous},
		{502, "Bad Gateway", notify.Ambiguous},
	} {
		c.Fixtures = append(c.Fixtures, providertest.Fixture{Name: fmt.Sprint(f.code, " ", f.words), Answer: refuses(f.code, f.words), Want: f.want})
	}
	c.Fixtures = append(c.Fixtures,
		providertest.Fixture{Name: "slow down", Answer: says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`), Want: notify.RateLimited, Code: "telegram_429"},
		providertest.Fixture{Name: "a group that moved", Answer: moved, Want: notify.Temporary},
	)
	return c
}

var moved = says(400, `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-100987}}`)

func TestTelegramPassesTheSuite(t *testing.T) { providertest.Run(t, suite()) }

func BenchmarkSend(b *testing.B) { providertest.Bench(b, suite()) }

func TestTheBodysRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	said := []providertest.Answer{says(429, `{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}`)}
	results, _ := providertest.Talk(t, suite(), said)
	require.Equal(t, 7*time.Second, results[0].RetryAfter)
}

func TestAfterAGroupMovedTheNextTryGoesWhereItIs(t *testing.T) {
	t.Parallel()
	c := suite()
	results, requests := providertest.Talk(t, c, []providertest.Answer{moved, c.Yes})
	require.Equal(t, notify.Temporary, results[0].Outcome, "one call is one request: the next try is delivery's")
	require.Equal(t, notify.OK, results[1].Outcome)
	require.Equal(t, "-100987:42", results[1].ProviderMessageID)
	require.Contains(t, requests[0].Body, `"chat_id":"-1001234567890"`)
	require.Contains(t, requests[1].Body, `"chat_id":"-100987"`)
}

func receive(t *testing.T, given, body string) ([]notify.Receipt, error) {
	r, ok := suite().Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	header := http.Header{}
	if given != "" {
		header.Set("X-Telegram-Bot-Api-Secret-Token", given)
	}
	receipts, answer, err := r.Receive(t.Context(), notify.CallbackRequest{Method: "POST", Header: header, Body: []byte(body), Now: providertest.Now})
	if err == nil {
		require.Equal(t, 200, answer.Status)
	}
	return receipts, err
}

func TestWhoStartsAndStopsTheBotIsKnown(t *testing.T) {
	t.Parallel()
	at := time.Unix(1772366400, 0)
	off := func(id, address, detail string) []notify.Receipt {
		return []notify.Receipt{{DedupKey: "update:" + id, Channel: notify.Telegram, Address: address, Suppress: notify.Unsubscribe, Detail: detail, At: at}}
	}
	on := func(id, address string) []notify.Receipt {
		return []notify.Receipt{{DedupKey: "update:" + id, Channel: notify.Telegram, Address: address, Resubscribe: true, At: at}}
	}
	for name, c := range map[string]struct {
		body string
		want []notify.Receipt
	}{
		"/stop":            {`{"update_id":7,"message":{"date":1772366400,"chat":{"id":55,"type":"private"},"text":"/stop"}}`, off("7", "55", "The person sent /stop to the bot.")},
		"/stop in a group": {`{"update_id":8,"message":{"date":1772366400,"chat":{"id":-55},"text":" /STOP@clarion_bot please"}}`, off("8", "-55", "The person sent /stop to the bot.")},
		"/start":           {`{"update_id":9,"message":{"date":1772366400,"chat":{"id":55},"text":"/start deep-link"}}`, on("9", "55")},
		"blocked":          {`{"update_id":10,"my_chat_member":{"date":1772366400,"chat":{"id":55},"new_chat_member":{"status":"kicked"}}}`, off("10", "55", "The bot was blocked or removed.")},
		"unblocked":        {`{"update_id":11,"my_chat_member":{"date":1772366400,"chat":{"id":55},"new_chat_member":{"status":"member"}}}`, on("11", "55")},
		"small talk":       {`{"update_id":12,"message":{"date":1772366400,"chat":{"id":55},"text":"please stop"}}`, nil},
		"restricted":       {`{"update_id":13,"my_chat_member":{"chat":{"id":55},"new_chat_member":{"status":"restricted"}}}`, nil},
		"something new":    {`{"update_id":14,"poll":{"id":"1"}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := receive(t, secret, c.body)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestAnUpdateWithoutTheWordIsNotBelieved(t *testing.T) {
	t.Parallel()
	const good = `{"update_id":7,"message":{"chat":{"id":55},"text":"/stop"}}`
	for i := range len(secret) * 8 {
		flipped := []byte(secret)
		flipped[i/8] ^= 1 << (i % 8)
		_, err := receive(t, string(flipped), good)
		require.ErrorIs(t, err, notify.ErrUnauthenticated, "bit %d", i)
	}
	for _, given := range []string{"", secret + "x", secret[:5]} {
		_, err := receive(t, given, good)
		require.ErrorIs(t, err, notify.ErrUnauthenticated)
	}
	_, err := receive(t, secret, `{"update_id":`)
	require.ErrorIs(t, err, notify.ErrMalformed)
	c := suite()
	c.Settings = provider.Values{"bot_token": token}
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	_, _, err = r.Receive(t.Context(), notify.CallbackRequest{Header: http.Header{"X-Telegram-Bot-Api-Secret-Token": {""}}, Body: []byte(good)})
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "without a secret nobody is believed")
}
