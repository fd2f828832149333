package delivery

import "clarion/backend/notify"

// Turns makes what is less urgent give way before each step that keeps
// processors busy.
type Turns interface {
	// Take precedes a step at the database, Call one call to a vendor; end is
	// called after it.
	Take(p notify.Priority) (end func())
	Call(p notify.Priority) (end func())
}
