package preference_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

// gathered asks about the category news, by email.
func gathered(choices notify.Preferences, zone string, at time.Time) notify.WishQuestion {
	return notify.WishQuestion{
		Category: notify.Category{Key: "news"}, Workflow: "weekly", Channel: notify.Email, Choices: choices, Timezone: zone, At: at,
	}
}

func wants(c notify.Cadence) notify.Preferences {
	return notify.Preferences{Categories: map[string]notify.CategoryPreference{"news": {Cadence: c}}}
}

func TestADigestLeavesByTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	early := notify.HouseRules{DigestAt: "02:30", DigestDay: "sun"}
	for name, test := range map[string]struct {
		cadence   notify.Cadence
		zone      string
		house     notify.HouseRules
		now, want string
	}{
		"hourly at the next full hour":                      {notify.Hourly, "Europe/London", notify.HouseRules{}, "2026-11-21T12:20:30Z", "2026-11-21T13:00:00Z"},
		"hourly at the full hour waits for the next":        {notify.Hourly, "Europe/London", notify.HouseRules{}, "2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"},
		"hourly where the clock is off by 45 minutes":       {notify.Hourly, "Asia/Kathmandu", notify.HouseRules{}, "2026-11-21T12:20:00Z", "2026-11-21T13:15:00Z"},
		"daily later today":                                 {notify.Daily, "Europe/London", notify.HouseRules{}, "2026-11-21T08:59:59Z", "2026-11-21T09:00:00Z"},
		"daily at the very moment is tomorrow's":            {notify.Daily, "Europe/London", notify.HouseRules{}, "2026-11-21T09:00:00Z", "2026-11-22T09:00:00Z"},
		"daily at the time of the house":                    {notify.Daily, "Europe/London", notify.HouseRules{DigestAt: "18:30"}, "2026-11-21T09:00:00Z", "2026-11-21T18:30:00Z"},
		"daily fourteen hours ahead":                        {notify.Daily, "Pacific/Kiritimati", notify.HouseRules{}, "2026-11-21T18:00:00Z", "2026-11-21T19:00:00Z"},
		"daily twelve hours behind":                         {notify.Daily, "Etc/GMT+12", notify.HouseRules{}, "2026-11-21T20:30:00Z", "2026-11-21T21:00:00Z"},
		"daily over the night in which clocks go forward":   {notify.Daily, "Europe/London", notify.HouseRules{}, "2026-03-28T10:00:00Z", "2026-03-29T08:00:00Z"},
		"daily over the night in which clocks go back":      {notify.Daily, "Europe/London", notify.HouseRules{}, "2026-10-24T10:00:00Z", "2026-10-25T09:00:00Z"},
		"daily in the hour that is left out is at the jump": {notify.Daily, "Europe/Berlin", early, "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z"},
		"daily in the hour that comes twice is the first":   {notify.Daily, "Europe/Berlin", early, "2026-10-24T22:30:00Z", "2026-10-25T00:30:00Z"},
		"and not the second too":                            {notify.Daily, "Europe/Berlin", early, "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		"weekly on Monday":                                  {notify.Weekly, "Europe/London", notify.HouseRules{}, "2026-11-21T12:00:00Z", "2026-11-23T09:00:00Z"},
		"weekly on Monday at nine is the next Monday":       {notify.Weekly, "Europe/London", notify.HouseRules{}, "2026-11-23T09:00:00Z", "2026-11-30T09:00:00Z"},
		"weekly on the day of the house":                    {notify.Weekly, "Europe/Berlin", early, "2026-11-16T12:00:00Z", "2026-11-22T01:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := gathered(wants(test.cadence), test.zone, at(t, test.now))
			q.House = test.house
			g := preference.Resolve(q).Gather
			require.NotNil(t, g)
			require.Equal(t, test.want, g.Until.Format(time.RFC3339))
			require.Equal(t, []any{test.cadence, "preference:cadence"}, []any{g.Cadence, g.Rule})
			require.Contains(t, g.Detail, "It waits in the "+string(test.cadence)+" digest until ")
		})
	}
}

func TestADigestDoesNotLeaveInQuietHours(t *testing.T) {
	t.Parallel()
	choices := wants(notify.Daily)
	choices.QuietHours = &notify.QuietWindow{Enabled: true, Start: "22:00", End: "10:30"}
	q := gathered(choices, "Europe/London", at(t, "2026-11-21T12:00:00Z"))
	require.Equal(t, "2026-11-22T10:30:00Z", preference.Resolve(q).Gather.Until.Format(time.RFC3339))
	late := gathered(choices, "Europe/London", at(t, "2026-11-22T09:30:00Z"))
	require.Equal(t, "2026-11-22T10:30:00Z", preference.Resolve(late).Gather.Until.Format(time.RFC3339), "today's has not left yet")
	q.Category.QuietHours = notify.QuietPass
	require.Equal(t, "2026-11-22T09:00:00Z", preference.Resolve(q).Gather.Until.Format(time.RFC3339))
}

func TestQuietHoursCanBeGatheredUntilTheirEnd(t *testing.T) {
	t.Parallel()
	choices := notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: "22:00", End: "07:00"}}
	q := gathered(choices, "Europe/London", at(t, "2026-11-21T23:00:00Z"))
	q.Category.QuietHours = notify.QuietDigest
	wish := preference.Resolve(q)
	require.Equal(t, notify.OnWake, wish.Gather.Cadence)
	require.Equal(t, "2026-11-22T07:00:00Z", wish.Gather.Until.Format(time.RFC3339))
	require.Contains(t, wish.Gather.Detail, "Quiet hours last until 07:00")
	require.Equal(t, wish.Gather.Until, wish.Timely(time.Time{}).Until, "what was queued before is held")

	q.At = at(t, "2026-11-21T12:00:00Z")
	require.Nil(t, preference.Resolve(q).Gather, "in the day it comes at once")
	q.At = at(t, "2026-11-21T23:00:00Z")
	q.Critical = true
	require.Nil(t, preference.Resolve(q).Gather, "what is critical is not gathered")
	q.Critical, q.Choices.Categories = false, wants(notify.Hourly).Categories
	require.Equal(t, notify.Hourly, preference.Resolve(q).Gather.Cadence, "a cadence gathers by day and by night")
	require.Equal(t, "2026-11-22T07:00:00Z", preference.Resolve(q).Gather.Until.Format(time.RFC3339))
}

func TestTheCategoryGathersForThoseWhoSaidNothing(t *testing.T) {
	t.Parallel()
	q := gathered(notify.Preferences{}, "", at(t, "2026-11-21T12:00:00Z"))
	q.Category.Cadence = notify.Weekly
	g := preference.Resolve(q).Gather
	require.Equal(t, "category:news", g.Rule)
	require.Contains(t, g.Detail, "The category news is sent weekly.")
	q.Choices = wants(notify.Instant)
	require.Nil(t, preference.Resolve(q).Gather, "who wants each at once gets each at once")
	q.Choices, q.Channel = notify.Preferences{}, notify.Webhook
	require.Nil(t, preference.Resolve(q).Gather, "what a system reads has no words to gather")
}

func TestWhatExpiresBeforeItsDigestSaysSo(t *testing.T) {
	t.Parallel()
	wish := preference.Resolve(gathered(wants(notify.Daily), "", at(t, "2026-11-21T12:00:00Z")))
	soon := at(t, "2026-11-21T13:00:00Z")
	require.Equal(t, soon, wish.Gathered(soon).Until)
	require.Contains(t, wish.Gathered(soon).Detail, "expires before that")
	require.Equal(t, wish.Gather.Until, wish.Gathered(time.Time{}).Until)
}

func TestTheHouseCapsThoseWhoSetNoCap(t *testing.T) {
	t.Parallel()
	q := gathered(notify.Preferences{}, "", noon)
	q.House.FrequencyCap = &notify.Cap{Max: 5, Per: notify.PerDay}
	require.Equal(t, []notify.WishCap{{Cap: notify.Cap{Max: 5, Per: notify.PerDay}, Rule: "settings:frequency_cap"}}, preference.Resolve(q).Caps)
	q.Choices.FrequencyCap = &notify.Cap{Max: 50, Per: notify.PerDay}
	require.Equal(t, "preference:frequency_cap", preference.Resolve(q).Caps[0].Rule)
}
