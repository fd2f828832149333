package slack

import (
	"context"
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Recall deletes a post with chat.delete. An incoming webhook cannot: it is told
// no id of what it posted.
func (b *bot) Recall(ctx context.Context, about notify.Inquiry) notify.Result {
	channel, stamp, ok := strings.Cut(about.ProviderMessageID, ":")
	if !ok {
		return notify.Result{Outcome: notify.ContentRejected, Code: "no_id", Detail: "Slack gave the message no channel and timestamp."}
	}
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := b.line.Start(ctx)
	defer call.End()
	_, _, err := b.api.DeleteMessageContext(call.Context(), channel, stamp)
	return b.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if err == nil && a.Status == http.StatusOK {
			return notify.Result{Outcome: notify.OK}
		}
		no := judgeBot(a)
		if no.Code == "message_not_found" {
			return notify.Result{Outcome: notify.OK, Code: no.Code, Detail: "It was not there any more."}
		}
		return no
	})
}
