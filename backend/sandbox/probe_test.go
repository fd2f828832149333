package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

func TestAccountsCanBeAskedForAndLeaveNoTraceInTheBooks(t *testing.T) {
	t.Parallel()
	b := open(t, sandbox.Config{})
	for name, test := range map[string]struct {
		ask    ask
		status int
		says   string
	}{
		"sendgrid knows its key":        {ask{method: http.MethodGet, path: "/sendgrid/v3/scopes", auth: "SG.key"}, 200, "mail.send"},
		"sendgrid knows no other key":   {ask{method: http.MethodGet, path: "/sendgrid/v3/scopes", auth: "SG.other"}, 401, "errors"},
		"twilio knows its account":      {ask{method: http.MethodGet, path: "/twilio/2010-04-01/Accounts/AC1.json", auth: "AC1:token"}, 200, `"status":"active"`},
		"twilio knows no other token":   {ask{method: http.MethodGet, path: "/twilio/2010-04-01/Accounts/AC1.json", auth: "AC1:other"}, 401, "20003"},
		"twilio knows no other account": {ask{method: http.MethodGet, path: "/twilio/2010-04-01/Accounts/AC2.json", auth: "AC1:token"}, 401, "20003"},
		"slack knows its token":         {ask{path: "/slack/api/auth.test", auth: "xoxb-1"}, 200, `"team":"Sandbox"`},
		"slack knows no other token":    {ask{path: "/slack/api/auth.test", auth: "xoxb-2"}, 200, "invalid_auth"},
		"slack wants a token":           {ask{path: "/slack/api/auth.test"}, 200, "not_authed"},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.must(test.ask)
			require.Equal(t, test.status, got.status, got.body)
			require.Contains(t, got.body, test.says)
		})
	}
}
