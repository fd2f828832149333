package syncs

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhenASyncIsDue(t *testing.T) {
	t.Parallel()
	daily := func(at, zone string) Schedule { return Schedule{Kind: Daily, At: at, Zone: zone} }
	for name, c := range map[string]struct {
		schedule Schedule
		after    string
		want     []string
	}{
		"by hand never":                        {Schedule{Kind: Manual}, "2026-11-21T09:00:00Z", []string{""}},
		"every so many minutes":                {Schedule{Kind: Every, Minutes: 90}, "2026-11-21T09:00:00Z", []string{"2026-11-21T10:30:00Z", "2026-11-21T12:00:00Z"}},
		"later the same day":                   {daily("09:30", "UTC"), "2026-11-21T09:00:00Z", []string{"2026-11-21T09:30:00Z", "2026-11-22T09:30:00Z"}},
		"not twice at the same minute":         {daily("09:00", "UTC"), "2026-11-21T09:00:00Z", []string{"2026-11-22T09:00:00Z"}},
		"by the clock of a zone":               {daily("00:30", "Asia/Shanghai"), "2026-11-21T16:00:00Z", []string{"2026-11-21T16:30:00Z"}},
		"a date ahead of ours":                 {daily("00:15", "Pacific/Kiritimati"), "2026-11-21T09:00:00Z", []string{"2026-11-21T10:15:00Z", "2026-11-22T10:15:00Z"}},
		"an hour that is skipped comes later":  {daily("02:30", "Europe/Paris"), "2027-03-27T12:00:00Z", []string{"2027-03-28T01:30:00Z", "2027-03-29T00:30:00Z"}},
		"an hour that comes twice counts once": {daily("02:30", "Europe/Paris"), "2027-10-30T12:00:00Z", []string{"2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"}},
		"a half hour that is skipped":          {daily("02:10", "Australia/Lord_Howe"), "2027-10-02T12:00:00Z", []string{"2027-10-02T15:40:00Z", "2027-10-03T15:10:00Z"}},
		"a half hour that comes twice":         {daily("01:45", "Australia/Lord_Howe"), "2027-04-03T12:00:00Z", []string{"2027-04-03T14:45:00Z", "2027-04-04T15:15:00Z"}},
		"clocks that change at midnight":       {daily("00:00", "America/Santiago"), "2027-09-04T12:00:00Z", []string{"2027-09-05T04:00:00Z", "2027-09-06T03:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, c.after)
			require.NoError(t, err)
			for _, want := range c.want {
				at = c.schedule.next(at)
				if want == "" {
					require.True(t, at.IsZero())
					continue
				}
				require.Equal(t, want, at.UTC().Format(time.RFC3339))
			}
		})
	}
}
