package providertest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// Capture sends the case's message to a vendor that accepts it and returns the
// one request the vendor saw.
func Capture(t *testing.T, c Case) Request {
	t.Helper()
	v := newVendor(t, reply(c.Yes))
	require.Equal(t, notify.OK, c.send(t, v).Outcome)
	require.Len(t, v.seen(), 1)
	return v.seen()[0]
}
