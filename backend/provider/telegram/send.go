package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// messageHeader names our id, for which Telegram has no field.
const messageHeader = "X-Clarion-Message-Id"

type sender struct {
	line       *provider.Line
	base       string
	mode       string
	quietLinks bool
	secret     string
	moved      *moves
}

type message struct {
	Chat    string   `json:"chat_id"`
	Text    string   `json:"text"`
	Mode    string   `json:"parse_mode,omitempty"`
	Preview *preview `json:"link_preview_options,omitempty"`
	Quiet   bool     `json:"disable_notification,omitempty"`
}

type preview struct {
	Disabled bool `json:"is_disabled"`
}

// answer is what every method of the Bot API answers with.
type answer struct {
	OK          *bool           `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// Send posts to the chat in m.To with sendMessage.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	chat := s.moved.now(m.To)
	out := message{Chat: chat, Text: m.Content.Text, Mode: s.mode, Quiet: m.Priority == notify.Low}
	if s.quietLinks {
		out.Preview = &preview{true}
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.ask(call.Context(), "sendMessage", m.MessageID, out)
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		said, r := judge(a)
		if to := said.Parameters.MigrateTo; to != 0 {
			s.moved.note(m.To, strconv.FormatInt(to, 10))
		}
		if r.Outcome != notify.OK {
			return r
		}
		var sent struct {
			ID int64 `json:"message_id"`
		}
		if json.Unmarshal(said.Result, &sent) != nil || sent.ID == 0 {
			return a.ByStatus()
		}
		r.ProviderMessageID = chat + ":" + strconv.FormatInt(sent.ID, 10)
		return r
	})
}

// Probe asks Telegram which bot the token is of.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.ask(call.Context(), "getMe", "", struct{}{})
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		said, r := judge(a)
		var bot struct {
			Name string `json:"username"`
		}
		if r.Outcome != notify.OK {
			return r
		}
		if json.Unmarshal(said.Result, &bot) != nil || bot.Name == "" {
			return a.ByStatus()
		}
		return notify.Result{Outcome: notify.OK, Detail: "Telegram knows the bot @" + bot.Name + "."}
	})
}

func (s *sender) ask(ctx context.Context, method, id string, v any) error {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write a call of %s: %w", method, err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+method, &body)
	if err != nil {
		return errors.New("the call could not be made") // the cause names the URL, and with it the token
	}
	request.Header.Set("Content-Type", "application/json")
	if id != "" {
		request.Header.Set(messageHeader, id)
	}
	resp, err := s.line.HTTP().Do(request)
	if err != nil {
		return errors.New("the call could not be made")
	}
	return resp.Body.Close() // the line has read it to its end
}

// judge reads an answer. OK means only that Telegram said so.
func judge(a provider.Answer) (answer, notify.Result) {
	var said answer
	if !a.JSON(&said) || said.OK == nil || (!*said.OK && said.Description == "") || a.Gateway() {
		return answer{}, a.ByStatus()
	}
	if *said.OK {
		if a.Status != http.StatusOK {
			return answer{}, a.ByStatus()
		}
		return said, notify.Result{Outcome: notify.OK}
	}
	r := a.ByStatus()
	r.Detail = said.Description
	if said.Code != 0 {
		r.Code = "telegram_" + strconv.Itoa(said.Code)
	}
	r.Outcome = class(a.Status, said)
	if r.Outcome == notify.RateLimited {
		r.RetryAfter = min(time.Duration(max(said.Parameters.RetryAfter, 0))*time.Second, time.Hour)
	}
	return said, r
}

// class goes by the code and, within 400 and 403, by the words.
func class(status int, said answer) notify.Outcome {
	code := said.Code
	if code == 0 {
		code = status
	}
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(strings.ToLower(said.Description), w) {
				return true
			}
		}
		return false
	}
	switch {
	case said.Parameters.MigrateTo != 0:
		return notify.Temporary // certainly not sent; the next try goes where the group is now
	case code == http.StatusTooManyRequests:
		return notify.RateLimited
	case code == http.StatusUnauthorized, code == http.StatusNotFound, code == http.StatusConflict:
		return notify.AuthConfig
	case code >= 500:
		return notify.Ambiguous
	case has("user is deactivated", "chat not found", "user not found", "peer_id_invalid", "chat_id is empty"):
		return notify.InvalidRecipient
	case code == http.StatusForbidden && has("blocked by the user", "kicked", "can't initiate", "not a member", "can't send messages to the"):
		return notify.RecipientBlocked
	case code == http.StatusForbidden, has("not enough rights", "have no rights"):
		return notify.AuthConfig
	}
	return notify.ContentRejected
}
