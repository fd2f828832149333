package schedule

import (
	"time"

	"clarion/backend/recur"
)

// Moment is one time at which a schedule happens.
type Moment struct {
	recur.Moment
	// Spread is over which part of two days it comes, where each recipient goes by
	// their own clock; Local is then what all of those clocks show.
	Spread *Spread `json:"spread,omitempty"`
}

// Spread is when clocks show a time: the first on Earth, the last, and those of
// some zones between them.
type Spread struct {
	First time.Time    `json:"first"`
	Last  time.Time    `json:"last"`
	Zones []ZoneMoment `json:"zones"`
}

// ZoneMoment is when the clocks of one zone show it, with what is odd about that.
type ZoneMoment struct {
	Zone string      `json:"zone"`
	At   time.Time   `json:"at"`
	Note *recur.Note `json:"note,omitempty"`
}

// sampled are zones around the Earth, from the first to see a day to the last.
var sampled = []string{
	"Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "Europe/London",
	"America/Sao_Paulo", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu",
}

// spreadOf is over what a wall, written in UTC, is spread.
func spreadOf(wall time.Time) *Spread {
	s := Spread{First: wall.Add(-eastmost), Last: wall.Add(westmost), Zones: []ZoneMoment{}}
	for _, name := range sampled {
		if zone, err := time.LoadLocation(name); err == nil {
			at, note := recur.Explain(wall, zone)
			s.Zones = append(s.Zones, ZoneMoment{name, at.UTC(), note})
		}
	}
	return &s
}

// moments are the next times of a plan, as people are told of them. A wall that
// some clock has yet to show is still to come.
func (p Plan) moments(times *recur.Times, now time.Time, count int) []Moment {
	after := now
	if p.personal() {
		after = now.Add(-westmost)
	}
	found := times.Upcoming(after, count)
	list := make([]Moment, len(found))
	for i, m := range found {
		list[i].Moment = m
		if p.personal() {
			list[i].Spread = spreadOf(m.At)
		}
	}
	return list
}
