package telegram

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Telegram's refusals by class; the group that moved is its only one that
// passes.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.InvalidRecipient: magic["404"], wire.RecipientBlocked: magic["403"],
		wire.ContentRejected: fault(http.StatusBadRequest, "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0", nil),
		wire.AuthConfig:      fault(http.StatusUnauthorized, "Unauthorized", nil),
	}
}
