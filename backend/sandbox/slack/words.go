package slack

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Slack's refusals by class, below a success.
func (v bot) Words(*wire.Call) wire.Words {
	to, content, account := fault(http.StatusOK, "channel_not_found"), fault(http.StatusOK, "msg_too_long"), fault(http.StatusOK, "token_revoked")
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account}
}

// Words are those of a webhook, in plain text.
func (v webhook) Words(*wire.Call) wire.Words {
	to, content, account := plain(http.StatusNotFound, "channel_not_found"), plain(http.StatusBadRequest, "invalid_payload"), plain(http.StatusForbidden, "invalid_token")
	return wire.Words{wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account}
}
