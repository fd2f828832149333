package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type broadcast struct {
	ID, State, Hash, Reason string
	Revision, People        int
	EventID                 string `json:"event_id"`
	Frozen                  *struct {
		People   int
		Estimate struct{ Reached int }
	}
}

type progress struct {
	State                              string
	People, Reached, Messages, Waiting int
	Counts                             map[string]int
}

func (p progress) moving() int { return p.Counts["queued"] + p.Counts["sending"] }

// crowd makes n recipients whom a segment finds.
func (c *caller) crowd(n int) {
	c.Helper()
	for from := 0; from < n; from += 500 {
		var people []any
		for i := from; i < min(from+500, n); i++ {
			people = append(people, map[string]any{"id": fmt.Sprintf("crowd-%05d", i), "data": map[string]any{"crowd": true}})
		}
		c.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/recipients/batch", body: map[string]any{"recipients": people}})
	}
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/segments/crowd", body: map[string]any{
		"name": "Crowd", "rule": map[string]any{"field": "data.crowd", "op": "eq", "value": true},
	}})
}

func (c *caller) tell(path string, body any) reply {
	c.Helper()
	return c.do(ask{method: http.MethodPost, path: path, body: body})
}

func (c *caller) untilFrozen(id string) broadcast {
	c.Helper()
	var b broadcast
	await(c, time.Minute, "the audience to be taken down", func() bool {
		b = get[broadcast](c, "/v1/broadcasts/"+id)
		return b.State == "submitted" && b.Frozen != nil
	})
	return b
}

// TestABroadcastReachesEverybodyOnce tells the whole way of a broadcast: written,
// approved by somebody else, void when it is edited, sent at its rate, paused,
// killed, forgotten by Redis and resumed.
func TestABroadcastReachesEverybodyOnce(t *testing.T) {
	t.Parallel()
	for i, size := range []struct{ people, rate int }{{1000, 125}, {10_000, 1500}} {
		g := grounds[i]
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			lasting := g.lasting(t)
			first := start(t, lasting)
			admin := first.admin()
			admin.crowd(size.people)
			author := admin.withScopes("read", "notifications:write", "content:approve")
			approver := admin.withScopes("read", "content:approve", "deliveries:write")

			plan := map[string]any{
				"name": "News", "audience": map[string]any{"segments": []string{"crowd"}}, "channels": []string{"in_app"},
				"content": map[string]any{"title": "News for {{ name }}", "body": "Hello"}, "category": "orders", "per_second": size.rate,
			}
			made := read[broadcast](t, author.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/broadcasts", body: plan}))
			at := "/v1/broadcasts/" + made.ID
			require.Equal(t, http.StatusOK, author.tell(at+"/submit", nil).status)
			seen := author.untilFrozen(made.ID)
			require.Equal(t, size.people, seen.Frozen.People)
			require.Equal(t, size.people, seen.Frozen.Estimate.Reached)
			require.Equal(t, http.StatusForbidden, author.tell(at+"/approve", map[string]any{"hash": seen.Hash}).status, "who wrote it cannot approve it")
			require.Equal(t, http.StatusConflict, approver.tell(at+"/approve", map[string]any{"hash": "another"}).status)

			plan["content"] = map[string]any{"title": "Better news", "body": "Hello"}
			edited := read[broadcast](t, author.must(http.StatusOK, ask{method: http.MethodPut, path: at, body: plan}))
			require.Equal(t, "draft", edited.State, "an edit makes what was submitted void")
			require.Equal(t, http.StatusConflict, approver.tell(at+"/approve", map[string]any{"hash": seen.Hash}).status)
			require.Equal(t, http.StatusOK, author.tell(at+"/submit", nil).status)
			again := author.untilFrozen(made.ID)
			require.NotEqual(t, seen.Hash, again.Hash)

			var won atomic.Int64
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if r, err := approver.try(ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": again.Hash}}); err == nil && r.status == http.StatusOK {
						won.Add(1)
					}
				})
			}
			all.Wait()
			require.EqualValues(t, 1, won.Load(), "of twenty who approve at once one does")

			await(t, time.Minute, "some to be reached", func() bool { return get[progress](approver, at+"/progress").Messages > 0 })
			require.Equal(t, http.StatusOK, approver.tell(at+"/pause", map[string]any{"reason": "wait"}).status)
			paused := time.Now()
			var held progress
			await(t, time.Minute, "nothing to move any more", func() bool {
				held = get[progress](approver, at+"/progress")
				return held.moving() == 0
			})
			t.Logf("%d of %d reached; nothing moved %s after the pause", held.Reached, size.people, time.Since(paused))
			require.Less(t, held.Messages, size.people)

			first.kill()
			if address, ok := lasting["REDIS_URL"]; ok {
				flush(t, address)
			}
			begun := time.Now()
			start(t, lasting)
			require.Equal(t, held, get[progress](approver, at+"/progress"), "what is paused stays as it is, whoever dies")
			require.Equal(t, http.StatusOK, approver.tell(at+"/resume", nil).status)
			await(t, 2*time.Minute, "the end", func() bool { return get[broadcast](approver, at).State == "completed" })
			t.Logf("completed %s after the restart", time.Since(begun))

			end := get[progress](approver, at+"/progress")
			require.Equal(t, size.people, end.Messages)
			require.Equal(t, map[string]int{"delivered": size.people}, end.Counts)
			outcomes := list[struct {
				Recipient struct{ ID string }
				Messages  []struct{ Status string }
			}](approver, at+"/recipients?limit=200")
			require.Len(t, outcomes, size.people)
			for _, one := range outcomes {
				require.Len(t, one.Messages, 1, "recipient %s", one.Recipient.ID)
			}
			require.Len(t, list[message](approver, "/v1/messages?limit=200&broadcast="+made.ID), size.people)
			if size.people == 1000 { // the store suite does the same to the other database
				recalled(t, approver, at, size.people)
			}
		})
	}
}

// recalled cancels a broadcast that has ended, and waits until every message of it
// is taken back.
func recalled(t *testing.T, c *caller, at string, people int) {
	t.Helper()
	require.Equal(t, http.StatusOK, c.tell(at+"/cancel", map[string]any{"reason": "the wrong price"}).status)
	begun := time.Now()
	type one struct {
		State, Recall string
		SagaID        string `json:"saga_id"`
		RecallSaga    string `json:"recall_saga_id"`
	}
	var now one
	await(c, time.Minute, "everything to be taken back", func() bool {
		now = get[one](c, at)
		return now.Recall == "done"
	})
	t.Logf("%d taken back in %s", people, time.Since(begun))
	require.Equal(t, "cancelled", now.State)
	require.Equal(t, map[string]int{"deleted": people}, get[struct{ Recalls map[string]int }](c, at+"/progress").Recalls)
	for _, id := range []string{now.SagaID, now.RecallSaga} {
		await(c, time.Minute, "the saga to end", func() bool { return get[struct{ State string }](c, "/v1/sagas/"+id).State == "completed" })
	}
}
