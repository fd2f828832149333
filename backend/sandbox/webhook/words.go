package webhook

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are an endpoint's refusals by class: statuses are all it has.
func (v desk) Words(*wire.Call) wire.Words {
	to, content, busy := says(http.StatusGone, "this endpoint is gone"), v.Refuse(http.StatusUnprocessableEntity), v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.Temporary: &busy}
}
