package webpush

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are a push service's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	to, content, account := says(http.StatusGone, "Unregistered"), says(http.StatusRequestEntityTooLarge, "PayloadTooLarge"), says(http.StatusForbidden, "VapidPkHashMismatch")
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account}
}
