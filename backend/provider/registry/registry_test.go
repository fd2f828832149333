package registry

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

func TestTheListIsSound(t *testing.T) {
	t.Parallel()
	require.NoError(t, Check())
	channels := map[notify.Channel]bool{}
	for _, m := range All() {
		channels[m.Channel] = true
		found, ok := Find(m.Name)
		require.True(t, ok)
		require.Equal(t, m.Label, found.Label)
	}
	for _, c := range []notify.Channel{notify.Email, notify.SMS, notify.Push, notify.Slack} {
		require.True(t, channels[c], "no vendor for %s", c)
	}
	_, ok := Find("pigeon")
	require.False(t, ok)
}

func TestAFaultyListIsReportedWhole(t *testing.T) {
	t.Parallel()
	good, bad := All()[0], All()[1]
	bad.Channel = "smoke"
	err := check([]provider.Manifest{good, good, bad})
	require.ErrorContains(t, err, good.Name+" is listed twice")
	require.ErrorContains(t, err, "smoke")
}

func TestReceiptsAreClaimedOnlyByReceivers(t *testing.T) {
	t.Parallel()
	settings := map[string]provider.Values{
		"sendgrid":  {"api_key": "SG.x", "from": "a@example.com"},
		"ses":       {"region": "eu-west-1", "access_key_id": "AKIA1", "secret_access_key": "s3cret", "from": "a@example.com"},
		"mailchimp": {"api_key": "md-1", "from": "a@example.com"},
		"smtp":      {"host": "smtp.example.com", "from": "a@example.com"},
		"sns":       {"region": "eu-west-1", "access_key_id": "AKIA1", "secret_access_key": "s3cret"},
		"twilio":    {"account_sid": "AC1", "auth_token": "t0ken", "from": "+15005550006"},
		"fcm":       {"project_id": "p"},
		"slack":     {"bot_token": "xoxb-1"},
		"wechat":    {"app_id": "wx1", "app_secret": "s"},
		"whatsapp":  {"phone_number_id": "1", "access_token": "t0ken"}, "telegram": {"bot_token": "1:abcdef"},
		"twiliowhatsapp": {"account_sid": "AC1", "auth_token": "t0ken", "from": "+15005550006"},
		"webhook":        {"signing_keys": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		"webpush": {
			"subject":           "mailto:ops@example.com",
			"vapid_public_key":  "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
			"vapid_private_key": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
		},
		"wecom": {"corp_id": "ww1", "agent_id": "1", "secret": "s"}, "wecomrobot": {"key": "k"},
		"dingtalk": {"access_token": "t"}, "dingtalkwork": {"app_key": "k", "app_secret": "s", "agent_id": "1"},
		"feishu": {"app_id": "cli_1", "app_secret": "s"}, "feishurobot": {"hook": "h"},
	}
	for _, m := range All() {
		s, err := m.New(settings[m.Name], provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{}), BaseURL: "http://127.0.0.1:1"})
		require.NoError(t, err, m.Name)
		_, receives := s.(notify.Receiver)
		require.True(t, receives || !m.Receipts, m.Name)
	}
}
