package wecomrobot

import (
	"clarion/backend/sandbox/wire"
)

// Words are the robot's refusals by class: it posts to nobody in particular.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.ContentRejected: fault(44004, "text content is empty"), wire.AuthConfig: fault(93000, "invalid webhook url"), wire.Temporary: fault(-1, "system busy"),
	}
}
