package app

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
	"clarion/backend/sandbox/webpush"
)

// chats are the fields of a message that people's words end in, by vendor, and
// where they are found at the vendor's.
var chats = map[string]struct {
	to     string
	fields fields
}{
	"slack":          {"C0GENERAL", fields{"text": asText}},
	"fcm":            {"tok-1", fields{"title": asTitle, "body": asBody}},
	"whatsapp":       {"+447700900123", fields{"text": asText, "parameter": asParameter}},
	"twiliowhatsapp": {"+447700900123", fields{"text": asText, "variable": asVariable}},
	"telegram":       {"1001", fields{"text": asText}},
	"webpush":        {webpush.Subscription("ada"), fields{"title": asTitle, "body": asBody, "data": asData}},
	"webhook":        {"https://hooks.example.com/in", fields{"data": asJSON}},
}

type fields = map[string]func(c *notify.Content, text string) func(sandbox.Message) string

func asText(c *notify.Content, text string) func(sandbox.Message) string {
	c.Text = text
	return func(m sandbox.Message) string { return m.Text }
}

func asTitle(c *notify.Content, text string) func(sandbox.Message) string {
	c.Title, c.Body = text, "b"
	return func(m sandbox.Message) string { return m.Title }
}

func asBody(c *notify.Content, text string) func(sandbox.Message) string {
	c.Title, c.Body = "t", text
	return func(m sandbox.Message) string { return m.Text }
}

func asData(c *notify.Content, text string) func(sandbox.Message) string {
	c.Title, c.Data = "t", map[string]string{"k": text}
	return func(m sandbox.Message) string { return m.Data["k"] }
}

func asParameter(c *notify.Content, text string) func(sandbox.Message) string {
	c.Data = map[string]string{"template": "t", "1": text}
	return func(m sandbox.Message) string { return strings.TrimPrefix(m.Text, "body 1: ") }
}

func asVariable(c *notify.Content, text string) func(sandbox.Message) string {
	c.Data = map[string]string{"content_sid": "HX1", "1": text}
	return func(m sandbox.Message) string { return valueIn(m.Text, "1") }
}

func asJSON(c *notify.Content, text string) func(sandbox.Message) string {
	c.Data = map[string]string{"k": text}
	return func(m sandbox.Message) string {
		var body struct {
			Data json.RawMessage `json:"data"`
		}
		_ = json.Unmarshal([]byte(m.Text), &body) // what cannot be read has no value
		return valueIn(string(body.Data), "k")
	}
}

func valueIn(text, key string) string {
	var values map[string]string
	_ = json.Unmarshal([]byte(text), &values) // what cannot be read has no value
	return values[key]
}

// What is not UTF-8 cannot be said in JSON, in which our own API takes all words.
func TestHostileWordsArriveInChatsAsTheyWereWrittenOrAreRefusedWithAReason(t *testing.T) {
	t.Parallel()
	for name, chat := range chats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, arrived := stationOf(t, name), 0
			if calls, hook := s.box.CallsBack(name); calls && !hook {
				require.NoError(t, s.box.SetCallbackURL(name, "http://127.0.0.1:9"))
			}
			for what, text := range hostile {
				text = strings.ToValidUTF8(text, "\ufffd")
				for field, set := range chat.fields {
					m := notify.Outbound{MessageID: notify.NewID(notify.MessageID), To: chat.to}
					find := set(&m.Content, text)
					require.NoError(t, s.box.Clear())
					r := s.sender.Send(t.Context(), m)
					got, _ := s.box.Messages(sandbox.MessageFilter{})
					if r.Outcome != notify.OK {
						require.Equal(t, notify.ContentRejected, r.Outcome, "%s as %s: %+v", what, field, r)
						require.NotEmpty(t, r.Detail)
						require.Empty(t, got)
						continue
					}
					arrived++
					require.Len(t, got, 1, "%s as %s", what, field)
					require.Equal(t, text, find(got[0]), "%s as %s", what, field)
					require.Equal(t, m.MessageID, got[0].MessageID, "%s as %s", what, field)
				}
			}
			require.GreaterOrEqual(t, arrived, len(hostile)*len(chat.fields)*2/3, "few are refused")
		})
	}
}
