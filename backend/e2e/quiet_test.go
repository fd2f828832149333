package e2e_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// hands are a clock that can be set; from there it goes on by itself.
type hands struct {
	mu   sync.Mutex
	at   time.Time
	from time.Time
}

func clockAt(text string) *hands {
	h := &hands{}
	h.set(text)
	return h
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at.Add(time.Since(h.from))
}

func (h *hands) set(text string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.from = at, time.Now()
}

func (c *caller) want(recipient string, preferences map[string]any) {
	c.Helper()
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/recipients/" + recipient + "/preferences", body: preferences})
}

// last is the decision that settled a message's channel.
func (c *caller) last(m message) (step, outcome, detail string) {
	c.Helper()
	for _, d := range c.message(m.ID).Decisions {
		if d.Channel == m.Channel {
			step, outcome, detail = d.Step, d.Outcome, d.Detail
		}
	}
	return step, outcome, detail
}

// TestANightOfQuietHours is the night in which London's clocks go forward: it is
// one hour shorter.
func TestANightOfQuietHours(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-28T23:00:00Z")
		house := g.openAt(t, clock)
		night := map[string]any{"timezone": "Europe/London", "quiet_hours": map[string]any{"enabled": true, "start": "22:00", "end": "07:00"}}
		house.want("ada", night)
		order := fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": "1001"}}
		said := read[simulation](t, house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/simulate", body: map[string]any{"event": order}}))
		for _, s := range said.Recipients[0].Steps {
			require.Equal(t, []string{"held", "2026-03-29T06:00:00Z"}, []string{s.Status, s.SendAt}, s.Channel)
		}
		waits := func(m message) bool { return m.Status == "held" }
		parcel := house.report(order)
		for _, m := range house.settled(parcel, 5, time.Minute, waits) {
			step, outcome, detail := house.last(m)
			require.Equal(t, []string{"quiet hours", "hold"}, []string{step, outcome})
			require.Contains(t, detail, "07:00 on 29 March 2026 (Europe/London)")
			require.Equal(t, "quiet_hours", m.HeldFor)
			require.Equal(t, "2026-03-29T06:00:00Z", m.DueAt)
		}
		brief := order
		brief.ExpiresAt = "2026-03-29T02:00:00Z"
		short := house.report(brief)
		house.settled(short, 5, time.Minute, waits)
		for _, m := range house.settled(house.report(fact{Type: "system.down", To: []any{"ada"}}), 3, time.Minute, arrived) {
			critical := ""
			for _, d := range house.message(m.ID).Decisions {
				if d.Channel == m.Channel && d.Step == "quiet hours" {
					critical = d.Detail
				}
			}
			require.Contains(t, critical, "Critical: Quiet hours last until", "it passes, and says so")
		}
		called := len(house.calls())

		night["channels"] = map[string]bool{"sms": false}
		house.want("ada", night)
		clock.set("2026-03-29T02:00:01Z")
		house.settled(short, 5, time.Minute, func(m message) bool { return m.Status == "expired" })
		require.Len(t, house.calls(), called, "nobody was disturbed")
		clock.set("2026-03-29T06:00:01Z")
		for _, m := range house.settled(parcel, 5, time.Minute, isEnded) {
			if m.Channel == "sms" {
				require.Equal(t, []string{"skipped", "opted_out"}, []string{m.Status, m.SkipReason}, "the opt-out came in the night")
				step, outcome, _ := house.last(m)
				require.Equal(t, []string{"preference", "skip"}, []string{step, outcome})
				require.Empty(t, house.message(m.ID).Attempts)
				continue
			}
			require.True(t, arrived(m), "%s is %s", m.Channel, m.Status)
		}
		house.balanced()
	})
}

// TestAnOptOutBetweenQueueingAndSendingStopsTheSend has the vendor fail while
// the recipient makes up their mind.
func TestAnOptOutBetweenQueueingAndSendingStopsTheSend(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-11-21T12:00:00Z")
		house := g.openAt(t, clock)
		vendors := func(fault string) {
			for _, vendor := range []string{"twilio", "sns"} {
				house.fault(map[string]any{"provider": vendor, "fault": fault, "status": 503})
			}
		}
		vendors("status")
		id, _ := house.notify(notice{
			"to": []string{"ada"}, "content": map[string]any{"text": "Hello", "title": "Hello", "body": "Hello"}, "channels": []string{"sms"}, "category": "orders",
		})
		await(t, time.Minute, "the vendor refused the message", func() bool {
			list := house.messagesOf(id)
			return len(list) == 1 && len(house.message(list[0].ID).Attempts) > 0
		})
		house.want("ada", map[string]any{"channels": map[string]bool{"sms": false}})
		vendors("none")
		clock.set("2026-11-21T13:00:00Z")
		m := house.settled(id, 1, time.Minute, isEnded)[0]
		require.Equal(t, []string{"skipped", "opted_out"}, []string{m.Status, m.SkipReason})
		for _, call := range house.calls() {
			require.False(t, call.accepted(), "nothing was sent")
		}
		house.balanced()
	})
}

// TestACapHoldsForAllSourcesTogether sends twenty at once to one person.
func TestACapHoldsForAllSourcesTogether(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-11-21T12:00:00Z")
		house := g.openAt(t, clock)
		house.want("ada", map[string]any{"frequency_cap": map[string]any{"max": 3, "per": "day"}})
		var all sync.WaitGroup
		ids := make([]string, 20)
		for i := range ids {
			all.Go(func() { ids[i], _ = house.notify(text("email", "One of twenty")) })
		}
		all.Wait()
		outcomes := map[string]int{}
		for _, id := range ids {
			m := house.settled(id, 1, time.Minute, isEnded)[0]
			outcomes[m.Status+" "+m.SkipReason]++
		}
		require.Equal(t, 17, outcomes["skipped frequency_capped"])
		require.Len(t, house.calls(), 3)
		clock.set("2026-11-22T12:10:00Z")
		id, _ := house.notify(text("email", "A day later"))
		require.True(t, arrived(house.settled(id, 1, time.Minute, isEnded)[0]))
		house.balanced()
	})
}
