package recur

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

const (
	mostCount    = 1000
	mostInterval = 1_000_000
	// ahead puts a rule close to the end of the library's time, the year 9999: a
	// rule that never comes then costs some centuries of looking, not eighty. The
	// calendar repeats every 400 years.
	ahead = 7600
)

// lengths of what a frequency counts in, where it always has the same.
var lengths = map[rrule.Frequency]int64{
	rrule.SECONDLY: 1, rrule.MINUTELY: 60, rrule.HOURLY: 60 * 60, rrule.DAILY: 24 * 60 * 60, rrule.WEEKLY: 7 * 24 * 60 * 60,
}

// parseRRule reads a rule, and refuses what the library would look for for ever.
func parseRRule(text string) (rrule.ROption, bool, error) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if strings.ContainsAny(text, "\r\n") || strings.Contains(text, "DTSTART") {
		return rrule.ROption{}, false, errors.New("write the rule alone: it begins at starts_at")
	}
	o, err := rrule.StrToROption(strings.TrimSuffix(text, ";"))
	if err != nil {
		return rrule.ROption{}, false, err
	}
	o.Interval = max(o.Interval, 1)
	daily := o.Freq <= rrule.DAILY
	within := len(o.Byhour)+len(o.Byminute)+len(o.Bysecond) > 0
	switch {
	case o.Interval > mostInterval:
		return *o, false, fmt.Errorf("INTERVAL must be at most %d", mostInterval)
	case o.Count < 0 || o.Count > mostCount:
		return *o, false, fmt.Errorf("COUNT must be at most %d", mostCount)
	case len(o.Byeaster) > 0:
		return *o, false, errors.New("BYEASTER is not part of RFC 5545")
	case !daily && len(o.Bysetpos) > 0:
		return *o, false, errors.New("BYSETPOS needs FREQ=DAILY or longer")
	case !daily && within && o.Interval > 1:
		return *o, false, errors.New("BYHOUR, BYMINUTE and BYSECOND need INTERVAL=1 where FREQ is shorter than a day")
	}
	if _, err := rrule.NewRRule(*o); err != nil {
		return *o, false, err
	}
	utc := strings.HasSuffix(untilOf(text), "Z")
	if len(untilOf(text)) == len(rrule.DateFormat) {
		o.Until = endOfDay(o.Until).Truncate(time.Second)
	}
	return *o, utc, nil
}

func untilOf(text string) string {
	_, rest, _ := strings.Cut(text, "UNTIL=")
	until, _, _ := strings.Cut(rest, ";")
	return until
}

// rruleWalls are the times of a recurrence rule, and whether it names every hour.
func rruleWalls(text string, f Frame) (walls, bool, error) {
	o, utc, err := parseRRule(text)
	if err != nil {
		return nil, false, fmt.Errorf("read the recurrence rule: %w", err)
	}
	if utc {
		o.Until = wallOf(o.Until, f.Zone)
	}
	if !o.Until.IsZero() {
		o.Until = o.Until.AddDate(ahead, 0, 0)
	}
	o.Dtstart = wallOf(f.Anchor, f.Zone).Truncate(time.Second).AddDate(ahead, 0, 0)
	spell(&o)
	return func(after time.Time) (time.Time, bool) {
		after = after.AddDate(ahead, 0, 0)
		r, err := rrule.NewRRule(near(o, after))
		if err != nil {
			return time.Time{}, false // it was made once before
		}
		next := r.After(after, false)
		return next.AddDate(-ahead, 0, 0), !next.IsZero()
	}, everyHour(o), nil
}

// everyHour reports whether a rule names every hour of its days.
func everyHour(o rrule.ROption) bool {
	length, steady := lengths[o.Freq]
	return steady && o.Freq > rrule.DAILY && len(o.Byhour) == 0 && 3600%(length*int64(o.Interval)) == 0
}

// spell writes out what a rule takes from its beginning, so that the beginning can
// be moved.
func spell(o *rrule.ROption) {
	if o.Freq > rrule.MONTHLY {
		return
	}
	start := o.Dtstart
	if len(o.Byweekno)+len(o.Byyearday)+len(o.Bymonthday)+len(o.Byweekday) == 0 {
		if o.Freq == rrule.YEARLY && len(o.Bymonth) == 0 {
			o.Bymonth = []int{int(start.Month())}
		}
		o.Bymonthday = []int{start.Day()}
	}
	for _, part := range []struct {
		list *[]int
		is   int
	}{{&o.Byhour, start.Hour()}, {&o.Byminute, start.Minute()}, {&o.Bysecond, start.Second()}} {
		if len(*part.list) == 0 {
			*part.list = []int{part.is}
		}
	}
}

// near moves the beginning of a rule that does not count to one of its periods
// shortly before a time: the library walks through all that lies between.
func near(o rrule.ROption, after time.Time) rrule.ROption {
	start := o.Dtstart
	if o.Count > 0 || !after.After(start) {
		return o
	}
	if length, ok := lengths[o.Freq]; ok {
		step := length * int64(o.Interval)
		if n := (after.Unix()-start.Unix())/step - 1; n > 0 {
			o.Dtstart = start.Add(time.Duration(n*step) * time.Second)
		}
		return o
	}
	months := (after.Year()-start.Year())*12 + int(after.Month()-start.Month())
	step := o.Interval
	if o.Freq == rrule.YEARLY {
		step *= 12
	}
	if n := months/step - 1; n > 0 {
		month := start.Month()
		if o.Freq == rrule.YEARLY {
			month = time.January
		}
		o.Dtstart = time.Date(start.Year(), month+time.Month(n*step), 1, 0, 0, 0, 0, time.UTC)
	}
	return o
}
