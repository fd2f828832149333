package sns

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are SNS's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	blocked := fault(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: Phone number is opted out")
	content := fault(http.StatusBadRequest, "InvalidParameter", "Invalid parameter: Empty message")
	account := fault(http.StatusForbidden, "AuthorizationError", "User is not authorized to perform: SNS:Publish")
	busy := v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{
		wire.InvalidRecipient: invalidNumber("+1"), wire.RecipientBlocked: &blocked, wire.ContentRejected: &content,
		wire.AuthConfig: &account, wire.Temporary: &busy,
	}
}
