package recur

import "time"

// Kind says how a rule is written.
type Kind string

// The kinds of rules.
const (
	Once    Kind = "once"
	Every   Kind = "every"
	Daily   Kind = "daily"
	Weekly  Kind = "weekly"
	Monthly Kind = "monthly"
	Yearly  Kind = "yearly"
	Cron    Kind = "cron"
	RRule   Kind = "rrule"
)

// Kinds is the closed list.
var Kinds = []Kind{Once, Every, Daily, Weekly, Monthly, Yearly, Cron, RRule}

// Rule is when something happens, as people write it.
type Rule struct {
	Kind Kind `json:"kind"`
	// At is the one time of once: with an offset a moment, without one what the
	// clock on the wall shows.
	At string `json:"at,omitempty"`
	// Every is the interval of every.
	Every *Interval `json:"every,omitempty"`
	// Times are the times of day of daily, weekly, monthly and yearly.
	Times    []string `json:"times,omitempty"`
	Weekdays []string `json:"weekdays,omitempty"`
	// MonthDays count from the first of the month, or with -1 from its last day.
	// A month that has no such day is left out.
	MonthDays []int  `json:"month_days,omitempty"`
	Months    []int  `json:"months,omitempty"`
	Cron      string `json:"cron,omitempty"`
	RRule     string `json:"rrule,omitempty"`
}

// Interval is a length of time, counted on whatever clocks do.
type Interval struct {
	N    int    `json:"n"`
	Unit string `json:"unit"`
}

var units = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour}

func (i Interval) length() time.Duration { return time.Duration(i.N) * units[i.Unit] }

// Weekdays are the names of days, as rules and preferences write them.
var weekdays = map[string]time.Weekday{
	"mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
	"fri": time.Friday, "sat": time.Saturday, "sun": time.Sunday,
}

// Fault is one thing that is wrong with a rule, at a path below it.
type Fault struct{ Path, Code, Detail string }

// Frame is where and when a rule holds.
type Frame struct {
	Zone *time.Location
	// Anchor is what intervals and recurrence rules count from.
	Anchor time.Time
	// From and Until bound the moments, both included; a zero one does not.
	From, Until time.Time
	// Except are dates on the wall on which nothing happens.
	Except []string
}

// walls are the times a rule names, as the clock on the wall shows them: written
// in UTC, whatever the zone. It returns the first after a time.
type walls func(after time.Time) (time.Time, bool)

const (
	minuteShape = "2006-01-02T15:04"
	secondShape = "2006-01-02T15:04:05"
	dateShape   = time.DateOnly
)

// wallOf is what the clock on the wall shows at a moment.
func wallOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
