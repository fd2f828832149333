package app

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/integration"
	"clarion/backend/notify"
	"clarion/backend/sandbox"
	"clarion/backend/seal"
	"clarion/backend/store"
)

// tokenVendors are the vendors that lend access tokens, with what asks for one
// and a message each takes.
var tokenVendors = map[string]struct {
	path string
	out  notify.Outbound
}{
	"wechat": {"/wechat/cgi-bin/stable_token", notify.Outbound{To: "oSANDBOXada00000000000000000", Content: notify.Content{
		Data: map[string]string{"template_id": "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", "thing1": "灯"},
	}}},
	"wecom":        {"/wecom/cgi-bin/gettoken", notify.Outbound{To: "ada", Content: notify.Content{Text: "灯"}}},
	"dingtalkwork": {"/dingtalkwork/gettoken", notify.Outbound{To: "ada", Content: notify.Content{Text: "灯"}}},
	"feishu": {"/feishu/open-apis/auth/v3/tenant_access_token/internal", notify.Outbound{
		To: "ou_ada", Content: notify.Content{Text: "灯"},
	}},
}

// hubs are processes over one database, each with a sender of its own.
func hubs(t *testing.T, provider string, n int, box string, account map[string]string) []notify.Sender {
	sealer, err := seal.New([]byte("a master key of enough bytes"))
	require.NoError(t, err)
	file := "sqlite://" + filepath.Join(t.TempDir(), "clarion.db")
	senders := make([]notify.Sender, n)
	for i := range senders {
		db, err := store.Open(t.Context(), store.Config{URL: file})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		require.NoError(t, db.Migrate(t.Context()))
		v := &vendors{box: box, clock: notify.SystemClock{}, tokens: &integration.Tokens{
			Store: db, Sealer: sealer, Clock: notify.SystemClock{}, Owner: fmt.Sprint("wrk_", i),
		}}
		senders[i], err = v.Build(notify.Integration{ID: "int_1", Provider: provider, Sandbox: true, Settings: account})
		require.NoError(t, err)
	}
	return senders
}

func TestTwentyWorkersOfSeveralProcessesHaveATokenRefreshedOnce(t *testing.T) {
	t.Parallel()
	for name, vendor := range tokenVendors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var box *sandbox.Sandbox
			open := func() *sandbox.Sandbox {
				opened, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, opened.Close()) })
				return opened
			}
			box = open()
			server := httptest.NewServer(box)
			t.Cleanup(server.Close)
			senders := hubs(t, name, 4, server.URL, box.Account(name))
			for round, why := range []string{"there was none", "the vendor takes the one we have no more"} {
				if round > 0 {
					box = open() // Another box knows no token of the one before.
					server.Config.Handler = box
				}
				results := make(chan notify.Result, 20)
				for i := range cap(results) {
					out := vendor.out
					out.MessageID = fmt.Sprintf("msg_%d_%02d", round, i)
					go func() { results <- senders[i%len(senders)].Send(t.Context(), out) }()
				}
				for range cap(results) {
					r := <-results
					require.Equal(t, notify.OK, r.Outcome, "%+v", r)
				}
				require.Equal(t, 1, asked(box, name, vendor.path), why)
				messages, _ := box.Messages(sandbox.MessageFilter{Limit: 100})
				require.Len(t, messages, 20, "each message arrived, once")
			}
		})
	}
}

// asked counts the calls of a path on the ledger.
func asked(box *sandbox.Sandbox, provider, path string) int {
	n := 0
	list, _ := box.Requests(sandbox.RequestFilter{Provider: provider, Limit: 1000})
	for _, r := range list {
		if r.Path == path {
			n++
		}
	}
	return n
}
