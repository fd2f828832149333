package demo

import (
	"math"
	"time"
)

// rhythm is when in a week something happens.
type rhythm int

const (
	flat rhythm = iota
	business
	evening
	campaign
)

// The day of each rhythm, hour by hour in UTC.
var days = [][24]float64{
	flat:     {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	business: {.2, .2, .2, .2, .3, .5, .9, 1.6, 2.4, 2.6, 2.4, 2.1, 1.7, 2.2, 2.3, 2, 1.6, 1, .7, .5, .4, .3, .3, .2},
	evening:  {.6, .4, .3, .3, .3, .4, .6, .8, 1, 1.1, 1.2, 1.4, 1.3, 1.1, 1.1, 1.2, 1.3, 1.6, 2, 2.3, 2.2, 1.7, 1.2, .8},
	campaign: {9: 14, 10: 8, 11: 2},
}

// weight is how much of a rhythm falls into an hour.
func (k rhythm) weight(at time.Time) float64 {
	w := days[k][at.Hour()]
	weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
	switch {
	case k == campaign && at.Weekday() != time.Tuesday && at.Weekday() != time.Thursday:
		return 0
	case k == business && weekend:
		return w * 0.25
	case k == evening && weekend:
		return w * 1.25
	default:
		return w
	}
}

// at is the begin of an hour of the plan.
func (w *world) at(hour int) time.Time { return w.start.Add(time.Duration(hour) * time.Hour) }

// load is how busy an hour is: the rhythms of all flows under a trend that grows
// by half from the first day to the last, and a little weather.
func (w *world) load(hour int) float64 {
	total := 0.0
	for _, f := range w.cast.Flows {
		total += w.pull(f, hour) * float64(f.fan)
	}
	trend := 0.8 + 0.4*float64(hour)/float64(w.plan.Days*24)
	return total * trend * (1 + 0.12*math.Sin(float64(hour)*2.3+float64(w.plan.Seed)))
}

// pull is how often a flow happens in an hour. Alarms ring when a vendor is down.
func (w *world) pull(f Flow, hour int) float64 {
	pull := f.share * f.rhythm.weight(w.at(hour))
	if f.Key == "system.down" && w.down(w.at(hour)) {
		return pull * 8
	}
	return pull
}

// down says whether the first mail vendor is out of order: for nine hours of one
// day, about two thirds of the way.
func (w *world) down(at time.Time) bool {
	begin := w.outage
	return !at.Before(begin) && at.Before(begin.Add(9*time.Hour))
}
