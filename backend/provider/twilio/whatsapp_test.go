package twilio_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/twilio"
)

func whatsappSuite() providertest.Case {
	c := suite()
	c.Manifest, c.Message.Channel = twilio.WhatsApp(), notify.WhatsApp
	c.Fixtures = append(c.Fixtures, providertest.Fixture{Name: "outside the window", Answer: refuses(400, 63016, "Failed to send freeform message"), Want: notify.ContentRejected, Code: "63016"})
	c.Sent = func(t *testing.T, r providertest.Request) {
		form, err := url.ParseQuery(r.Body)
		require.NoError(t, err)
		require.Equal(t, url.Values{
			"To": {"whatsapp:+14155552671"}, "From": {"whatsapp:+15005550006"}, "Body": {"Your order is on its way & near"},
			"StatusCallback": {providertest.CallbackURL + "?message_id=" + messageID}, "ValidityPeriod": {"300"},
		}, form)
	}
	return c
}

func TestWhatsAppByTwilioPassesTheSuite(t *testing.T) { providertest.Run(t, whatsappSuite()) }

func TestATemplateOfTwiliosHasItsVariables(t *testing.T) {
	t.Parallel()
	c := whatsappSuite()
	c.Message.Content.Data = map[string]string{"content_sid": "HX0123", "1": "Ada & <co>", "order": "A-1", "template": "for others", "language": "en"}
	form, err := url.ParseQuery(providertest.Capture(t, c).Body)
	require.NoError(t, err)
	require.Equal(t, "HX0123", form.Get("ContentSid"))
	require.JSONEq(t, `{"1":"Ada & <co>","order":"A-1"}`, form.Get("ContentVariables"))
	require.False(t, form.Has("Body"))
	text := suite()
	text.Message.Content.Data = c.Message.Content.Data
	form, err = url.ParseQuery(providertest.Capture(t, text).Body)
	require.NoError(t, err)
	require.False(t, form.Has("ContentSid"), "a text has no template")
}

func TestAReceiptOfWhatsAppNamesTheNumberWithoutItsMark(t *testing.T) {
	t.Parallel()
	c := whatsappSuite()
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"read"}, "To": {"whatsapp:+14155552671"}, "ChannelPrefix": {"whatsapp"}}
	receipts, _, err := r.Receive(t.Context(), callback(providertest.CallbackURL, "message_id=msg_1",
		sign("tokenOfTwilio0123456789", providertest.CallbackURL+"?message_id=msg_1", form), form))
	require.NoError(t, err)
	require.Equal(t, []notify.Receipt{{
		DedupKey: "SM1:read", MessageID: "msg_1", ProviderMessageID: "SM1", Status: notify.Delivered, Engagement: notify.EngagedRead,
		Address: "+14155552671", At: providertest.Now,
	}}, receipts)
}
