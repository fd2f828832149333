package ses

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are SES's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	to := fault(http.StatusBadRequest, "BadRequestException", "Missing final '@domain'")
	content := fault(http.StatusBadRequest, "MessageRejected", "Message content contains a virus.")
	account := fault(http.StatusBadRequest, "SendingPausedException", "Email sending is paused for the account.")
	busy := v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account, wire.Temporary: &busy}
}
