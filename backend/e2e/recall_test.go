package e2e_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type recalls struct {
	Recalls, Recalled map[string]int
}

// TestARecallSaysOfEverybodyWhatBecameOfIt takes a broadcast back that went to the
// inbox, to Slack and to phones, while Slack is down; and asks Slack once more.
func TestARecallSaysOfEverybodyWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	people := []string{"ada", "sam", "wei"}
	author := house.withScopes("read", "notifications:write")
	approver := house.withScopes("read", "content:approve", "deliveries:write")
	made := read[broadcast](t, author.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/broadcasts", body: map[string]any{
		"name": "Wrong price", "audience": map[string]any{"recipients": people}, "channels": []string{"in_app", "slack", "sms"}, "category": "orders",
		"content": map[string]any{"title": "Half price", "body": "Everything is half price", "text": "Everything is half price"},
	}}))
	at := "/v1/broadcasts/" + made.ID
	require.Equal(t, http.StatusOK, author.tell(at+"/submit", nil).status)
	require.Equal(t, http.StatusOK, approver.tell(at+"/approve", map[string]any{"hash": author.untilFrozen(made.ID).Hash}).status)
	sent := func() map[string]int {
		counts := map[string]int{}
		for _, m := range list[message](house, "/v1/messages?limit=200&broadcast="+made.ID) {
			if m.Status == "sent" || m.Status == "delivered" {
				counts[m.Channel]++
			}
		}
		return counts
	}
	each := map[string]int{"in_app": len(people), "slack": len(people), "sms": len(people)}
	await(house, time.Minute, "everybody to have all of it", func() bool { return maps.Equal(each, sent()) })
	await(house, time.Minute, "the end", func() bool { return get[broadcast](house, at).State == "completed" })

	house.fault(map[string]any{"provider": "slack", "fault": "status", "status": 503, "rate": 1})
	require.Equal(t, http.StatusOK, approver.tell(at+"/cancel", map[string]any{"reason": "the wrong price"}).status)
	over := func() bool { return get[struct{ Recall string }](house, at).Recall == "done" }
	await(house, time.Minute, "the recall to end", over)
	// Every number is as long as the list it opens.
	is := func(messages, people map[string]int) {
		t.Helper()
		found := get[recalls](house, at+"/progress")
		require.Equal(t, messages, found.Recalls)
		require.Equal(t, people, found.Recalled)
		for outcome, n := range found.Recalled {
			require.Len(t, list[struct{}](house, at+"/recipients?recall="+outcome), n, outcome)
		}
	}
	thrice := map[string]int{"deleted": 3, "failed": 3, "cannot": 3}
	is(thrice, thrice)
	for _, one := range list[struct {
		Recipient struct{ ID string }
		Messages  []struct{ Channel, Recall string }
	}](house, at+"/recipients") {
		got := map[string]string{}
		for _, m := range one.Messages {
			got[m.Channel] = m.Recall
		}
		require.Equal(t, map[string]string{"in_app": "deleted", "slack": "failed", "sms": "cannot"}, got, one.Recipient.ID)
	}

	house.fault(map[string]any{"provider": "slack", "fault": "none"})
	require.Equal(t, http.StatusOK, approver.tell(at+"/recall", nil).status)
	await(house, time.Minute, "what failed to be taken back", over)
	is(map[string]int{"deleted": 6, "cannot": 3}, map[string]int{"deleted": 3, "cannot": 3})
	require.Equal(t, http.StatusConflict, approver.tell(at+"/recall", nil).status, "nothing failed any more")
}
