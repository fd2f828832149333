package e2e_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// promises are what callers were promised: the id of the event behind each key,
// and what its event was.
type promises map[string]promise

type promise struct {
	eventID string
	fact    fact
}

// figures are what an audit found.
type figures struct {
	messages, calls, unknown, explained int
}

// finished waits until no accepted event and no message needs anything more.
func (c *caller) finished(kept promises, within time.Duration) time.Duration {
	c.Helper()
	want := 0
	for _, p := range kept {
		want += len(channelsOf[p.fact.Type]) * len(p.fact.To)
	}
	return await(c, within, "everything to end", func() bool {
		b := c.books()
		return b.Accepted >= want && b.InProgress == 0
	})
}

// audit compares what was promised with what SQL says and with what the vendors
// saw, and returns what it counted.
func (c *caller) audit(kept promises) figures {
	c.Helper()
	events := map[string]event{}
	for _, e := range list[event](c, "/v1/events") {
		require.NotContains(c, events, e.IdempotencyKey, "a key makes one event")
		events[e.IdempotencyKey] = e
	}
	require.Len(c, events, len(kept), "an event for every key and no other")
	messages := map[string]message{}
	perEvent := map[string][]string{}
	for _, m := range list[message](c, "/v1/messages") {
		messages[m.ID] = m
		perEvent[m.EventID] = append(perEvent[m.EventID], m.Channel)
		require.True(c, isEnded(m), "%s is %s", m.ID, m.Status)
	}
	for key, p := range kept {
		require.Equal(c, p.eventID, events[key].ID, "the id that was promised")
		require.Equal(c, "dispatched", events[key].Status)
		var want []string
		for range p.fact.To {
			want = append(want, channelsOf[p.fact.Type]...)
		}
		slices.Sort(want)
		slices.Sort(perEvent[p.eventID])
		require.Equal(c, want, perEvent[p.eventID], "each message of %s once", p.eventID)
	}
	f := c.compareWithVendors(messages)
	b := c.balanced()
	require.Equal(c, len(messages), b.Accepted)
	require.Equal(c, b.Accepted, b.Sent+b.Delivered+b.Unknown, "nothing was refused, so nothing failed: %+v", b)
	f.messages, f.unknown = len(messages), b.Unknown
	return f
}

// compareWithVendors checks every message against the vendors' ledger: what was
// sent reached its vendor, and what reached it twice has its reason on record.
func (c *caller) compareWithVendors(messages map[string]message) figures {
	c.Helper()
	taken := map[string][]vendorCall{}
	calls := c.calls()
	for _, call := range calls {
		require.Contains(c, messages, call.MessageID, "a call that belongs to no message: %+v", call)
		if call.accepted() {
			taken[call.MessageID] = append(taken[call.MessageID], call)
		}
	}
	f := figures{calls: len(calls)}
	for id, m := range messages {
		switch {
		case m.Status == "unknown":
			require.Contains(c, []string{"ambiguous", "interrupted"}, m.Outcome, "%s is in doubt for a reason", id)
		case m.Channel != "in_app":
			require.NotEmpty(c, taken[id], "%s is %s and no vendor has seen it", id, m.Status)
		}
		if len(taken[id]) > 1 {
			f.explained += len(taken[id]) - 1
			c.explain(id, taken[id])
		}
	}
	return f
}

// explain requires that before every further call that a vendor took there was
// an attempt of which nobody could know the end.
func (c *caller) explain(id string, taken []vendorCall) {
	c.Helper()
	m := c.message(id)
	for n, call := range taken[1:] {
		doubts := 0
		for _, a := range m.Attempts {
			doubtful := a.Outcome == "ambiguous" || a.Outcome == "interrupted"
			if doubtful && a.StartedAt.Before(call.ReceivedAt) {
				doubts++
			}
		}
		require.Greater(c, doubts, n, "%s by %s was sent again without a reason: %v", id, m.Channel, m.outcomes())
	}
	require.Contains(c, m.kinds(), "resent", "%s says that it was sent again", id)
}
