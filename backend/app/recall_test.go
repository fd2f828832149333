package app

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider/registry"
	"clarion/backend/sandbox"
)

func TestVendorsThatSayTheyRecallDeleteWhatTheyTook(t *testing.T) {
	t.Parallel()
	box, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	cases := map[string]struct{ to, gone, refused, method, path string }{
		"slack":    {"C024BE91L", "C024BE91L:0.000000", "C000OUTSIDE:1.5", http.MethodPost, "/slack/api/chat.delete"},
		"telegram": {"1001", "1001:404", "403:7", http.MethodPost, "/telegram/bot…/deleteMessage"},
		"feishu":   {"ou_ada", "om_gone", "not-an-id", http.MethodDelete, "/feishu/open-apis/im/v1/messages/"},
	}
	able := 0
	for _, manifest := range registry.All() {
		if !manifest.Recalls {
			continue
		}
		able++
		c, known := cases[manifest.Name]
		require.True(t, known, "%s says that it recalls", manifest.Name)
		t.Run(manifest.Name, func(t *testing.T) {
			sender := hubs(t, manifest.Name, 1, server.URL, box.Account(manifest.Name))[0]
			recaller := sender.(notify.Recaller)
			id := notify.NewID(notify.MessageID)
			sent := sender.Send(t.Context(), notify.Outbound{MessageID: id, To: c.to, Content: notify.Content{Text: "Hello"}})
			require.Equal(t, notify.OK, sent.Outcome, "%+v", sent)
			back := recaller.Recall(t.Context(), notify.Inquiry{MessageID: id, ProviderMessageID: sent.ProviderMessageID})
			require.Equal(t, notify.OK, back.Outcome, "%+v", back)
			calls, _ := box.Requests(sandbox.RequestFilter{Provider: manifest.Name, Limit: 1})
			require.Equal(t, c.method, calls[0].Method)
			require.Contains(t, calls[0].Path, c.path)
			again := recaller.Recall(t.Context(), notify.Inquiry{MessageID: id, ProviderMessageID: c.gone})
			require.Equal(t, notify.OK, again.Outcome, "what is not there any more is deleted: %+v", again)
			no := recaller.Recall(t.Context(), notify.Inquiry{MessageID: id, ProviderMessageID: c.refused})
			require.NotEqual(t, notify.OK, no.Outcome)
			require.NotEmpty(t, no.Detail)
			require.NoError(t, box.SetFault(sandbox.Fault{Provider: manifest.Name, Fault: "status", Status: 503, Rate: 1}))
			busy := recaller.Recall(t.Context(), notify.Inquiry{MessageID: id, ProviderMessageID: sent.ProviderMessageID})
			require.NotEqual(t, notify.OK, busy.Outcome)
			require.NotContains(t, []notify.Outcome{notify.InvalidRecipient, notify.ContentRejected}, busy.Outcome, "a vendor that is down has not said no")
		})
	}
	require.Len(t, cases, able)
}
