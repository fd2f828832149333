package slack_test

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
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/slack"
)

const (
	messageID = "msg_0198c0ffee0000000000000000000003"
	token     = "xoxb-test-0123456789/abc+def"
	hook      = "https://hooks.slack.com/services/T00000000/B00000000/XXXXsecretXXXX"
	blocks    = `[{"type":"section","text":{"type":"mrkdwn","text":"*Hi* <b>"}},{"type":"from_tomorrow","novel":{"a":1}}]`
)

var message = notify.Outbound{
	MessageID: messageID, Channel: notify.Slack, To: "C024BE91L",
	Content: notify.Content{Text: "Shipped <https://x.test|here>", Blocks: json.RawMessage(blocks)},
}

func says(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}
}

// words are the errors of both ways in, with the class each must have.
var words = map[notify.Outcome]string{
	notify.InvalidRecipient: "channel_not_found user_not_found is_archived channel_is_archived cannot_dm_bot",
	notify.ContentRejected: "msg_too_long no_text invalid_blocks invalid_blocks_format msg_blocks_too_long " +
		"too_many_attachments invalid_payload an_error_of_tomorrow",
	notify.AuthConfig: "not_in_channel restricted_action invalid_auth not_authed account_inactive token_revoked token_expired " +
		"missing_scope ekm_access_denied no_permission action_prohibited no_service no_active_hooks invalid_token team_disabled",
	notify.RateLimited: "ratelimited rate_limited",
	notify.Ambiguous:   "internal_error fatal_error service_unavailable request_timeout",
}

func fixtures(answer func(word string) providertest.Answer) []providertest.Fixture {
	var out []providertest.Fixture
	for want, list := range words {
		for word := range strings.FieldsSeq(list) {
			out = append(out, providertest.Fixture{Name: word, Answer: answer(word), Want: want, Code: word})
		}
	}
	return out
}

func no(word string) providertest.Answer {
	text, _ := json.Marshal(word)
	return says(200, fmt.Sprintf(`{"ok":false,"error":%s}`, text))
}

func botSuite() providertest.Case {
	return providertest.Case{
		Manifest:  slack.Manifest(),
		Settings:  provider.Values{"mode": "bot", "bot_token": token},
		Message:   message,
		Yes:       says(200, `{"ok":true,"channel":"C024BE91L","ts":"1503435956.000247","message":{"text":"Shipped","type":"message"}}`),
		Probed:    says(200, `{"ok":true,"url":"https://shop.slack.com/","team":"Shop","user":"clarion","team_id":"T1","user_id":"U1"}`),
		ProbePath: "/api/auth.test",
		WantID:    "C024BE91L:1503435956.000247",
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/api/chat.postMessage", r.Path)
			form, err := url.ParseQuery(r.Body)
			require.NoError(t, err)
			require.Equal(t, "C024BE91L", form.Get("channel"))
			require.Equal(t, "Shipped <https://x.test|here>", form.Get("text"))
			require.JSONEq(t, blocks, form.Get("blocks"))
			require.JSONEq(t, `{"event_type":"clarion_message","event_payload":{"message_id":"`+messageID+`"}}`, form.Get("metadata"))
			require.Equal(t, token, form.Get("token")+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		},
		// Slack knows nobody who opted out, and calls no fault temporary.
		Never: []notify.Outcome{notify.RecipientBlocked, notify.Temporary},
		Fixtures: append(fixtures(no),
			providertest.Fixture{Name: "a 503 of its own", Answer: says(503, `{"ok":false,"error":"service_unavailable"}`), Want: notify.Ambiguous},
			providertest.Fixture{Name: "a 429 of its own", Answer: says(429, `{"ok":false,"error":"ratelimited"}`), Want: notify.RateLimited},
			providertest.Fixture{Name: "a bare 403", Answer: says(403, ``), Want: notify.AuthConfig},
		),
		Unclear: []providertest.Answer{says(200, `{"ok":true}`), says(200, `{"ok":false}`), says(200, `{"channel":"C","ts":1}`), says(200, ``), says(200, `{"ok":true,"channel":"C0`)},
		Limited: says(429, `{"ok":false,"error":"ratelimited"}`),
		Echo:    no,
		Incomplete: map[string]provider.Values{
			"settings.bot_token": {"mode": "bot"},
			"settings.mode":      {"mode": "pigeon", "bot_token": token},
		},
	}
}

func TestTheBotPassesTheSuite(t *testing.T) { providertest.Run(t, botSuite()) }

func plain(status int, body string) providertest.Answer {
	return providertest.Answer{Status: status, Header: http.Header{"Content-Type": {"text/html"}}, Body: body}
}

func webhookSuite() providertest.Case {
	statuses := map[string]int{"no_service": 404, "channel_is_archived": 410, "action_prohibited": 403, "channel_not_found": 404}
	refusals := fixtures(func(word string) providertest.Answer {
		if status := statuses[word]; status != 0 {
			return plain(status, word)
		}
		return plain(400, word)
	})
	return providertest.Case{
		Manifest: slack.Manifest(),
		Settings: provider.Values{"mode": "webhook", "webhook_url": hook},
		Message:  message,
		Yes:      plain(200, "ok"),
		Sent: func(t *testing.T, r providertest.Request) {
			require.Equal(t, "/services/T00000000/B00000000/XXXXsecretXXXX", r.Path)
			require.Equal(t, messageID, r.Header.Get("X-Clarion-Message-Id"))
			var got struct {
				Text   string          `json:"text"`
				Blocks json.RawMessage `json:"blocks"`
			}
			require.NoError(t, json.Unmarshal([]byte(r.Body), &got))
			require.Equal(t, "Shipped <https://x.test|here>", got.Text)
			require.JSONEq(t, blocks, string(got.Blocks))
		},
		Never: []notify.Outcome{notify.RecipientBlocked, notify.Temporary},
		Fixtures: append(refusals,
			providertest.Fixture{Name: "a 500 with a word", Answer: plain(500, "rollup_error"), Want: notify.Ambiguous},
			providertest.Fixture{Name: "a bare 404", Answer: plain(404, ""), Want: notify.AuthConfig},
		),
		Unclear: []providertest.Answer{plain(200, ""), plain(200, "OKAY"), plain(200, "no_text")},
		Limited: plain(429, "rate_limited"),
		Echo:    func(text string) providertest.Answer { return plain(400, text) },
		Incomplete: map[string]provider.Values{
			"settings.webhook_url": {"mode": "webhook", "webhook_url": "http://hooks.slack.com/services/x"},
		},
	}
}

func TestTheWebhookPassesTheSuite(t *testing.T) { providertest.Run(t, webhookSuite()) }

func BenchmarkSend(b *testing.B) {
	b.Run("webhook", func(b *testing.B) { providertest.Bench(b, webhookSuite()) })
	b.Run("bot", func(b *testing.B) { providertest.Bench(b, botSuite()) })
}

func TestBlocksThatAreNotAListAreRefusedWithoutACall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]providertest.Case{"bot": botSuite(), "webhook": webhookSuite()} {
		for _, text := range []string{`{"type":"section"}`, `[{"type":`, `"x"`} {
			t.Run(name+" "+text, func(t *testing.T) {
				t.Parallel()
				m := c.Message
				m.Content.Blocks = json.RawMessage(text)
				// Nobody listens there: a call would be temporary.
				r := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).Send(t.Context(), m)
				require.Equal(t, notify.ContentRejected, r.Outcome)
				require.Equal(t, provider.CodeRefused, r.Code)
			})
		}
	}
}

func TestAPostWithoutBlocksIsPlainText(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]json.RawMessage{"absent": nil, "null": json.RawMessage("null"), "empty": json.RawMessage("[]")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := botSuite()
			c.Message.Content.Blocks = none
			form, err := url.ParseQuery(providertest.Capture(t, c).Body)
			require.NoError(t, err)
			require.False(t, form.Has("blocks"))
		})
	}
}
