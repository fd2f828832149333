package dingtalk

import (
	"clarion/backend/sandbox/wire"
)

// Words are the robot's refusals by class: it posts to nobody in particular.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.ContentRejected: fault(310000, "keywords not in content, more: [https://ding-doc.dingtalk.com/]"),
		wire.AuthConfig:      fault(310000, "sign not match"), wire.Temporary: fault(-1, "system busy"),
	}
}
