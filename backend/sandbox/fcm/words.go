package fcm

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Firebase's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	account, busy := v.Refuse(http.StatusForbidden), v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{
		wire.InvalidRecipient: unregistered(), wire.ContentRejected: badField("message.data[0].value", "Invalid value at 'message.data[0].value' (TYPE_STRING), 12"),
		wire.AuthConfig: &account, wire.Temporary: &busy,
	}
}
