package sendgrid

import (
	"context"
	"net/http"
	"slices"

	"github.com/sendgrid/rest"
	"github.com/sendgrid/sendgrid-go"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// Probe asks what the key may do; it must be allowed to send.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	request := sendgrid.GetRequest(s.key, "/v3/scopes", s.base)
	request.Method = rest.Get
	_, err := s.client.SendWithContext(call.Context(), request)
	return s.line.Settle(call, err, judgeScopes)
}

func judgeScopes(a provider.Answer) notify.Result {
	var granted struct {
		Scopes []string `json:"scopes"`
	}
	if a.Status == http.StatusForbidden {
		return provider.MayNotAsk()
	}
	if a.Status != http.StatusOK {
		return judge(a)
	}
	if !a.JSON(&granted) || granted.Scopes == nil {
		return a.ByStatus()
	}
	if !slices.Contains(granted.Scopes, "mail.send") {
		return notify.Result{Outcome: notify.AuthConfig, Code: "missing_scope", Detail: "The key may not send mail: it lacks the Mail Send permission."}
	}
	return notify.Result{Outcome: notify.OK, Detail: "SendGrid takes the key, and it may send mail."}
}
