package e2e_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// planned is one planned time of a schedule and what became of it.
type planned struct {
	Status, Ref string
	Tries       int
}

// once makes a schedule that happens once.
func (c *caller) once(at string, target map[string]any) string {
	c.Helper()
	body := map[string]any{"name": "Once", "rule": map[string]any{"kind": "once", "at": at}, "missed": "once", "target": target}
	return read[struct{ ID string }](c, c.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/schedules", body: body})).ID
}

// planTogether makes schedules for one time in a house that is gone before it. Where
// that took too long, another house has longer.
func planTogether(t *testing.T, g ground, targets map[string]map[string]any) (settings, map[string]string) {
	t.Helper()
	for ahead := 4 * time.Second; ; ahead *= 2 {
		lasting, schedules := g.lasting(t), map[string]string{}
		before := start(t, lasting)
		due := time.Now().Add(ahead)
		for kind, target := range targets {
			schedules[kind] = before.admin().once(due.UTC().Format(time.RFC3339Nano), target)
		}
		before.kill()
		if time.Now().Before(due) {
			return lasting, schedules
		}
		t.Logf("planning took longer than %s", ahead)
	}
}

// TestAScheduleFiresOnceWhereverTheProcessDies kills the process between what is
// written down and what is caused, and between that and writing down that it was.
// One schedule causes an event, one a notification: both reach their vendor once.
func TestAScheduleFiresOnceWhereverTheProcessDies(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		for point, tries := range map[string]int{"after_plan": 1, "after_fire": 2} {
			t.Run(point, func(t *testing.T) {
				t.Parallel()
				targets := map[string]map[string]any{
					"event":        {"kind": "event", "type": "account.created", "to": []string{"ada"}},
					"notification": text("sms", "By a schedule"),
				}
				targets["notification"]["kind"] = "notification"
				lasting, schedules := planTogether(t, g, targets)
				start(t, lasting.with(settings{"CLARION_KILL_POINT": point})).diesByItself(time.Minute)

				revived := start(t, lasting)
				house := revived.admin()
				caused, most := map[string]string{}, 0
				for kind, id := range schedules {
					var fires []planned
					await(t, time.Minute, "the schedule to happen", func() bool {
						fires = list[planned](house, "/v1/schedules/"+id+"/fires")
						return len(fires) == 1 && fires[0].Status == "fired"
					})
					caused[kind], most = fires[0].Ref, max(most, fires[0].Tries)
				}
				t.Logf("both had happened %s after the restart", time.Since(revived.begun))
				require.Equal(t, tries, most, "it died where it was to die")
				house.settled(caused["event"], 2, time.Minute, arrived)
				m := house.settled(caused["notification"], 1, time.Minute, arrived)[0]
				require.Equal(t, "By a schedule", house.message(m.ID).Content["text"])

				var events []string
				for _, e := range list[event](house, "/v1/events") {
					events = append(events, e.ID)
				}
				require.ElementsMatch(t, slices.Collect(maps.Values(caused)), events, "nothing is caused twice")
				received := list[struct{ Channel string }](house, "/v1/sandbox/messages")
				require.Len(t, received, 2, "an email and a text")
				require.Len(t, house.calls(), 2, "each by one call")
				house.balanced()
			})
		}
	})
}
