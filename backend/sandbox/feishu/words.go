package feishu

import (
	"net/http"

	"clarion/backend/sandbox/lark"
	"clarion/backend/sandbox/wire"
)

// Words are Feishu's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.InvalidRecipient: lark.Fault(http.StatusBadRequest, 230034, "The receive_id is invalid."),
		wire.RecipientBlocked: lark.Fault(http.StatusBadRequest, 230013, "Bot has NO availability to this user."),
		wire.ContentRejected:  lark.Fault(http.StatusBadRequest, 230025, "The length of the message content reaches its limit."),
		wire.AuthConfig:       lark.Fault(http.StatusBadRequest, 99991672, "No permission."),
	}
}
