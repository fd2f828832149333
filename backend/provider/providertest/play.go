package providertest

import (
	"testing"

	"clarion/backend/notify"
)

// Play sends the case's message to a vendor that answers with a, and returns
// what became of it.
func Play(t *testing.T, c Case, a Answer) notify.Result {
	t.Helper()
	return c.send(t, newVendor(t, reply(a)))
}
