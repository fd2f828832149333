package telegram

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// idHeader carries our message id: the protocol has no field for it.
const idHeader = "X-Clarion-Message-Id"

// maxText is counted in UTF-16, after the marks are taken out.
const maxText = 4096

// desk is POST /bot<token>/sendMessage.
type desk struct {
	box    wire.Box
	serial *atomic.Int64
}

type post struct {
	Chat json.RawMessage `json:"chat_id"`
	Text string          `json:"text"`
	Mode string          `json:"parse_mode"`
}

func fault(status int, description string, parameters map[string]any) *wire.Answer {
	body := map[string]any{"ok": false, "error_code": status, "description": description}
	if parameters != nil {
		body["parameters"] = parameters
	}
	a := wire.JSON(status, body)
	return &a
}

// magic are chats that answer an error, whoever asks.
var magic = map[string]*wire.Answer{
	"404": fault(http.StatusBadRequest, "Bad Request: chat not found", nil),
	"403": fault(http.StatusForbidden, "Forbidden: bot was blocked by the user", nil),
	"410": fault(http.StatusForbidden, "Forbidden: user is deactivated", nil),
	"-100": fault(http.StatusBadRequest, "Bad Request: group chat was upgraded to a supergroup chat",
		map[string]any{"migrate_to_chat_id": -1000000000100}),
}

func (v desk) Refuse(status int) wire.Answer {
	words := map[int]string{
		http.StatusBadRequest: "Bad Request", http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "Forbidden",
		http.StatusNotFound: "Not Found", http.StatusRequestEntityTooLarge: "Request Entity Too Large",
		http.StatusInternalServerError: "Internal Server Error",
	}
	if status == http.StatusTooManyRequests {
		return *fault(status, "Too Many Requests: retry after 1", map[string]any{"retry_after": 1})
	}
	word := words[status]
	if word == "" {
		word = http.StatusText(status)
	}
	return *fault(status, word, nil)
}

func (v desk) Spoil(wire.FaultKind, *wire.Call) (string, *wire.Answer) { return "", magic["403"] }

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	token, method := split(r.URL.Path)
	c := wire.Call{MessageID: r.Header.Get(idHeader), Path: "/telegram/bot…/" + method}
	if refused := v.checkToken(token); refused != nil {
		return c.Refused(*refused)
	}
	var p post
	switch {
	case method == "deleteMessage":
		return v.remove(c, body)
	case method != "sendMessage":
		return c.Refused(v.Refuse(http.StatusNotFound))
	case !wire.IsJSON(r) || json.Unmarshal(body, &p) != nil:
		return c.Refused(*fault(http.StatusBadRequest, "Bad Request: message text is empty", nil))
	}
	chat := strings.Trim(string(p.Chat), `"`)
	if refused := p.check(chat); refused != nil {
		return c.Refused(*refused)
	}
	return v.take(c, chat, p)
}

// remove is deleteMessage. Number 404 is of a message that nobody finds.
func (v desk) remove(c wire.Call, body []byte) wire.Call {
	var d struct {
		Chat    json.RawMessage `json:"chat_id"`
		Message int64           `json:"message_id"`
	}
	broken := json.Unmarshal(body, &d) != nil
	refused := magic[strings.Trim(string(d.Chat), `"`)]
	switch {
	case broken || d.Message <= 0 || d.Message == 404:
		return c.Refused(*fault(http.StatusBadRequest, "Bad Request: message to delete not found", nil))
	case refused != nil:
		return c.Refused(*refused)
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"ok": true, "result": true})
	return c
}

var (
	tag      = regexp.MustCompile(`</?([a-zA-Z][a-zA-Z0-9-]*)[^>]*>`)
	markable = map[string]bool{
		"b": true, "strong": true, "i": true, "em": true, "u": true, "ins": true, "s": true, "strike": true, "del": true, "a": true,
		"code": true, "pre": true, "blockquote": true, "tg-spoiler": true, "tg-emoji": true, "span": true,
	}
)

// check answers the first thing Telegram would not take, or nil.
func (p post) check(chat string) *wire.Answer {
	bad := func(words string) *wire.Answer { return fault(http.StatusBadRequest, "Bad Request: "+words, nil) }
	if chat == "" || chat == "null" {
		return bad("chat_id is empty")
	}
	if refused := magic[chat]; refused != nil {
		return refused
	}
	if _, err := strconv.ParseInt(chat, 10, 64); err != nil && !strings.HasPrefix(chat, "@") {
		return bad("chat not found")
	}
	text := p.Text
	switch p.Mode {
	case "":
	case "HTML":
		for _, found := range tag.FindAllStringSubmatch(text, -1) {
			if !markable[strings.ToLower(found[1])] {
				return bad("can't parse entities: Unsupported start tag \"" + found[1] + "\" at byte offset " + strconv.Itoa(strings.Index(text, found[0])))
			}
		}
		text = tag.ReplaceAllString(text, "")
	case "MarkdownV2", "Markdown":
	default:
		return bad("unsupported parse_mode")
	}
	switch {
	case strings.TrimSpace(text) == "":
		return bad("message text is empty")
	case wire.UTF16Length(text) > maxText:
		return bad("message is too long")
	}
	return nil
}

func (v desk) take(c wire.Call, chat string, p post) wire.Call {
	where := map[string]any{"type": "private"}
	if name, ok := strings.CutPrefix(chat, "@"); ok {
		where["username"], where["type"] = name, "channel"
	} else {
		where["id"] = json.Number(chat)
	}
	if strings.HasPrefix(chat, "-") {
		where["type"] = "supergroup"
	}
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{"ok": true, "result": map[string]any{
		"message_id": v.serial.Add(1), "date": v.box.Clock().Unix(), "text": p.Text, "chat": where,
	}})
	message := wire.Message{Provider: Name, Channel: notify.Telegram, To: chat, Text: p.Text, MessageID: c.MessageID}
	if p.Mode != "" {
		message.Headers = map[string]string{"parse_mode": p.Mode}
	}
	c.Parcels = []wire.Parcel{{Message: message}}
	return c
}
