package syncs

import (
	"fmt"
	"regexp"
	"time"

	"clarion/backend/notify"
)

// Schedule is when a sync runs by itself: never, every so many minutes, or once
// a day at a time of a zone.
type Schedule struct {
	// Kind is manual, every or daily.
	Kind    string `json:"kind"`
	Minutes int    `json:"minutes,omitzero"`
	At      string `json:"at,omitempty"`
	Zone    string `json:"zone,omitempty"`
}

// The kinds of schedules.
const (
	Manual = "manual"
	Every  = "every"
	Daily  = "daily"
)

const (
	leastMinutes = 5
	mostMinutes  = 7 * 24 * 60
)

var clockShape = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func (s Schedule) check(faults *notify.Invalid) {
	switch s.Kind {
	case Manual:
	case Every:
		if s.Minutes < leastMinutes || s.Minutes > mostMinutes {
			faults.Add("schedule.minutes", "out_of_range", fmt.Sprintf("must be %d to %d", leastMinutes, mostMinutes))
		}
	case Daily:
		if !clockShape.MatchString(s.At) {
			faults.Add("schedule.at", "not_a_time", "must be a time of day such as 03:30")
		}
		if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
			faults.Add("schedule.zone", "unknown_timezone", "must be a time zone such as Europe/Paris")
		}
	default:
		faults.Add("schedule.kind", "not_an_option", "must be manual, every or daily")
	}
}

// next returns when it is due after a time; zero for never. A day has one run:
// where clocks go back over the hour it runs the first time, where they skip it
// as much later as they skip.
func (s Schedule) next(after time.Time) time.Time {
	switch s.Kind {
	case Every:
		return after.Add(time.Duration(s.Minutes) * time.Minute)
	case Daily:
		return s.nextDay(after)
	default:
		return time.Time{}
	}
}

func (s Schedule) nextDay(after time.Time) time.Time {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.Time{} // it was checked when it was stored; a zone that is gone never comes
	}
	at, err := time.Parse("15:04", s.At)
	if err != nil {
		return time.Time{}
	}
	day := after.In(zone)
	for n := range 3 {
		next := onDay(day.AddDate(0, 0, n), at, zone)
		if next.After(after) {
			return next.UTC()
		}
	}
	return time.Time{}
}

// onDay is a time of day on a date: of an hour that comes twice the first, and
// in one that is skipped as long after midnight as it would have been.
func onDay(day, at time.Time, zone *time.Location) time.Time {
	y, m, d := day.Date()
	t := time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, zone)
	for _, step := range []time.Duration{-time.Hour, -30 * time.Minute} {
		if same := t.Add(step); same.Hour() == at.Hour() && same.Minute() == at.Minute() {
			return same
		}
	}
	if t.Hour() != at.Hour() || t.Minute() != at.Minute() {
		_, before := t.Add(-24 * time.Hour).Zone()
		return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, time.FixedZone("", before)).In(zone)
	}
	return t
}
