package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// bot is a box that knows one bot.
func bot(t *testing.T) *box {
	return open(t, sandbox.Config{Credentials: map[string]map[string]string{"telegram": {"bot_token": "1:word"}}})
}

func chatTo(chat, mode, text string) ask {
	body, _ := json.Marshal(map[string]any{"chat_id": chat, "text": text, "parse_mode": mode})
	return ask{path: "/telegram/bot1:word/sendMessage", kind: jsonKind, body: string(body), named: "msg_1"}
}

func TestTelegramTakesAMessage(t *testing.T) {
	t.Parallel()
	b := bot(t)
	got := b.must(chatTo("-1001", "HTML", "<b>Hi</b> 你好"))
	require.Equal(t, 200, got.status, got.body)
	require.Contains(t, got.body, `"ok":true`)
	require.Contains(t, got.body, `"chat":{"id":-1001,"type":"supergroup"}`)
	m := b.messages()[0]
	require.Equal(t, []any{notify.Telegram, "-1001", "<b>Hi</b> 你好", "msg_1", "HTML"}, []any{m.Channel, m.To, m.Text, m.MessageID, m.Headers["parse_mode"]})
	require.Equal(t, "/telegram/bot…/sendMessage", b.requests()[0].Path, "the token is in no book")
	require.Contains(t, b.must(ask{path: "/telegram/bot1:word/getMe"}).body, `"username":"clarion_sandbox_bot"`)
	require.Len(t, b.requests(), 1)
}

func TestTelegramAnswersLikeTelegram(t *testing.T) {
	t.Parallel()
	good := chatTo("1", "", "Hi")
	for name, c := range map[string]struct {
		ask    ask
		status int
		says   string
	}{
		"another token":     {good.at("/telegram/bot1:work/sendMessage"), 401, `"description":"Unauthorized"`},
		"another method":    {good.at("/telegram/bot1:word/sendTelex"), 404, "Not Found"},
		"GET":               {good.via(http.MethodGet), 405, `"ok":false`},
		"no chat":           {chatTo("", "", "Hi"), 400, "chat_id is empty"},
		"an unknown chat":   {chatTo("404", "", "Hi"), 400, "chat not found"},
		"no id":             {chatTo("ada", "", "Hi"), 400, "chat not found"},
		"blocked":           {chatTo("403", "", "Hi"), 403, "bot was blocked by the user"},
		"deactivated":       {chatTo("410", "", "Hi"), 403, "user is deactivated"},
		"moved":             {chatTo("-100", "", "Hi"), 400, `"migrate_to_chat_id":-1000000000100`},
		"nothing":           {chatTo("1", "", " "), 400, "message text is empty"},
		"nothing but marks": {chatTo("1", "HTML", "<b></b>"), 400, "message text is empty"},
		"too long":          {chatTo("1", "", strings.Repeat("😀", 2049)), 400, "message is too long"},
		"an unknown mark":   {chatTo("1", "HTML", "a <div>b</div>"), 400, `can't parse entities: Unsupported start tag \"div\" at byte offset 2`},
		"an unknown mode":   {chatTo("1", "BBCode", "Hi"), 400, "unsupported parse_mode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bot(t)
			got := b.must(c.ask)
			require.Equal(t, c.status, got.status, got.body)
			require.Contains(t, got.body, c.says)
			require.Empty(t, b.messages())
		})
	}
}
