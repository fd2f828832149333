package twilio

import (
	"context"
	"fmt"
	"net/http"

	twclient "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Probe fetches the account: free, and it needs the same credentials as a text.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	client := &twclient.Client{Credentials: s.credentials, HTTPClient: s.leg(call)}
	client.SetAccountSid(s.sid)
	account, err := api.NewApiService(&twclient.RequestHandler{Client: client}).FetchAccount(s.sid)
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		if a.Status != http.StatusOK || err != nil || account.Sid == nil || *account.Sid != s.sid {
			return judge(a)
		}
		if account.Status != nil && *account.Status != "active" {
			return notify.Result{Outcome: notify.AuthConfig, Code: *account.Status,
				Detail: fmt.Sprintf("The account is %s.", *account.Status)}
		}
		return notify.Result{Outcome: notify.OK, Detail: "Twilio knows the account and takes its token."}
	})
}
