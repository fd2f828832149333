package wechat

import (
	"clarion/backend/sandbox/wire"
)

// Words are WeChat's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.InvalidRecipient: fault(40003, "invalid openid"), wire.RecipientBlocked: fault(43004, "require subscribe"),
		wire.ContentRejected: fault(40037, "invalid template_id"), wire.AuthConfig: fault(48001, "api unauthorized"), wire.Temporary: fault(-1, "system error"),
	}
}
