package smtp

import (
	"clarion/backend/sandbox/wire"
)

// Words are a mail server's refusals by class, after the final dot.
func (v desk) Words(*wire.Call) wire.Words {
	to, content := reply(550, "5.1.1 User unknown"), reply(554, "5.6.0 Content refused")
	account, busy := reply(550, "5.7.26 Unauthenticated email is not accepted"), reply(451, "4.3.0 Try again later")
	return wire.Words{
		wire.InvalidRecipient: &to, wire.ContentRejected: &content, wire.AuthConfig: &account, wire.Temporary: &busy,
	}
}
