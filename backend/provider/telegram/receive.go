package telegram

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// update is what Telegram tells of people who talk to the bot, as far as it
// matters here: who wants its messages and who does not.
type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Date int64  `json:"date"`
		Chat chat   `json:"chat"`
		Text string `json:"text"`
	} `json:"message"`
	Member *struct {
		Date int64 `json:"date"`
		Chat chat  `json:"chat"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

type chat struct {
	ID int64 `json:"id"`
}

// Receive reads one update. Nothing is signed: what proves it is the word that
// was agreed on with setWebhook; without one no update is believed.
func (s *sender) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	given := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if s.secret == "" || subtle.ConstantTimeCompare([]byte(given), []byte(s.secret)) != 1 {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("telegram update: the secret token is missing or wrong: %w", notify.ErrUnauthenticated)
	}
	var u update
	if err := json.Unmarshal(r.Body, &u); err != nil || u.ID == 0 {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("reading a telegram update: %w", notify.ErrMalformed)
	}
	answer := notify.CallbackAnswer{Status: http.StatusOK}
	receipt, ok := u.receipt()
	if !ok {
		return nil, answer, nil
	}
	return []notify.Receipt{receipt}, answer, nil
}

// receipt is what an update says about a chat, if it says anything.
func (u update) receipt() (notify.Receipt, bool) {
	r := notify.Receipt{DedupKey: "update:" + strconv.FormatInt(u.ID, 10), Channel: notify.Telegram}
	switch {
	case u.Message != nil:
		r.Address, r.At = strconv.FormatInt(u.Message.Chat.ID, 10), time.Unix(u.Message.Date, 0)
		switch command(u.Message.Text) {
		case "/stop":
			r.Suppress, r.Detail = notify.Unsubscribe, "The person sent /stop to the bot."
		case "/start":
			r.Resubscribe = true
		default:
			return r, false
		}
	case u.Member != nil:
		r.Address, r.At = strconv.FormatInt(u.Member.Chat.ID, 10), time.Unix(u.Member.Date, 0)
		switch u.Member.New.Status {
		case "kicked", "left":
			r.Suppress, r.Detail = notify.Unsubscribe, "The bot was blocked or removed."
		case "member", "administrator":
			r.Resubscribe = true
		default:
			return r, false
		}
	default:
		return r, false
	}
	return r, true
}

// command is the first word, without the bot's name that groups add.
func command(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	word, _, _ = strings.Cut(word, "@")
	return strings.ToLower(word)
}
