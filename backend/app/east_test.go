package app

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// barbed is a text that breaks whatever is glued together instead of written.
const barbed = "\"}],\"x\":'\\ <at user_id=\"all\"></at> @all & <b> ]]></xml> %00%0d%0a {{ x }} 灯\u2028𝄞 e\u0301"

func TestWhateverIsWrittenArrivesAsItWas(t *testing.T) {
	t.Parallel()
	box, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	link := "https://shop.example.com/?a=1&b=%3C2%3E#x"
	for provider, contents := range map[string][]notify.Content{
		"wechat":       {{URL: link, Data: map[string]string{"template_id": "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY", "thing1": barbed}}},
		"wecom":        {{Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
		"wecomrobot":   {{Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
		"dingtalk":     {{Text: barbed}, {Title: barbed, Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
		"dingtalkwork": {{Text: barbed}, {Title: barbed, Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
		"feishu":       {{Text: barbed}, {Title: barbed, Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
		"feishurobot":  {{Text: barbed}, {Title: barbed, Text: barbed}, {Title: barbed, Text: barbed, URL: link}},
	} {
		t.Run(provider, func(t *testing.T) {
			sender := hubs(t, provider, 1, server.URL, box.Account(provider))[0]
			for _, content := range contents {
				id := notify.NewID(notify.MessageID)
				r := sender.Send(t.Context(), notify.Outbound{MessageID: id, To: "oSANDBOXada00000000000000000", Content: content})
				require.Equal(t, notify.OK, r.Outcome, "%+v", r)
				list, _ := box.Messages(sandbox.MessageFilter{Limit: 1})
				got := list[0]
				require.Equal(t, id, got.MessageID, "our id went with it")
				require.Equal(t, []string{content.Title, content.Text, content.URL}, []string{got.Title, got.Text, got.URL})
				for key, value := range content.Data {
					require.Equal(t, value, got.Data[key])
				}
			}
		})
	}
}

func TestEasternAccountsCanBeTriedInTheBox(t *testing.T) {
	t.Parallel()
	box, err := sandbox.Open(sandbox.Config{Credentials: sandbox.Keys()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, box.Close()) })
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	for provider, secret := range map[string]string{"wechat": "app_secret", "wecom": "secret", "dingtalkwork": "app_secret", "feishu": "app_secret"} {
		account := box.Account(provider)
		good := hubs(t, provider, 1, server.URL, account)[0].(notify.Prober).Probe(t.Context())
		require.Equal(t, notify.OK, good.Outcome, "%s: %+v", provider, good)
		account[secret] = "another-secret"
		bad := hubs(t, provider, 1, server.URL, account)[0].(notify.Prober).Probe(t.Context())
		require.Equal(t, notify.AuthConfig, bad.Outcome, "%s: %+v", provider, bad)
		require.Contains(t, bad.Detail, "No access token")
		account[secret] = box.Account(provider)[secret]
	}
}
