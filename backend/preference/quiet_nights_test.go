package preference_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/preference"
)

// nights are quiet hours by the clock on the wall, and from when to when they last.
var nights = map[string]struct{ zone, start, end, from, wake string }{
	"an ordinary night across midnight":        {"Europe/London", "22:00", "07:00", "2026-11-21T22:00:00Z", "2026-11-22T07:00:00Z"},
	"a rest within one day":                    {"Europe/London", "12:00", "14:00", "2026-11-21T12:00:00Z", "2026-11-21T14:00:00Z"},
	"London goes forward: one hour less":       {"Europe/London", "22:00", "07:00", "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z"},
	"London goes back: one hour more":          {"Europe/London", "22:00", "07:00", "2026-10-24T21:00:00Z", "2026-10-25T07:00:00Z"},
	"New York goes forward":                    {"America/New_York", "22:00", "07:00", "2026-03-08T03:00:00Z", "2026-03-08T11:00:00Z"},
	"New York goes back":                       {"America/New_York", "22:00", "07:00", "2026-11-01T02:00:00Z", "2026-11-01T12:00:00Z"},
	"Sydney goes back in April":                {"Australia/Sydney", "22:00", "07:00", "2026-04-04T11:00:00Z", "2026-04-04T21:00:00Z"},
	"Sydney goes forward in October":           {"Australia/Sydney", "22:00", "07:00", "2026-10-03T12:00:00Z", "2026-10-03T20:00:00Z"},
	"Lord Howe goes back by half an hour":      {"Australia/Lord_Howe", "22:00", "07:00", "2026-04-04T11:00:00Z", "2026-04-04T20:30:00Z"},
	"Lord Howe goes forward by half an hour":   {"Australia/Lord_Howe", "22:00", "07:00", "2026-10-03T11:30:00Z", "2026-10-03T20:00:00Z"},
	"Santiago jumps over midnight":             {"America/Santiago", "00:00", "06:00", "2026-09-06T04:00:00Z", "2026-09-06T09:00:00Z"},
	"it begins in the hour that is left out":   {"Europe/Berlin", "02:30", "05:00", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"},
	"it ends in the hour that is left out":     {"Europe/Berlin", "22:00", "02:30", "2026-03-28T21:00:00Z", "2026-03-29T01:00:00Z"},
	"it begins in the hour that comes twice":   {"Europe/Berlin", "02:30", "05:00", "2026-10-25T00:30:00Z", "2026-10-25T04:00:00Z"},
	"it ends in the hour that comes twice":     {"Europe/Berlin", "22:00", "02:30", "2026-10-24T20:00:00Z", "2026-10-25T01:30:00Z"},
	"fourteen hours ahead, today is yesterday": {"Pacific/Kiritimati", "22:00", "07:00", "2026-11-21T08:00:00Z", "2026-11-21T17:00:00Z"},
	"twelve hours behind, today is tomorrow":   {"Etc/GMT+12", "22:00", "07:00", "2026-11-22T10:00:00Z", "2026-11-22T19:00:00Z"},
	"Chatham, 13 hours and 45 minutes ahead":   {"Pacific/Chatham", "22:00", "07:00", "2026-11-21T08:15:00Z", "2026-11-21T17:15:00Z"},
}

// expiries are when a message ends by itself, seen from the night.
var expiries = map[string]func(now, wake time.Time) time.Time{
	"good for ever":       func(_, _ time.Time) time.Time { return time.Time{} },
	"good beyond it":      func(_, wake time.Time) time.Time { return wake.Add(time.Minute) },
	"good until its end":  func(_, wake time.Time) time.Time { return wake },
	"good for a part":     func(now, _ time.Time) time.Time { return now.Add(time.Minute) },
	"no good any more":    func(now, _ time.Time) time.Time { return now.Add(-time.Minute) },
	"good to this moment": func(now, _ time.Time) time.Time { return now },
}

// answered is what is to become of a message in quiet hours: when it is looked at
// again, why it is left out, and whether others are gathered with it.
type answered struct {
	until    time.Time
	skip     notify.SkipReason
	gathered bool
}

// earlier is the end of the night, or that of the message where it comes first.
func earlier(wake, expires time.Time) time.Time {
	if !expires.IsZero() && expires.Before(wake) {
		return expires
	}
	return wake
}

// policies are what a category and a workflow make of the night.
var policies = map[string]struct {
	policy   notify.QuietPolicy
	critical bool
	want     func(wake, expires time.Time) answered
}{
	"nothing said":         {"", false, func(wake, expires time.Time) answered { return answered{until: earlier(wake, expires)} }},
	"hold":                 {notify.QuietHold, false, func(wake, expires time.Time) answered { return answered{until: earlier(wake, expires)} }},
	"digest on wake":       {notify.QuietDigest, false, func(wake, expires time.Time) answered { return answered{until: earlier(wake, expires), gathered: true} }},
	"drop":                 {notify.QuietDrop, false, func(_, _ time.Time) answered { return answered{skip: notify.QuietHours} }},
	"pass":                 {notify.QuietPass, false, func(_, _ time.Time) answered { return answered{} }},
	"hold, but critical":   {notify.QuietHold, true, func(_, _ time.Time) answered { return answered{} }},
	"digest, but critical": {notify.QuietDigest, true, func(_, _ time.Time) answered { return answered{} }},
	"drop, but critical":   {notify.QuietDrop, true, func(_, _ time.Time) answered { return answered{} }},
}

// TestEveryNightHasOneAnswerForEveryPolicyAndExpiry goes through all of them: at
// the first moment of the night, in its middle and at its last.
func TestEveryNightHasOneAnswerForEveryPolicyAndExpiry(t *testing.T) {
	t.Parallel()
	for night, n := range nights {
		t.Run(night, func(t *testing.T) {
			t.Parallel()
			from, wake := at(t, n.from), at(t, n.wake)
			q := notify.WishQuestion{
				Category: notify.Category{Key: "news"}, Workflow: "weekly", Channel: notify.Email, Timezone: n.zone,
				Choices: notify.Preferences{QuietHours: &notify.QuietWindow{Enabled: true, Start: n.start, End: n.end}},
			}
			for _, q.At = range []time.Time{from.Add(-time.Nanosecond), wake} {
				require.Nil(t, preference.Resolve(q).Quiet, "%s is outside", q.At)
			}
			for _, q.At = range []time.Time{from, from.Add(wake.Sub(from) / 2), wake.Add(-time.Nanosecond)} {
				for name, p := range policies {
					q.Category.QuietHours, q.Critical = p.policy, p.critical
					wish := preference.Resolve(q)
					require.NotNil(t, wish.Quiet, "%s at %s", name, q.At)
					require.Equal(t, wake, wish.Quiet.Until, "%s at %s", name, q.At)
					for expiry, of := range expiries {
						expires := of(q.At, wake)
						require.Equal(t, p.want(wake, expires), answerOf(wish, expires), "%s, %s, at %s", name, expiry, q.At)
					}
				}
			}
		})
	}
}

// answerOf asks as the line does: first for a digest, then for the time.
func answerOf(w notify.Wish, expires time.Time) answered {
	if a := w.Gathered(expires); a.Stops() {
		return answered{until: a.Until, skip: a.Skip, gathered: true}
	}
	a := w.Timely(expires)
	return answered{until: a.Until, skip: a.Skip}
}
