package syncs

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"time"

	"clarion/backend/notify"
	"clarion/backend/recur"
)

// Schedule is when a sync runs by itself: never without a rule, else whenever the
// rule says, by the clocks of a zone.
type Schedule struct {
	Rule *recur.Rule `json:"rule"`
	Zone string      `json:"zone,omitempty"`
	// Kind, Minutes and At are how callers wrote it before there were rules: they
	// are read, and never kept or given back.
	Kind    string `json:"kind,omitempty"`
	Minutes int    `json:"minutes,omitzero"`
	At      string `json:"at,omitempty"`
}

// kinds are those of before there were rules.
var kinds = []string{"manual", "every", "daily"}

const (
	// leastGap is how often a sync may run, mostGap how long an interval may be.
	leastGap = 5 * time.Minute
	mostGap  = 7 * 24 * time.Hour
	// gaps is of how many times to come the distance is looked at.
	gaps = 50
)

var clockShape = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// settled is the schedule as it is kept: what was written the old way as a rule.
// What is wrong with it is said by the names its writer used.
func (s Schedule) settled(now time.Time, faults *notify.Invalid) Schedule {
	kept := Schedule{Rule: s.Rule, Zone: s.Zone}
	switch {
	case s.Rule != nil && (s.Kind != "" || s.Minutes != 0 || s.At != ""):
		faults.Add("schedule.kind", "not_allowed", "give a rule, or the kind of before there were rules")
		return kept
	case s.Rule != nil:
		s.checkRule(now, faults)
		return kept
	case s.Kind == "every":
		if s.Minutes < int(leastGap/time.Minute) || s.Minutes > int(mostGap/time.Minute) {
			faults.Add("schedule.minutes", "out_of_range", fmt.Sprintf("must be %d to %d", int(leastGap/time.Minute), int(mostGap/time.Minute)))
		}
		kept.Rule = &recur.Rule{Kind: recur.Every, Every: &recur.Interval{N: s.Minutes, Unit: "minute"}}
	case s.Kind == "daily":
		if !clockShape.MatchString(s.At) {
			faults.Add("schedule.at", "not_a_time", "must be a time of day such as 03:30")
		}
		checkZone(s.Zone, faults)
		kept.Rule = &recur.Rule{Kind: recur.Daily, Times: []string{s.At}}
	case s.Kind != "" && !slices.Contains(kinds, s.Kind):
		faults.Add("schedule.kind", "not_an_option", "must be manual, every or daily")
	}
	if kept.Rule == nil || kept.Rule.Kind == recur.Every {
		kept.Zone = ""
	}
	return kept
}

func checkZone(zone string, faults *notify.Invalid) {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		faults.Add("schedule.zone", "unknown_timezone", "must be a time zone such as Europe/Paris")
	}
}

func (s Schedule) checkRule(now time.Time, faults *notify.Invalid) {
	for _, f := range s.Rule.Faults() {
		faults.Add("schedule.rule."+f.Path, f.Code, f.Detail)
	}
	if s.Rule.Kind != recur.Every {
		checkZone(s.Zone, faults)
	}
	if faults.Err() != nil {
		return
	}
	times, err := s.times(now, now)
	if err != nil {
		faults.Add("schedule.rule", "invalid_rule", err.Error())
		return
	}
	list := times.Upcoming(now, gaps)
	for i := 1; i < len(list); i++ {
		if list[i].At.Sub(list[i-1].At) < leastGap {
			faults.Add("schedule.rule", "too_often", fmt.Sprintf("a sync runs every %d minutes at most", int(leastGap/time.Minute)))
			return
		}
	}
}

// times are the moments after a time. An interval counts from that time, a
// recurrence rule from the day on which the schedule was written.
func (s Schedule) times(after, written time.Time) (*recur.Times, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return nil, fmt.Errorf("find the time zone %s: %w", s.Zone, err)
	}
	anchor := after
	if s.Rule.Kind == recur.RRule {
		y, m, d := written.In(zone).Date()
		anchor = time.Date(y, m, d, 0, 0, 0, 0, zone)
	}
	return recur.New(*s.Rule, recur.Frame{Zone: zone, Anchor: anchor})
}

// next returns when it is due after a time; zero for never.
func (s Schedule) next(after, written time.Time) time.Time {
	if s.Rule == nil {
		return time.Time{}
	}
	times, err := s.times(after, written)
	if err != nil {
		return time.Time{} // it was checked when it was stored; a zone that is gone never comes
	}
	at, _ := times.Next(after)
	return at
}

func (s Schedule) same(other Schedule) bool { return reflect.DeepEqual(s, other) }
