package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waiting waits until an event was dispatched: its runs are parked by then.
func (c *caller) waiting(id string) {
	c.Helper()
	await(c, time.Minute, "event "+id+" to wait", func() bool { return get[event](c, "/v1/events/"+id).Status == "dispatched" })
}

// TestADelayOutlivesARestartAndARedisThatForgets has the process stop while runs
// wait, and start when some of them are overdue.
func TestADelayOutlivesARestartAndARedisThatForgets(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		lasting := g.lasting(t)
		clock := clockAt("2026-03-02T09:00:00Z")
		stop := opened(t, lasting, clock)
		house := &caller{TB: t, url: "http://" + lasting["CLARION_LISTEN"], bearer: bootstrap}
		pause := func(key string, delay map[string]any) map[string]any {
			return map[string]any{"key": key, "kind": "delay", "delay": delay}
		}
		house.workflow("cart.left", nil, pause("hour", map[string]any{"seconds": 3600}), sends("sms"), pause("more", map[string]any{"seconds": 600}), sends("email"))
		house.workflow("visit.planned", nil, pause("before", map[string]any{"field": "data.starts_at", "seconds": -3600}), sends("sms"))
		overdue, cancelled, later := parcel("cart.left"), parcel("cart.left"), parcel("visit.planned")
		cancelled.CancelKey = "cart-1"
		later.Data = map[string]any{"order_id": "1001", "starts_at": "2026-03-02T13:00:00Z"}
		ids := []string{house.report(overdue), house.report(cancelled), house.report(later)}
		for _, id := range ids {
			house.waiting(id)
			require.Empty(t, house.messagesOf(id))
		}

		stop()
		if address := lasting["REDIS_URL"]; address != "" {
			flush(t, address)
		}
		clock.set("2026-03-02T09:30:00Z")
		stop = opened(t, lasting, clock)
		house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/cancel", body: map[string]any{"cancel_key": "cart-1"}})
		require.Empty(t, house.messagesOf(ids[0]), "what is not due waits on")
		stop()
		if address := lasting["REDIS_URL"]; address != "" {
			flush(t, address)
		}
		clock.set("2026-03-02T10:20:00Z")
		opened(t, lasting, clock)
		house.settled(ids[0], 1, time.Minute, arrived)
		require.Empty(t, house.messagesOf(ids[2]))
		clock.set("2026-03-02T10:35:00Z")
		channels := map[string]int{}
		for _, m := range house.settled(ids[0], 2, time.Minute, arrived) {
			channels[m.Channel]++
		}
		require.Equal(t, map[string]int{"sms": 1, "email": 1}, channels, "each delay counts from where the run came to it, and each is sent once")
		clock.set("2026-03-02T12:00:01Z")
		house.settled(ids[2], 1, time.Minute, arrived)
		require.Empty(t, house.messagesOf(ids[1]), "what was cancelled stays so")
		house.balanced()
	})
}

// TestABranchPicksTheWayAndAThrottleHowMany sends four at once through one
// workflow.
func TestABranchPicksTheWayAndAThrottleHowMany(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-02T09:00:00Z")
		house := g.openAt(t, clock)
		text, mail := sends("sms"), sends("email")
		text["within"], mail["within"] = "how.urgent", "how.calm"
		urgent := []map[string]any{{"field": "data.urgent", "op": "eq", "value": true}}
		house.workflow("alarm.rang", nil,
			map[string]any{"key": "few", "kind": "throttle", "throttle": map[string]any{"key": "{{ data.site }}", "limit": 1, "seconds": 3600}},
			map[string]any{"key": "how", "kind": "branch", "branch": map[string]any{"arms": []map[string]any{{"key": "urgent", "if": urgent}, {"key": "calm"}}}},
			text, mail)
		ring := func(site string, urgent bool, messages int) []message {
			f := parcel("alarm.rang")
			f.Data = map[string]any{"order_id": "1001", "site": site, "urgent": urgent}
			return house.settled(house.report(f), messages, time.Minute, isEnded)
		}
		told := func(site string, urgent bool) []string {
			m := ring(site, urgent, 1)[0]
			return []string{m.Channel, m.SkipReason}
		}
		require.Equal(t, []string{"sms", ""}, told("mill", true))
		for _, m := range ring("mill", true, 2) { // no way is picked for what is not sent: each says why not
			require.Equal(t, "skipped frequency_capped", end(m), "the second of one site within the hour")
		}
		require.Equal(t, []string{"email", ""}, told("dock", false), "each site has its own count, and what is calm goes by email")
		clock.set("2026-03-02T10:30:00Z")
		require.Equal(t, []string{"email", ""}, told("mill", false), "an hour later there is room again")
		house.balanced()
	})
}
