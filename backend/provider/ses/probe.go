package ses

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/amazon"
)

// Probe asks whether the account may send.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	account, err := s.client.GetAccount(call.Context(), &sesv2.GetAccountInput{})
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		switch {
		case a.Status != http.StatusOK || err != nil || account.EnforcementStatus == nil:
			return amazon.Asked(judge(a, err))
		case !account.SendingEnabled:
			return notify.Result{Outcome: notify.AuthConfig, Code: "sending_paused", Detail: "SES takes the key, but sending is paused for the account."}
		case !account.ProductionAccessEnabled:
			return notify.Result{Outcome: notify.OK, Detail: "SES takes the key. The account is in Amazon's sandbox: it may write to verified addresses only."}
		}
		return notify.Result{Outcome: notify.OK, Detail: "SES takes the key, and the account may send."}
	})
}
