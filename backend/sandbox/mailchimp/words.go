package mailchimp

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are Mailchimp's refusals by class: those of a person stand in an answer of
// success. A call to one person that succeeds only in part reaches nobody.
func (v desk) Words(c *wire.Call) wire.Words {
	to := ""
	if len(c.Parcels) > 0 {
		to = c.Parcels[0].Message.To
	}
	rejected := func(status, reason string) *wire.Answer {
		a := wire.JSON(http.StatusOK, []map[string]any{{"email": to, "status": status, "_id": "0123456789abcdef", "reject_reason": reason}})
		return &a
	}
	content := fault(http.StatusInternalServerError, -2, "ValidationError", "Validation error: {\"message\":{\"subject\":\"Too long\"}}")
	account, busy := v.Refuse(http.StatusUnauthorized), v.Refuse(http.StatusServiceUnavailable)
	return wire.Words{
		wire.InvalidRecipient: rejected("invalid", ""), wire.RecipientBlocked: rejected("rejected", "unsub"), wire.ContentRejected: &content,
		wire.AuthConfig: &account, wire.Temporary: &busy, wire.Partial: rejected("rejected", "hard-bounce"),
	}
}
