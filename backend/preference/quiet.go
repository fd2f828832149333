package preference

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"clarion/backend/notify"
)

// weekdays are the names of days in quiet hours, by time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// quiet answers whether the recipient's quiet hours last, and what that means.
func (r *resolution) quiet() *notify.WishQuiet {
	until, yes := QuietUntil(r.Choices.QuietHours, r.zone(), r.At)
	if !yes {
		return nil
	}
	q := &notify.WishQuiet{Until: until, Policy: r.Category.QuietHours, Rule: "preference:quiet_hours"}
	if q.Policy == "" {
		q.Policy = notify.QuietHold
	}
	last := "Quiet hours last until " + clockIn(until, r.zone()) + "."
	switch {
	case r.Critical:
		q.Policy, q.Rule, q.Detail = notify.QuietPass, "workflow:"+r.Workflow, "Critical: "+last+" It is sent all the same."
	case q.Policy == notify.QuietPass:
		q.Rule, q.Detail = "category:"+r.Category.Key, last+" The category "+r.Category.Key+" passes over them."
	case q.Policy == notify.QuietDrop:
		q.Detail = last + " The category " + r.Category.Key + " does not wait for their end."
	default:
		q.Detail = last
	}
	return q
}

// QuietUntil reports whether the quiet hours last at a moment, and when they
// end. Days are those of the clock on the wall: when it is put forward, quiet
// hours that begin in the missing hour begin at its end; when it is put back,
// they begin with the first of two equal times and end with the last.
func QuietUntil(q *notify.QuietWindow, zone *time.Location, at time.Time) (time.Time, bool) {
	if q == nil || !q.Enabled {
		return time.Time{}, false
	}
	start, err1 := clockTime(q.Start)
	end, err2 := clockTime(q.End)
	if err1 != nil || err2 != nil || start == end {
		return time.Time{}, false
	}
	today := at.In(zone)
	for _, back := range []int{1, 0} {
		day := time.Date(today.Year(), today.Month(), today.Day()-back, 0, 0, 0, 0, time.UTC)
		if len(q.Days) > 0 && !slices.Contains(q.Days, weekdays[day.Weekday()]) {
			continue
		}
		from := notify.OnWall(day.Add(start), zone, false)
		to := day.Add(end)
		if end < start {
			to = to.AddDate(0, 0, 1)
		}
		until := notify.OnWall(to, zone, true)
		if !at.Before(from) && at.Before(until) {
			return until.UTC(), true
		}
	}
	return time.Time{}, false
}

// clockTime reads a time of day such as 22:00 as the time since midnight.
func clockTime(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != 5 {
		return 0, fmt.Errorf("%q is no time of day such as 22:00", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// zones are those that were asked for: loading one reads a file, and every
// message asks. There are some hundreds; what is no zone is not kept.
var zones sync.Map

// zoneOf is a time zone by its name. One that cannot be loaded counts as UTC:
// what people enter is checked before it is stored.
func zoneOf(name string) *time.Location {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, zone)
	return zone
}

func clockIn(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("15:04 on 2 January 2006") + " (" + zone.String() + ")"
}
