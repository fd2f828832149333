package ingest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestARehearsalRefusesWhatTheDoorRefusesAndSavesNothing(t *testing.T) {
	t.Parallel()
	tests := map[string]Request{
		"a good event":         {Type: "order.shipped", To: to("ada", "wei")},
		"an unknown type":      {Type: "nothing", To: to("ada")},
		"an unknown recipient": {Type: "order.shipped", To: to("ada", "nobody")},
		"an unknown group":     {Type: "order.shipped", To: []To{{Group: "nobody"}}},
		"a known group":        {Type: "order.shipped", To: []To{{Group: "ops"}}},
		"an unknown segment":   {Type: "order.shipped", To: []To{{Segment: "beta"}}},
		"a known segment":      {Type: "order.shipped", To: []To{{Segment: "loyal"}}},
		"bad data":             {Type: "strict", To: to("ada"), Data: json.RawMessage(`{"bad":true}`)},
		"an inline recipient":  {Type: "order.shipped", To: []To{{Inline: &notify.Recipient{ID: "new"}}}},
	}
	for name, request := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			rehearsal, err := h.acceptor.Rehearse(t.Context(), request, nil)
			require.Empty(t, h.store.commits)
			require.Empty(t, h.queue.queued)
			answer := h.accept(t, request)[0]
			if answer.Err != nil {
				require.EqualError(t, err, answer.Err.Error())
				return
			}
			require.NoError(t, err)
			stored := h.store.commits[0][0]
			require.Equal(t, stored.Upserts, rehearsal.Upserts)
			require.Equal(t, stored.Event.To, rehearsal.Event.To)
			require.Equal(t, stored.Event.Data, rehearsal.Event.Data)
		})
	}
}

func TestGivenWorkflowsStandInForTheLiveOnes(t *testing.T) {
	t.Parallel()
	h := newHouse()
	request := Request{Type: "brand.new", To: to("ada"), Data: json.RawMessage(`{"bad":true}`)}
	_, err := h.acceptor.Rehearse(t.Context(), request, []notify.Workflow{{Key: "draft"}})
	require.NoError(t, err)
	_, err = h.acceptor.Rehearse(t.Context(), request, []notify.Workflow{{Key: "draft", EventSchema: json.RawMessage(`{}`)}})
	require.Error(t, err, "the data is checked against the draft's schema")
}
