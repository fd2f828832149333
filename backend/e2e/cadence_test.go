package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func held(m message) bool { return m.Status == "held" }

// TestWhatIsWantedDailyLeavesAsOneMessageForEachChannel tells it over the night in
// which London's clocks go back, with a restart and a Redis that forgets in the
// middle.
func TestWhatIsWantedDailyLeavesAsOneMessageForEachChannel(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		lasting := g.lasting(t)
		clock := clockAt("2026-10-24T12:00:00Z")
		stop := opened(t, lasting, clock)
		house := &caller{TB: t, url: "http://" + lasting["CLARION_LISTEN"], bearer: bootstrap}
		daily := map[string]any{"timezone": "Europe/London", "categories": map[string]any{"orders": map[string]any{"cadence": "daily"}}}
		house.want("ada", daily)
		write := func(title string) fact {
			return fact{Type: "note.made", To: []any{"ada"}, Data: map[string]any{"title": title}}
		}
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/templates/note", body: map[string]any{
			"name": "Note", "default_locale": "en", "channels": map[string]any{
				"email":  map[string]any{"en": map[string]any{"subject": "{{ data.title }}", "text": "About {{ data.title }}"}},
				"in_app": map[string]any{"en": map[string]any{"title": "{{ data.title }}", "body": "About it"}},
			},
		}})
		mail, inbox := sends("email"), sends("in_app")
		mail["template"], inbox["template"] = "note", "note"
		house.workflow("note.made", nil, mail, inbox)

		said := read[simulation](t, house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/simulate", body: map[string]any{"event": write("First")}}))
		for _, s := range said.Recipients[0].Steps {
			require.Equal(t, []string{"held", "2026-10-25T09:00:00Z"}, []string{s.Status, s.SendAt}, s.Channel)
		}
		var all sync.WaitGroup
		ids := make([]string, 20)
		for i := range ids {
			all.Go(func() { ids[i] = house.report(write("Note " + string(rune('A'+i)))) })
		}
		all.Wait()
		for _, id := range ids {
			for _, m := range house.settled(id, 2, time.Minute, held) {
				step, outcome, detail := house.last(m)
				require.Equal(t, []string{"cadence", "hold", "digested"}, []string{step, outcome, m.HeldFor})
				require.Contains(t, detail, "It waits in the daily digest until 09:00 on 25 October 2026 (Europe/London).")
			}
		}
		require.Len(t, list[message](house, "/v1/messages?status=held"), 2*len(ids), "what waits in a digest is found among what is held")
		brief := write("Brief")
		brief.ExpiresAt = "2026-10-24T20:00:00Z"
		short := house.report(brief)
		house.settled(short, 2, time.Minute, held)
		gone := house.report(write("Gone"))
		house.settled(gone, 2, time.Minute, held)
		house.must(http.StatusOK, ask{method: http.MethodPost, path: "/v1/events/" + gone + "/cancel"})
		for _, m := range house.settled(house.report(fact{Type: "system.down", To: []any{"ada"}}), 3, time.Minute, arrived) {
			require.Empty(t, m.HeldFor, "what is critical comes at once")
		}

		stop()
		if address := lasting["REDIS_URL"]; address != "" {
			flush(t, address)
		}
		opened(t, lasting, clock)
		clock.set("2026-10-25T08:00:00Z")
		house.settled(short, 2, time.Minute, func(m message) bool { return m.Status == "expired" })
		for _, id := range ids {
			house.settled(id, 2, time.Minute, held)
		}
		clock.set("2026-10-25T09:00:01Z")
		sent := map[string]int{}
		for _, id := range ids {
			for _, m := range house.settled(id, 2, time.Minute, isEnded) {
				if arrived(m) {
					sent[m.Channel]++
					said := fmt.Sprint(house.message(m.ID).Content)
					require.Contains(t, said, "Note A")
					require.NotContains(t, said, "Gone")
					continue
				}
				require.Equal(t, []string{"skipped", "digested"}, []string{m.Status, m.SkipReason})
			}
		}
		require.Equal(t, map[string]int{"email": 1, "in_app": 1}, sent)
		house.balanced()
	})
}

// TestAnOptOutBeforeTheDigestLeavesStopsIt has the person change their mind in the
// night that was to be gathered.
func TestAnOptOutBeforeTheDigestLeavesStopsIt(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-11-21T23:00:00Z")
		house := g.openAt(t, clock)
		house.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/categories/orders", body: map[string]any{"name": "Orders", "quiet_hours": "digest"}})
		night := map[string]any{"timezone": "Europe/London", "quiet_hours": map[string]any{"enabled": true, "start": "22:00", "end": "07:00"}}
		house.want("ada", night)
		order := fact{Type: "order.shipped", To: []any{"ada"}, Data: map[string]any{"order_id": "1001"}}
		first, second := house.report(order), house.report(order)
		for _, id := range []string{first, second} {
			for _, m := range house.settled(id, 5, time.Minute, held) {
				require.Equal(t, []string{"digested", "2026-11-22T07:00:00Z"}, []string{m.HeldFor, m.DueAt}, m.Channel)
			}
		}
		night["channels"] = map[string]bool{"sms": false}
		house.want("ada", night)
		clock.set("2026-11-22T07:00:01Z")
		ends := map[string]int{}
		for _, id := range []string{first, second} {
			for _, m := range house.settled(id, 5, time.Minute, isEnded) {
				if m.Channel == "sms" {
					require.Equal(t, []string{"skipped", "opted_out"}, []string{m.Status, m.SkipReason})
					continue
				}
				if arrived(m) {
					ends["arrived"]++
				} else {
					ends[m.SkipReason]++
				}
			}
		}
		require.Equal(t, map[string]int{"arrived": 4, "digested": 4}, ends)
		house.balanced()
	})
}
