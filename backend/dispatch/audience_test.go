package dispatch

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestASegmentIsDispatchedPageByPageAndEverybodyOnce(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.groups["beta"], h.store.groups["ops"] = members(501), []string{"member-0000", "ops-1"}
	for _, id := range append(members(501), "ops-1") {
		h.store.people[id] = Person{Recipient: notify.Recipient{ID: id}}
	}
	h.store.events["evt"].To = []notify.Target{{Segment: "beta"}, {Group: "ops"}, {Recipient: "member-0007"}}
	for range 2 {
		require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	}
	require.Equal(t, notify.EventDispatched, h.store.events["evt"].Status)
	rules := map[string][]string{}
	for _, batch := range h.store.batches {
		for _, n := range batch.Notifications {
			rules[n.Recipient.ID] = append(rules[n.Recipient.ID], n.Decisions[0].Rule)
		}
	}
	require.Len(t, rules, 502)
	require.Equal(t, []string{"group:ops"}, rules["member-0000"], "who is in a group and a segment is there by the group, once")
	require.Equal(t, []string{"group:ops"}, rules["ops-1"])
	require.Equal(t, []string{"segment:beta"}, rules["member-0500"])
	require.NotEqual(t, []string{"segment:beta"}, rules["member-0007"], "who is named needs no list")
}

func TestTheDecisionsSayWhichSegmentSelectedSomebody(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.groups["beta"] = []string{"ada"}
	h.store.events["evt"].To = []notify.Target{{Segment: "beta"}}
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	first := h.store.batches[0].Notifications[0].Decisions[0]
	require.Equal(t, []string{"audience", "pass", "In the segment beta.", "segment:beta"}, []string{first.Step, first.Outcome, first.Detail, first.Rule})
}
