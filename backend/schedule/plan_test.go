package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/recur"
)

func hour(h int) time.Time { return time.Date(2026, 11, 22, h, 0, 0, 0, time.UTC) }

// hourly is due at nine, and every hour from then on.
func hourly(missed Missed) Schedule {
	return Schedule{
		ID: "sch_1", State: Active, NextAt: hour(9), Anchor: hour(0),
		Plan: Plan{Rule: recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: 1, Unit: "hour"}}, Zone: "UTC", Missed: missed},
	}
}

func TestWhatWasMissedFollowsThePolicy(t *testing.T) {
	t.Parallel()
	soon := 2 * time.Second
	type row struct {
		status Status
		at     int
		missed int
	}
	for name, c := range map[string]struct {
		missed Missed
		now    time.Time
		want   []row
		next   int
	}{
		"in time, left out":              {Skip, hour(9).Add(soon), []row{{Due, 9, 0}}, 10},
		"in time, once":                  {RunOnce, hour(9).Add(soon), []row{{Due, 9, 0}}, 10},
		"in time, made up for":           {CatchUp, hour(9).Add(soon), []row{{Due, 9, 0}}, 10},
		"a missed hour is left out":      {Skip, hour(9).Add(30 * time.Minute), []row{{Skipped, 9, 1}}, 10},
		"a missed hour counts once":      {RunOnce, hour(9).Add(30 * time.Minute), []row{{Due, 9, 0}}, 10},
		"a missed hour is made up for":   {CatchUp, hour(9).Add(30 * time.Minute), []row{{Due, 9, 0}}, 10},
		"missed hours are left out":      {Skip, hour(12).Add(30 * time.Minute), []row{{Skipped, 9, 4}}, 13},
		"the last missed hour counts":    {RunOnce, hour(12).Add(30 * time.Minute), []row{{Skipped, 9, 3}, {Due, 12, 0}}, 13},
		"missed hours are made up for":   {CatchUp, hour(12).Add(30 * time.Minute), []row{{Due, 9, 0}, {Due, 10, 0}, {Due, 11, 0}, {Due, 12, 0}}, 13},
		"one that is in time still is":   {Skip, hour(12).Add(soon), []row{{Skipped, 9, 3}, {Due, 12, 0}}, 13},
		"and counts for all before":      {RunOnce, hour(12).Add(soon), []row{{Skipped, 9, 3}, {Due, 12, 0}}, 13},
		"a minute late is not missed":    {Skip, hour(9).Add(time.Minute), []row{{Due, 9, 0}}, 10},
		"more than a minute late is one": {Skip, hour(9).Add(time.Minute + 1), []row{{Skipped, 9, 1}}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := plan(hourly(c.missed), c.now)
			var got []row
			for _, p := range m.Planned {
				require.Equal(t, p.Status == Skipped, p.Reason != "")
				got = append(got, row{p.Status, p.PlannedAt.Hour(), p.Missed})
			}
			require.Equal(t, c.want, got)
			require.Equal(t, hour(c.next), m.Schedule.NextAt)
			require.Equal(t, Active, m.Schedule.State)
		})
	}
}

func TestALongTimeIsMadeUpForInParts(t *testing.T) {
	t.Parallel()
	for missed, want := range map[Missed]map[Status]int{
		Skip: {Skipped: 2500}, RunOnce: {Skipped: 2499, Due: 1}, CatchUp: {Due: 2500},
	} {
		s := hourly(missed)
		now := s.NextAt.Add(2499*time.Hour + 30*time.Minute)
		got, looks := map[Status]int{}, 0
		for ; !s.NextAt.After(now); looks++ {
			m := plan(s, now)
			for _, p := range m.Planned {
				got[p.Status] += max(1, p.Missed)
			}
			s = m.Schedule
		}
		require.Equal(t, want, got, missed)
		require.Equal(t, 3, looks)
		require.Equal(t, want[Due], s.Fires)
	}
}

func TestAScheduleEnds(t *testing.T) {
	t.Parallel()
	most := hourly(CatchUp)
	most.MaxFires, most.Fires = 5, 3
	m := plan(most, hour(12))
	require.Equal(t, Ended, m.Schedule.State)
	require.Len(t, m.Planned, 2, "it has fired often enough")
	require.Equal(t, 5, m.Schedule.Fires)
	require.Equal(t, hour(10), m.Schedule.LastAt)
	require.True(t, m.Schedule.NextAt.IsZero())

	until := hourly(CatchUp)
	until.EndsAt = hour(10)
	m = plan(until, hour(9))
	require.Equal(t, Active, m.Schedule.State)
	m = plan(m.Schedule, hour(10))
	require.Equal(t, Ended, m.Schedule.State)
	require.Len(t, m.Planned, 1, "the end belongs to it")

	lost := hourly(Skip)
	lost.Zone = "Mars/Olympus"
	m = plan(lost, hour(9))
	require.Equal(t, Paused, m.Schedule.State)
	require.Contains(t, m.Schedule.Reason, "Mars/Olympus")
}
