package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAVendorThatDoesNotCallBackIsAsked: DingTalk carries work notifications out
// later, and tells what became of them only when it is asked.
func TestAVendorThatDoesNotCallBackIsAsked(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-02T09:00:00Z")
		house := g.openAt(t, clock)
		house.without("dingtalk", "")
		house.save("", account{
			"provider": "dingtalkwork", "name": "Work", "weight": 1, "sandbox": true,
			"settings": map[string]string{"app_key": "ding00000000", "app_secret": "00000000000000000000000000000000", "agent_id": "1000000001"},
		})
		events := map[string]string{}
		for _, person := range []string{"reader", "again"} {
			house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/recipients/" + person, body: map[string]any{
				"name": person, "addresses": []map[string]string{{"channel": "dingtalk", "address": person}},
			}})
			n := text("dingtalk", "The stock is counted tonight")
			n["to"] = []string{person}
			events[person], _ = house.notify(n)
			house.settled(events[person], 1, time.Minute, func(m message) bool { return m.Status == "sent" })
		}
		clock.set("2026-03-02T10:00:00Z")
		read := house.settled(events["reader"], 1, time.Minute, func(m message) bool { return m.Status == "delivered" })[0]
		require.Len(t, get[struct{ Engagement []any }](house, "/v1/messages/"+read.ID).Engagement, 1, "and it was read")
		house.settled(events["again"], 1, time.Minute, func(m message) bool { return m.Status == "failed" })
	})
}
