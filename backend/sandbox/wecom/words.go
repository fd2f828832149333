package wecom

import (
	"net/http"

	"clarion/backend/sandbox/wire"
)

// Words are WeCom's refusals by class. A message that is taken for nobody is a yes
// with a list of those it did not reach.
func (v desk) Words(c *wire.Call) wire.Words {
	to := ""
	if len(c.Parcels) > 0 {
		to = c.Parcels[0].Message.To
	}
	yes := func(list string) *wire.Answer {
		a := wire.JSON(http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", list: to, "msgid": "sandbox"})
		return &a
	}
	return wire.Words{
		wire.InvalidRecipient: fault(81013, "user & party & tag all invalid"), wire.RecipientBlocked: yes("unlicenseduser"),
		wire.ContentRejected: fault(44004, "text content is empty"), wire.AuthConfig: fault(60020, "not allow to access from your ip"),
		wire.Temporary: fault(-1, "system busy"), wire.Partial: yes("invaliduser"),
	}
}
