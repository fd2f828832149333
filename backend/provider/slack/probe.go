package slack

import (
	"context"
	"net/http"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Probe asks Slack whose token it is. A webhook has nothing to ask: it can only
// be tried with a message.
func (b *bot) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := b.line.Start(ctx)
	defer call.End()
	known, err := b.api.AuthTestContext(call.Context())
	return b.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if err != nil || a.Status != http.StatusOK || known == nil || known.TeamID == "" {
			return judgeBot(a)
		}
		return notify.Result{Outcome: notify.OK, Detail: "Slack knows the bot " + known.User + " of " + known.Team + "."}
	})
}
