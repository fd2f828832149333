package providertest

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
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

// Talk sends the case's message once for each of the vendor's answers, by one
// sender, and returns what came of each and what the vendor saw.
func Talk(t *testing.T, c Case, answers []Answer) ([]notify.Result, []Request) {
	t.Helper()
	turn := 0
	v := newVendor(t, func(conn net.Conn, r Request) bool {
		turn++
		return reply(answers[turn-1])(conn, r)
	})
	s := c.Open(t, v.url(), provider.ClientOptions{})
	results := make([]notify.Result, len(answers))
	for i := range answers {
		results[i] = s.Send(t.Context(), c.Message)
		c.check(t, results[i])
	}
	return results, v.seen()
}
