package e2e_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheSameKeyMakesOneEvent(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		shipped := ask{
			method: http.MethodPost, path: "/v1/events",
			body: fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": 7}},
		}
		shipped.header = map[string]string{"Idempotency-Key": "one after another"}
		first := house.must(http.StatusAccepted, shipped)
		require.Empty(t, first.header.Get("Idempotency-Replayed"))
		for range 9 {
			again := house.must(http.StatusAccepted, shipped)
			require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
			require.Equal(t, string(first.raw), string(again.raw))
		}

		shipped.header = map[string]string{"Idempotency-Key": "all at once"}
		answers := make([]reply, 50)
		var callers sync.WaitGroup
		begin := make(chan struct{})
		for i := range answers {
			callers.Go(func() {
				<-begin
				answers[i], _ = house.try(shipped)
			})
		}
		close(begin)
		callers.Wait()
		originals := 0
		for _, answer := range answers {
			require.Equal(t, http.StatusAccepted, answer.status, string(answer.raw))
			require.Equal(t, string(answers[0].raw), string(answer.raw))
			if answer.header.Get("Idempotency-Replayed") == "" {
				originals++
			}
		}
		require.Equal(t, 1, originals, "one made it, the others were told of it")

		shipped.body = fact{Type: "order.shipped", To: []any{"wei"}, Data: map[string]any{"order_id": 7}}
		other := house.must(http.StatusUnprocessableEntity, shipped)
		require.Equal(t, "idempotency_key_reused", other.Error.Type)

		require.Len(t, list[event](house, "/v1/events"), 2)
		for _, e := range list[event](house, "/v1/events") {
			requireOneCallEachOf(t, house, e.ID)
		}
		require.Len(t, house.calls(), 8)
	})
}

// requireOneCallEachOf waits for an event of five messages and compares them
// with the vendors' ledger.
func requireOneCallEachOf(t *testing.T, house *caller, eventID string) {
	t.Helper()
	times := map[string]int{}
	messages := house.settled(eventID, 5, time.Minute, arrived)
	for _, call := range house.calls() {
		times[call.MessageID]++
	}
	for _, m := range messages {
		if m.Channel != "in_app" {
			require.Equal(t, 1, times[m.ID], "%s by %s", m.ID, m.Channel)
		}
	}
}

func TestABatchWithAKeyIsAcceptedOnce(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		batch := ask{
			method: http.MethodPost, path: "/v1/events/batch", header: map[string]string{"Idempotency-Key": "batch"},
			body: map[string]any{"events": []fact{welcome("ada"), {Type: "no.such.type", To: []any{"ada"}}, welcome("wei")}},
		}
		first := house.must(http.StatusAccepted, batch)
		again := house.must(http.StatusAccepted, batch)
		require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
		require.JSONEq(t, string(first.Data), string(again.Data))
		answer := read[struct {
			Accepted int
			Rejected []struct {
				Index int
				Code  string
			}
		}](t, first)
		require.Equal(t, 2, answer.Accepted)
		require.Len(t, answer.Rejected, 1)
		require.Equal(t, 1, answer.Rejected[0].Index)
		require.Equal(t, "unknown_type", answer.Rejected[0].Code)
		require.Len(t, list[event](house, "/v1/events"), 2)
	})
}
