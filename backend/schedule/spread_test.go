package schedule

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/recur"
)

type still time.Time

func (s still) Now() time.Time { return time.Time(s) }

func TestTheNextTimesOfEachOwnClockAreSpreadOverTheEarth(t *testing.T) {
	t.Parallel()
	// The clocks of America are set forward at 02:00 on the 14th.
	now := time.Date(2027, 3, 14, 10, 0, 0, 0, time.UTC)
	d := &Desk{Clock: still(now)}
	list, err := d.Preview(t.Context(), Plan{Zone: Recipient, Rule: recur.Rule{Kind: recur.Daily, Times: []string{"02:30"}}}, 2)
	require.NoError(t, err)
	require.Len(t, list, 2)
	first := list[0]
	require.Equal(t, "2027-03-14T02:30:00", first.Local, "clocks in the west have still to show it")
	require.Equal(t, time.Date(2027, 3, 13, 12, 30, 0, 0, time.UTC), first.Spread.First)
	require.Equal(t, time.Date(2027, 3, 14, 14, 30, 0, 0, time.UTC), first.Spread.Last)
	at := map[string]ZoneMoment{}
	for _, m := range first.Spread.Zones {
		require.False(t, m.At.Before(first.Spread.First) || m.At.After(first.Spread.Last), m.Zone)
		at[m.Zone] = m
	}
	require.Equal(t, time.Date(2027, 3, 13, 17, 30, 0, 0, time.UTC), at["Asia/Tokyo"].At)
	require.Equal(t, time.Date(2027, 3, 14, 1, 30, 0, 0, time.UTC), at["Europe/Berlin"].At)
	require.Nil(t, at["Europe/Berlin"].Note)
	require.Equal(t, time.Date(2027, 3, 14, 7, 0, 0, 0, time.UTC), at["America/New_York"].At, "when the clocks are set forward")
	require.Equal(t, recur.Skipped, at["America/New_York"].Note.Code)
	require.Nil(t, list[1].Spread.Zones[8].Note, "the day after it is there again")

	plain, err := d.Preview(t.Context(), Plan{Zone: "Europe/Berlin", Rule: recur.Rule{Kind: recur.Daily, Times: []string{"02:30"}}}, 1)
	require.NoError(t, err)
	require.Nil(t, plain[0].Spread)
	require.Equal(t, "2027-03-15T02:30:00", plain[0].Local)
}

func TestAWallThatIsUnderWayStandsInTheCalendarOnce(t *testing.T) {
	t.Parallel()
	wall := "2026-11-22T09:00:00"
	east := time.Date(2026, 11, 21, 19, 0, 0, 0, time.UTC)
	c := Calendar{Entries: []Entry{{ID: "sch_1", At: east, Wall: wall, Status: string(Fired)}}}
	c.Entries[0].worse(Planned{PlannedAt: east.Add(-time.Hour), Status: Failed})
	require.Equal(t, Entry{ID: "sch_1", At: east.Add(-time.Hour), Wall: wall, Status: string(Failed)}, c.Entries[0])
	c.Entries[0].worse(Planned{PlannedAt: east, Status: Fired})
	require.Equal(t, string(Failed), c.Entries[0].Status, "it went as the worst of it")
	require.True(t, c.underWay(Entry{ID: "sch_1", Wall: wall}))
	require.Equal(t, string(Failed), c.Entries[0].Status)
	c.Entries[0].Status = string(Fired)
	require.True(t, c.underWay(Entry{ID: "sch_1", Wall: wall}))
	require.Equal(t, string(Due), c.Entries[0].Status, "others have still to have it")
	require.False(t, c.underWay(Entry{ID: "sch_1", Wall: "2026-11-23T09:00:00"}))
}
