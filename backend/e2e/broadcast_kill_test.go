package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

// newsTo is a broadcast to the crowd, approved by somebody who did not write it;
// steers may pause it.
func newsTo(admin *caller, people, rate int) (at string, steers *caller) {
	admin.Helper()
	admin.crowd(people)
	author := admin.withScopes("read", "notifications:write")
	steers = admin.withScopes("read", "content:approve", "deliveries:write")
	plan := map[string]any{
		"name": "News", "audience": map[string]any{"segments": []string{"crowd"}}, "channels": []string{"in_app"},
		"content": map[string]any{"title": "News for {{ name }}", "body": "Hello"}, "category": "orders", "per_second": rate,
	}
	made := read[broadcast](admin, author.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/broadcasts", body: plan}))
	at = "/v1/broadcasts/" + made.ID
	require.Equal(admin, http.StatusOK, author.tell(at+"/submit", nil).status)
	frozen := author.untilFrozen(made.ID)
	require.Equal(admin, people, frozen.People)
	// The kill point may strike before the answer is out.
	_, _ = steers.try(ask{method: http.MethodPost, path: at + "/approve", body: map[string]any{"hash": frozen.Hash}})
	return at, steers
}

// TestABroadcastLosesAndRepeatsNobodyWhereverTheProcessDies kills the process at
// each point between the approval and the end. Redis has forgotten everything when
// it comes back; the part that answers callers comes back first, and pauses what
// still goes on, so that it is also resumed at that point.
func TestABroadcastLosesAndRepeatsNobodyWhereverTheProcessDies(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		point        string
		people, rate int
	}{
		{"after_launch", 320, 200}, {"before_page:2", 320, 200}, {"after_page:2", 320, 200}, {"after_end", 320, 200},
		// Without a rate the pages are made in one go.
		{"before_page:2", 1300, 0}, {"after_page:2", 1300, 0},
	} {
		point, people := run.point, run.people
		t.Run(fmt.Sprintf("%s of %d", point, people), func(t *testing.T) {
			t.Parallel()
			lasting := grounds[1].lasting(t)
			doomed := start(t, lasting.with(settings{"CLARION_KILL_POINT": point}))
			at, steers := newsTo(doomed.admin(), people, run.rate)
			doomed.diesByItself(time.Minute)
			flush(t, lasting["REDIS_URL"])

			quiet := start(t, lasting.with(settings{"CLARION_ROLES": "api", "CLARION_SANDBOX_LISTEN": testbed.Address(t)}))
			want := "paused"
			if point == "after_end" {
				want = "completed"
			} else {
				require.Equal(t, http.StatusOK, steers.tell(at+"/pause", map[string]any{"reason": "wait"}).status)
			}
			held := get[progress](steers, at+"/progress")
			quiet.kill()
			begun := time.Now()
			start(t, lasting)
			require.Equal(t, want, get[broadcast](steers, at).State)
			if want == "paused" {
				require.Less(t, held.Messages, people, "it died on its way")
				require.Equal(t, http.StatusOK, steers.tell(at+"/resume", nil).status)
			}
			var now struct {
				State  string
				SagaID string `json:"saga_id"`
			}
			await(t, time.Minute, "the end", func() bool {
				now = get[struct {
					State  string
					SagaID string `json:"saga_id"`
				}](steers, at)
				return now.State == "completed" && get[struct{ State string }](steers, "/v1/sagas/"+now.SagaID).State == "completed"
			})
			t.Logf("%d of %d made when it died; the rest %s after the restart", held.Messages, people, time.Since(begun))

			end := get[progress](steers, at+"/progress")
			require.Equal(t, people, end.Messages)
			require.Equal(t, map[string]int{"delivered": people}, end.Counts)
			for _, one := range list[struct {
				Recipient person
				Messages  []struct{ Status string }
			}](steers, at+"/recipients?limit=200") {
				require.Len(t, one.Messages, 1, "recipient %s", one.Recipient.ID)
			}
			handed := slices.DeleteFunc(list[event](steers, "/v1/events"), func(e event) bool { return e.IdempotencyKey != "" })
			require.Len(t, handed, 1, "it is handed to the line once; the others tell members of it")
			steers.balanced()
		})
	}
}
