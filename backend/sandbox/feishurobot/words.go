package feishurobot

import (
	"net/http"

	"clarion/backend/sandbox/lark"
	"clarion/backend/sandbox/wire"
)

// Words are the robot's refusals by class: it posts to nobody in particular.
func (v desk) Words(*wire.Call) wire.Words {
	return wire.Words{
		wire.ContentRejected: lark.Fault(http.StatusOK, 9499, "Bad Request"), wire.AuthConfig: lark.Fault(http.StatusOK, 19021, "sign match fail or timestamp is not within one hour from current time"),
	}
}
