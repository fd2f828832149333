package twilio

import (
	"clarion/backend/notify"
	"clarion/backend/provider"
)

// whatsappMark stands before every number of WhatsApp's.
const whatsappMark = "whatsapp:"

// WhatsApp describes WhatsApp by Twilio: the calls and callbacks of texts, with
// marked numbers and templates.
func WhatsApp() provider.Manifest {
	m := provider.Manifest{
		Name: "twiliowhatsapp", Label: "WhatsApp by Twilio", Channel: notify.WhatsApp,
		Docs:     "https://www.twilio.com/docs/whatsapp/api",
		Receipts: true,
		Settings: []provider.Setting{
			{Key: "account_sid", Label: "Account SID", Required: true, Help: "Begins with AC."},
			{Key: "auth_token", Label: "Auth token", Secret: true, Required: true,
				Help: "Signs the calls and proves the callbacks."},
			{Key: "from", Label: "From number", Help: "Your WhatsApp sender in E.164. Needed without a messaging service."},
			{Key: "messaging_service_sid", Label: "Messaging service SID", Help: "Begins with MG. Picks the number for you."},
		},
	}
	m.New = func(v provider.Values, d provider.Deps) (notify.Sender, error) { return openAs(m, whatsappMark, v, d) }
	return m
}
