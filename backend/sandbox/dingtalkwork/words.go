package dingtalkwork

import (
	"clarion/backend/sandbox/wire"
)

// Words are DingTalk's refusals by class.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.InvalidRecipient: fault(33012, "invalid USERID"), wire.ContentRejected: fault(40035, "invalid parameter"),
		wire.AuthConfig: inner("60011", "no permission"), wire.Temporary: fault(-1, "system busy"),
	}
}
