package twilio

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Twilio's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	busy := v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{
		wire.InvalidRecipient: invalidTo("+1"),
		wire.RecipientBlocked: fault(http.StatusBadRequest, 21610, "Attempt to send to unsubscribed recipient"),
		wire.ContentRejected:  fault(http.StatusBadRequest, 21617, "The concatenated message body exceeds the 1600 character limit"),
		wire.AuthConfig:       fault(http.StatusBadRequest, 21606, "The From phone number is not a valid, SMS-capable Twilio phone number"),
		wire.Temporary:        &busy,
	}
}
