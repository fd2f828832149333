package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAScheduleSubmitsACopyOfABroadcastEachTime has a weekly broadcast happen
// twice: each copy waits for a second person.
func TestAScheduleSubmitsACopyOfABroadcastEachTime(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		clock := clockAt("2026-03-02T09:00:00Z")
		house := g.openAt(t, clock)
		plan := map[string]any{
			"name": "News", "audience": map[string]any{"everybody": true}, "channels": []string{"in_app"}, "category": "orders",
			"content": map[string]any{"title": "News of the week", "body": "All is well."},
		}
		pattern := read[broadcast](t, house.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/broadcasts", body: plan}))
		rule := map[string]any{"kind": "weekly", "weekdays": []string{"mon"}, "times": []string{"10:00"}}
		weekly := func(target map[string]any) ask {
			return ask{method: http.MethodPost, path: "/v1/schedules", body: map[string]any{"name": "Weekly", "rule": rule, "zone": "UTC", "target": target}}
		}
		unknown := house.must(http.StatusUnprocessableEntity, weekly(map[string]any{"kind": "broadcast", "broadcast": "bct_none"}))
		require.Contains(t, string(unknown.raw), "target.broadcast")
		made := read[struct{ ID string }](t, house.must(http.StatusCreated, weekly(map[string]any{"kind": "broadcast", "broadcast": pattern.ID})))

		type fired struct{ Status, Ref string }
		seen := map[string]bool{}
		for n, at := range []string{"2026-03-02T10:00:05Z", "2026-03-09T10:00:05Z"} {
			clock.set(at)
			var fires []fired
			await(house, time.Minute, "the schedule to happen", func() bool {
				fires = list[fired](house, "/v1/schedules/"+made.ID+"/fires")
				return len(fires) == n+1 && fires[0].Status == "fired"
			})
			b := house.untilFrozen(fires[0].Ref)
			require.NotEqual(t, pattern.ID, b.ID)
			require.False(t, seen[b.ID])
			require.Positive(t, b.People)
			seen[b.ID] = true
		}
		require.Equal(t, "draft", get[broadcast](house, "/v1/broadcasts/"+pattern.ID).State)
		require.Len(t, list[broadcast](house, "/v1/broadcasts"), 3)
	})
}
