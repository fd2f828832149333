package sendgrid

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are SendGrid's refusals by class. It never says at once that somebody wants
// no mail.
func (v desk) Words(*wire.Call) wire.Words {
	to := fault(http.StatusBadRequest, "Does not contain a valid address.", "personalizations.0.to.0.email", "")
	content := fault(http.StatusBadRequest, "The content value must be a string at least one character in length.", "content.0.value", "")
	account, busy := v.Refuse(http.StatusUnauthorized), v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account, wire.Temporary: &busy}
}
