package telegram

import (
	"context"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

type deletion struct {
	Chat    string `json:"chat_id"`
	Message int64  `json:"message_id"`
}

// Recall deletes a message with deleteMessage, which Telegram allows a bot for 48
// hours.
func (s *sender) Recall(ctx context.Context, about notify.Inquiry) notify.Result {
	chat, number, _ := strings.Cut(about.ProviderMessageID, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return notify.Result{Outcome: notify.ContentRejected, Code: "no_id", Detail: "Telegram gave the message no number."}
	}
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	err = s.ask(call.Context(), "deleteMessage", about.MessageID, deletion{Chat: chat, Message: id})
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		_, r := judge(a)
		if r.Outcome != notify.OK && strings.Contains(strings.ToLower(r.Detail), "message to delete not found") {
			return notify.Result{Outcome: notify.OK, Code: r.Code, Detail: "It was not there any more."}
		}
		return r
	})
}
