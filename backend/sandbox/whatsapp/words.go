package whatsapp

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Meta's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.InvalidRecipient: undeliverable(),
		wire.RecipientBlocked: fault(http.StatusBadRequest, 131050, "User has stopped marketing messages", "The person does not want marketing messages."),
		wire.ContentRejected:  fault(http.StatusBadRequest, 132000, "Number of parameters does not match the expected number of params", "body: number of localizable_params (0) does not match the expected number of params (1)"),
		wire.AuthConfig:       fault(http.StatusUnauthorized, 190, "Error validating access token", ""),
		wire.Temporary:        fault(http.StatusInternalServerError, 131016, "Service unavailable", "Service temporarily unavailable."),
	}
}
