package providertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

func (c Case) concurrent(t *testing.T) {
	const senders = 20
	v := newVendor(t, reply(c.Yes))
	s := c.Open(t, v.url(), provider.ClientOptions{Timeout: 10 * time.Second})
	results := make(chan notify.Result, senders)
	ids := map[string]bool{}
	for range senders {
		m := c.Message
		m.MessageID = notify.NewID(notify.MessageID)
		ids[m.MessageID] = true
		go func() { results <- s.Send(context.Background(), m) }()
	}
	for range senders {
		require.Equal(t, notify.OK, (<-results).Outcome)
	}
	require.Len(t, v.seen(), senders)
	for _, r := range v.seen() {
		c.crossOff(t, ids, r)
	}
	require.Empty(t, ids, "every message travelled under its own id, once")
}

func (c Case) crossOff(t *testing.T, ids map[string]bool, r Request) {
	whole := fmt.Sprint(r)
	for id := range ids {
		mark := id
		if c.Mark != nil {
			mark = c.Mark(id)
		}
		if strings.Contains(whole, mark) {
			delete(ids, id)
			return
		}
	}
	require.Fail(t, "a request without an id of ours", whole)
}
