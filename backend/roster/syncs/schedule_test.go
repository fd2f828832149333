package syncs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/recur"
)

func TestWhenASyncIsDue(t *testing.T) {
	t.Parallel()
	by := func(zone string, rule recur.Rule) Schedule { return Schedule{Rule: &rule, Zone: zone} }
	daily := func(at, zone string) Schedule { return by(zone, recur.Rule{Kind: recur.Daily, Times: []string{at}}) }
	for name, c := range map[string]struct {
		schedule Schedule
		after    string
		want     []string
	}{
		"by hand never":                        {Schedule{}, "2026-11-21T09:00:00Z", []string{""}},
		"every so many minutes":                {by("", recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: 90, Unit: "minute"}}), "2026-11-21T09:00:00Z", []string{"2026-11-21T10:30:00Z", "2026-11-21T12:00:00Z"}},
		"not twice at the same minute":         {daily("09:00", "UTC"), "2026-11-21T09:00:00Z", []string{"2026-11-22T09:00:00Z"}},
		"by the clock of a zone":               {daily("00:30", "Asia/Shanghai"), "2026-11-21T16:00:00Z", []string{"2026-11-21T16:30:00Z"}},
		"an hour that is skipped":              {daily("02:30", "Europe/Paris"), "2027-03-27T12:00:00Z", []string{"2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"}},
		"an hour that comes twice counts once": {daily("02:30", "Europe/Paris"), "2027-10-30T12:00:00Z", []string{"2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"}},
		"on days of the week":                  {by("UTC", recur.Rule{Kind: recur.Weekly, Weekdays: []string{"mon"}, Times: []string{"06:00"}}), "2026-11-21T09:00:00Z", []string{"2026-11-23T06:00:00Z", "2026-11-30T06:00:00Z"}},
		"by a cron expression":                 {by("UTC", recur.Rule{Kind: recur.Cron, Cron: "15 3 1 * *"}), "2026-11-21T09:00:00Z", []string{"2026-12-01T03:15:00Z"}},
		"every second day, of its writing":     {by("UTC", recur.Rule{Kind: recur.RRule, RRule: "FREQ=DAILY;INTERVAL=2;BYHOUR=4;BYMINUTE=0;BYSECOND=0"}), "2026-11-21T09:00:00Z", []string{"2026-11-22T04:00:00Z", "2026-11-24T04:00:00Z"}},
		"once, and never again":                {by("UTC", recur.Rule{Kind: recur.Once, At: "2026-12-24T18:00"}), "2026-11-21T09:00:00Z", []string{"2026-12-24T18:00:00Z", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, c.after)
			require.NoError(t, err)
			written := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
			for _, want := range c.want {
				at = c.schedule.next(at, written)
				if want == "" {
					require.True(t, at.IsZero())
					continue
				}
				require.Equal(t, want, at.UTC().Format(time.RFC3339))
			}
		})
	}
}

func TestAScheduleOfASyncIsCheckedByTheNamesItsWriterUsed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	every := func(n int, unit string) *recur.Rule {
		return &recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: n, Unit: unit}}
	}
	daily := &recur.Rule{Kind: recur.Daily, Times: []string{"03:30"}}
	for name, c := range map[string]struct {
		given, kept Schedule
		path        string
	}{
		"nothing is by hand":            {Schedule{}, Schedule{}, ""},
		"the old manual":                {Schedule{Kind: "manual", Minutes: 60, At: "03:30", Zone: "UTC"}, Schedule{}, ""},
		"the old every":                 {Schedule{Kind: "every", Minutes: 60, Zone: "UTC"}, Schedule{Rule: every(60, "minute")}, ""},
		"the old daily":                 {Schedule{Kind: "daily", At: "03:30", Zone: "Europe/Paris"}, Schedule{Rule: daily, Zone: "Europe/Paris"}, ""},
		"a rule":                        {Schedule{Rule: daily, Zone: "Europe/Paris"}, Schedule{Rule: daily, Zone: "Europe/Paris"}, ""},
		"an interval needs no zone":     {Schedule{Rule: every(1, "hour")}, Schedule{Rule: every(1, "hour")}, ""},
		"the old every too often":       {Schedule{Kind: "every", Minutes: 4}, Schedule{}, "schedule.minutes"},
		"the old daily at no time":      {Schedule{Kind: "daily", At: "3", Zone: "UTC"}, Schedule{}, "schedule.at"},
		"the old daily nowhere":         {Schedule{Kind: "daily", At: "03:30", Zone: "Mars"}, Schedule{}, "schedule.zone"},
		"an unknown kind":               {Schedule{Kind: "hourly"}, Schedule{}, "schedule.kind"},
		"both ways at once":             {Schedule{Kind: "daily", Rule: daily, Zone: "UTC"}, Schedule{}, "schedule.kind"},
		"a rule at no time":             {Schedule{Rule: &recur.Rule{Kind: recur.Daily, Times: []string{"x"}}, Zone: "UTC"}, Schedule{}, "schedule.rule.times[0]"},
		"a rule nowhere":                {Schedule{Rule: daily}, Schedule{}, "schedule.zone"},
		"no sync runs every minute":     {Schedule{Rule: every(1, "minute")}, Schedule{}, "schedule.rule"},
		"nor at two times next to it":   {Schedule{Rule: &recur.Rule{Kind: recur.Daily, Times: []string{"03:30", "03:31"}}, Zone: "UTC"}, Schedule{}, "schedule.rule"},
		"nor by cron, at minutes of it": {Schedule{Rule: &recur.Rule{Kind: recur.Cron, Cron: "* 3 * * *"}, Zone: "UTC"}, Schedule{}, "schedule.rule"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults notify.Invalid
			kept := c.given.settled(now, &faults)
			if c.path == "" {
				require.NoError(t, faults.Err())
				require.Equal(t, c.kept, kept)
				require.True(t, kept.same(kept.settled(now, &faults)), "settled again it is the same")
				return
			}
			require.Len(t, faults.Fields, 1)
			require.Equal(t, c.path, faults.Fields[0].Path)
		})
	}
}
