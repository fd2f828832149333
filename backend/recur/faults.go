package recur

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	mostTimes  = 48
	longest    = 366 * 24 * time.Hour
	mostLetter = 500
)

// Faults says what is wrong with a rule as it is written.
func (r Rule) Faults() []Fault {
	f := &faults{}
	if !slices.Contains(Kinds, r.Kind) {
		f.add("kind", "not_an_option", fmt.Sprintf("must be one of %v", Kinds))
		return f.list
	}
	f.foreign(r)
	switch r.Kind {
	case Once:
		if _, _, ok := readAt(r.At); !ok {
			f.add("at", "invalid_time", "must be a time such as 2030-01-01T09:00, or 2030-01-01T09:00:00Z")
		}
	case Every:
		f.interval(r.Every)
	case Cron:
		if _, err := parseCron(r.Cron); err != nil || len(r.Cron) > mostLetter {
			f.add("cron", "invalid_cron", "must be a cron expression such as 0 9 * * mon-fri"+because(err))
		}
	case RRule:
		if _, _, err := parseRRule(r.RRule); err != nil || len(r.RRule) > mostLetter {
			f.add("rrule", "invalid_rrule", "must be a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=MO"+because(err))
		}
	default:
		f.days(r)
	}
	return f.list
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

type faults struct{ list []Fault }

func (f *faults) add(path, code, detail string) { f.list = append(f.list, Fault{path, code, detail}) }

// foreign finds fields that belong to another kind.
func (f *faults) foreign(r Rule) {
	calendar := []Kind{Daily, Weekly, Monthly, Yearly}
	for _, field := range []struct {
		path  string
		given bool
		of    []Kind
	}{
		{"at", r.At != "", []Kind{Once}},
		{"every", r.Every != nil, []Kind{Every}},
		{"times", len(r.Times) > 0, calendar},
		{"weekdays", len(r.Weekdays) > 0, []Kind{Weekly}},
		{"month_days", len(r.MonthDays) > 0, []Kind{Monthly, Yearly}},
		{"months", len(r.Months) > 0, []Kind{Monthly, Yearly}},
		{"cron", r.Cron != "", []Kind{Cron}},
		{"rrule", r.RRule != "", []Kind{RRule}},
	} {
		if field.given && !slices.Contains(field.of, r.Kind) {
			f.add(field.path, "not_allowed", fmt.Sprintf("is for rules of kind %s", join(field.of)))
		}
	}
}

func join(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

func (f *faults) interval(i *Interval) {
	switch {
	case i == nil:
		f.add("every", "required", "is required")
	case units[i.Unit] == 0:
		f.add("every.unit", "not_an_option", "must be second, minute or hour")
	case i.N < 1 || i.N > int(longest/units[i.Unit]):
		f.add("every.n", "out_of_range", fmt.Sprintf("must be 1 to %d", int(longest/units[i.Unit])))
	}
}

func (f *faults) days(r Rule) {
	if len(r.Times) == 0 || len(r.Times) > mostTimes {
		f.add("times", "out_of_range", fmt.Sprintf("name 1 to %d times of day", mostTimes))
	}
	for i, text := range r.Times {
		if _, ok := readClock(text); !ok {
			f.add(fmt.Sprintf("times[%d]", i), "not_a_time", "must be a time of day such as 09:30")
		}
	}
	if r.Kind == Weekly && len(r.Weekdays) == 0 {
		f.add("weekdays", "required", "name at least one day of the week")
	}
	for i, day := range r.Weekdays {
		if _, ok := weekdays[day]; !ok {
			f.add(fmt.Sprintf("weekdays[%d]", i), "not_an_option", "must be mon, tue, wed, thu, fri, sat or sun")
		}
	}
	if (r.Kind == Monthly || r.Kind == Yearly) && len(r.MonthDays) == 0 {
		f.add("month_days", "required", "name at least one day of the month")
	}
	if r.Kind == Yearly && len(r.Months) == 0 {
		f.add("months", "required", "name at least one month")
	}
	for i, day := range r.MonthDays {
		if day == 0 || day < -31 || day > 31 {
			f.add(fmt.Sprintf("month_days[%d]", i), "out_of_range", "must be 1 to 31, or -1 to -31 from the end of the month")
		}
	}
	for i, month := range r.Months {
		if month < 1 || month > 12 {
			f.add(fmt.Sprintf("months[%d]", i), "out_of_range", "must be 1 to 12")
		}
	}
}
