package recur

import (
	"slices"
	"time"
)

// farthest is how many days are looked through for one that fits: 29 February
// may be eight years away.
const farthest = 9 * 366

// calendarWalls are the times of day on the days that fit.
func calendarWalls(r Rule) walls {
	times := make([]time.Duration, len(r.Times))
	for i, text := range r.Times {
		times[i], _ = readClock(text)
	}
	slices.Sort(times)
	return func(after time.Time) (time.Time, bool) {
		day := time.Date(after.Year(), after.Month(), after.Day(), 0, 0, 0, 0, time.UTC)
		for range farthest {
			if r.fits(day) {
				for _, clock := range times {
					if wall := day.Add(clock); wall.After(after) {
						return wall, true
					}
				}
			}
			day = day.AddDate(0, 0, 1)
		}
		return time.Time{}, false
	}
}

// fits reports whether the rule names a day.
func (r Rule) fits(day time.Time) bool {
	switch r.Kind {
	case Weekly:
		return slices.ContainsFunc(r.Weekdays, func(name string) bool { return weekdays[name] == day.Weekday() })
	case Monthly, Yearly:
		if len(r.Months) > 0 && !slices.Contains(r.Months, int(day.Month())) {
			return false
		}
		last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return slices.ContainsFunc(r.MonthDays, func(n int) bool { return n == day.Day() || n < 0 && last+1+n == day.Day() })
	default:
		return true
	}
}

// readClock reads a time of day.
func readClock(text string) (time.Duration, bool) {
	for _, shape := range []string{"15:04", time.TimeOnly} {
		if at, err := time.Parse(shape, text); err == nil && len(text) == len(shape) {
			return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute + time.Duration(at.Second())*time.Second, true
		}
	}
	return 0, false
}

// readAt reads the time of once: a moment if it has an offset, else a time on the
// wall.
func readAt(text string) (wall, moment time.Time, ok bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return time.Time{}, at.UTC().Truncate(time.Microsecond), true
	}
	for _, shape := range []string{minuteShape, secondShape} {
		if at, err := time.Parse(shape, text); err == nil {
			return at, time.Time{}, true
		}
	}
	return time.Time{}, time.Time{}, false
}
