package preference_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return moment.UTC()
}

func TestQuietHoursFollowTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zone, start, end string
		days             []string
		at, until        string // until is empty when it is not quiet
	}{
		"before they begin":                   {"Europe/London", "22:00", "07:00", nil, "2026-11-21T21:59:59Z", ""},
		"from their first moment":             {"Europe/London", "22:00", "07:00", nil, "2026-11-21T22:00:00Z", "2026-11-22T07:00:00Z"},
		"across midnight":                     {"Europe/London", "22:00", "07:00", nil, "2026-11-22T00:00:00Z", "2026-11-22T07:00:00Z"},
		"until their last moment":             {"Europe/London", "22:00", "07:00", nil, "2026-11-22T06:59:59Z", "2026-11-22T07:00:00Z"},
		"and no longer":                       {"Europe/London", "22:00", "07:00", nil, "2026-11-22T07:00:00Z", ""},
		"within one day":                      {"Europe/London", "12:00", "14:00", nil, "2026-11-21T13:00:00Z", "2026-11-21T14:00:00Z"},
		"until midnight":                      {"Europe/London", "20:00", "00:00", nil, "2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z"},
		"on a day that is named":              {"Europe/London", "22:00", "07:00", []string{"sat"}, "2026-11-21T23:00:00Z", "2026-11-22T07:00:00Z"},
		"on into the next day":                {"Europe/London", "22:00", "07:00", []string{"sat"}, "2026-11-22T03:00:00Z", "2026-11-22T07:00:00Z"},
		"not on another day":                  {"Europe/London", "22:00", "07:00", []string{"sat"}, "2026-11-22T23:00:00Z", ""},
		"fourteen hours ahead":                {"Pacific/Kiritimati", "22:00", "07:00", []string{"sun"}, "2026-11-22T09:00:00Z", "2026-11-22T17:00:00Z"},
		"twelve hours behind":                 {"Etc/GMT+12", "22:00", "07:00", []string{"sat"}, "2026-11-22T12:00:00Z", "2026-11-22T19:00:00Z"},
		"a short night in spring":             {"Europe/London", "22:00", "07:00", nil, "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"},
		"a long night in autumn":              {"Europe/London", "22:00", "07:00", nil, "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"},
		"a start that is jumped over":         {"Europe/London", "01:30", "05:00", nil, "2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"},
		"not before that jump":                {"Europe/London", "01:30", "05:00", nil, "2026-03-29T00:59:59Z", ""},
		"an end that is jumped over":          {"Europe/London", "23:00", "01:30", nil, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
		"the first of two starts":             {"Europe/London", "01:30", "05:00", nil, "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z"},
		"the last of two ends":                {"Europe/London", "23:00", "01:30", nil, "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"},
		"a half-hour zone":                    {"Asia/Kolkata", "22:00", "07:00", nil, "2026-11-21T16:30:00Z", "2026-11-22T01:30:00Z"},
		"to the edge of a day that never was": {"Pacific/Apia", "22:00", "07:00", nil, "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(test.zone)
			require.NoError(t, err)
			until, quiet := preference.QuietUntil(&notify.QuietWindow{Enabled: true, Start: test.start, End: test.end, Days: test.days}, zone, at(t, test.at))
			require.Equal(t, test.until != "", quiet)
			if quiet {
				require.Equal(t, at(t, test.until), until)
			}
		})
	}
	_, quiet := preference.QuietUntil(&notify.QuietWindow{Start: "00:00", End: "23:59"}, time.UTC, noon)
	require.False(t, quiet, "what is switched off is not kept")
	_, quiet = preference.QuietUntil(nil, time.UTC, noon)
	require.False(t, quiet)
}

// TestQuietHoursEndWhenTheySay walks through years of many zones: whenever it is
// quiet, it stays quiet until the end that was told, and then is not.
func TestQuietHoursEndWhenTheySay(t *testing.T) {
	t.Parallel()
	zones := []string{"Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Shanghai", "America/Santiago", "Africa/Casablanca", "Pacific/Chatham"}
	clockTimes := rapid.Custom(func(t *rapid.T) string {
		return time.Date(2000, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, time.UTC).Format("15:04")
	})
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		q := &notify.QuietWindow{Enabled: true, Start: clockTimes.Draw(t, "start"), End: clockTimes.Draw(t, "end")}
		moment := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*60).Draw(t, "minute")) * time.Minute)
		until, quiet := preference.QuietUntil(q, zone, moment)
		if !quiet {
			return
		}
		require.True(t, until.After(moment))
		require.LessOrEqual(t, until.Sub(moment), 26*time.Hour)
		same, still := preference.QuietUntil(q, zone, until.Add(-time.Nanosecond))
		require.True(t, still)
		require.Equal(t, until, same)
		if next, again := preference.QuietUntil(q, zone, until); again {
			require.Less(t, until.Sub(moment), next.Sub(moment))
		}
	})
}

func TestAPolicySaysWhatQuietHoursMean(t *testing.T) {
	t.Parallel()
	wake := at(t, "2026-11-21T14:00:00Z")
	for name, test := range map[string]struct {
		policy   notify.QuietPolicy
		critical bool
		expires  time.Time
		want     notify.WishAnswer
	}{
		"nothing said holds":                  {"", false, time.Time{}, notify.WishAnswer{Until: wake, Rule: "preference:quiet_hours", Detail: "Quiet hours last until 14:00 on 21 November 2026 (Europe/London)."}},
		"hold, but not beyond its own expiry": {notify.QuietHold, false, wake.Add(-time.Hour), notify.WishAnswer{Until: wake.Add(-time.Hour), Rule: "preference:quiet_hours", Detail: "Quiet hours last until 14:00 on 21 November 2026 (Europe/London)."}},
		"drop":                                {notify.QuietDrop, false, time.Time{}, notify.WishAnswer{Skip: notify.QuietHours, Rule: "preference:quiet_hours", Detail: "Quiet hours last until 14:00 on 21 November 2026 (Europe/London). The category news does not wait for their end."}},
		"pass":                                {notify.QuietPass, false, time.Time{}, notify.WishAnswer{Rule: "category:news", Detail: "Quiet hours last until 14:00 on 21 November 2026 (Europe/London). The category news passes over them."}},
		"critical passes whatever the policy": {notify.QuietDrop, true, time.Time{}, notify.WishAnswer{Rule: "workflow:weekly", Detail: "Critical: Quiet hours last until 14:00 on 21 November 2026 (Europe/London). It is sent all the same."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wish := preference.Resolve(notify.WishQuestion{
				Timezone: "Europe/London", Workflow: "weekly", Critical: test.critical, Channel: notify.SMS, At: noon,
				Category: notify.Category{Key: "news", CategoryPolicy: notify.CategoryPolicy{QuietHours: test.policy}},
				Choices:  notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: "11:00", End: "14:00"}},
			})
			require.Equal(t, test.want, wish.Timely(test.expires))
		})
	}
}
