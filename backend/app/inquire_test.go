package app

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

func TestDingTalkTellsWhatBecameOfANotificationWhenItIsAsked(t *testing.T) {
	t.Parallel()
	box, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	sender := hubs(t, "dingtalkwork", 1, server.URL, box.Account("dingtalkwork"))[0]
	inquirer := sender.(notify.Inquirer)
	for person, want := range map[string]notify.Receipt{
		"ada":     {Status: notify.Delivered},
		"reader":  {Status: notify.Delivered, Engagement: notify.EngagedRead},
		"left":    {Status: notify.Failed, Suppress: notify.Bounce, Code: "invalid_user"},
		"again":   {Status: notify.Failed, Code: "forbidden"},
		"offline": {Status: notify.Failed, Code: "failed"},
	} {
		id := "msg_" + person
		sent := sender.Send(t.Context(), notify.Outbound{MessageID: id, To: person, Content: notify.Content{Text: "灯"}})
		require.Equal(t, notify.OK, sent.Outcome, "%+v", sent)
		about := []notify.Inquiry{
			{MessageID: "msg_other", ProviderMessageID: "not a task", Address: person},
			{MessageID: "msg_unknown", ProviderMessageID: "1", Address: person},
			{MessageID: id, ProviderMessageID: sent.ProviderMessageID, Address: person},
		}
		first, err := inquirer.Inquire(t.Context(), about)
		require.NoError(t, err)
		require.Len(t, first, 1, "only what DingTalk knows")
		again, err := inquirer.Inquire(t.Context(), about)
		require.NoError(t, err)
		require.Equal(t, first, again, "asked twice, it is the same receipt")
		got := first[0]
		require.Contains(t, got.DedupKey, sent.ProviderMessageID)
		want.MessageID, want.ProviderMessageID, want.DedupKey, want.Detail = id, sent.ProviderMessageID, got.DedupKey, got.Detail
		require.Equal(t, want, got)
	}
	require.NoError(t, box.SetFault(sandbox.Fault{Provider: "dingtalkwork", Fault: sandbox.RateLimit}))
	_, err = inquirer.Inquire(t.Context(), []notify.Inquiry{{MessageID: "msg_ada", ProviderMessageID: "1", Address: "ada"}})
	require.ErrorContains(t, err, "90018", "a refusal is no result")
}
