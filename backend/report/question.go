package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Asked is a question as it came in; what is empty was not said.
type Asked struct {
	From, To time.Time
	Zone     string
	Bucket   string
	Compare  string
	Group    string
	Limit    string
	// Filters are the values of each filter that was given.
	Filters map[string][]string
}

// FilterNames are the filters there are; each report says which it takes.
var FilterNames = []string{
	"channel", "source", "priority", "workflow", "category", "status", "integration", "template", "tenant", "broadcast",
}

// Question is a question that can be answered.
type Question struct {
	From, To time.Time
	Zone     *time.Location
	Bucket   Bucket
	Group    string
	Limit    int
	Compare  bool
	Filters  []Filter
}

// Filter wants a column to have one of the values.
type Filter struct {
	Name   string
	Values []string
}

const (
	// usualSpan is what is asked for when nothing is.
	usualSpan = 24 * time.Hour
	maxSpan   = 3 * 366 * 24 * time.Hour
	// maxLimit bounds the rows of rankings and the groups of a series.
	maxLimit = 500
	maxValue = 255
	maxGiven = 50
)

// Understand checks what was asked of a report against what it takes, and names
// every fault by its parameter.
func Understand(i Info, a Asked, now time.Time) (Question, error) {
	var faults notify.Invalid
	q := Question{From: a.From, To: a.To, Zone: time.UTC, Compare: a.Compare == "previous"}
	q.span(&faults, now)
	if a.Zone != "" {
		zone, err := time.LoadLocation(a.Zone)
		if err != nil || a.Zone == "Local" {
			faults.Add("zone", "unknown_zone", "must be a time zone such as Europe/London")
		} else {
			q.Zone = zone
		}
	}
	if a.Compare != "" && !q.Compare {
		faults.Add("compare", "not_an_option", "must be previous")
	}
	q.Group = choice(&faults, i, "group", a.Group)
	q.limit(&faults, i, a.Limit)
	q.filters(&faults, i, a.Filters)
	bucket := choice(&faults, i, "bucket", a.Bucket)
	if bucket != "" && len(faults.Fields) == 0 {
		q.Bucket = Bucket(bucket)
		if q.Bucket == Auto {
			q.Bucket = fitting(q.From, q.To)
		}
		if n := q.buckets(); n > maxBuckets {
			faults.Add("bucket", "too_many", fmt.Sprintf("%s to %s are %d buckets of a %s; at most %d are answered: ask for a shorter time or a wider bucket",
				q.From.UTC().Format(time.RFC3339), q.To.UTC().Format(time.RFC3339), n, q.Bucket, maxBuckets))
		}
	}
	return q, faults.Err()
}

func (q *Question) span(faults *notify.Invalid, now time.Time) {
	if q.To.IsZero() {
		q.To = now
	}
	if q.From.IsZero() {
		q.From = q.To.Add(-usualSpan)
	}
	q.From, q.To = q.From.UTC().Truncate(time.Microsecond), q.To.UTC().Truncate(time.Microsecond)
	switch {
	case q.From.Year() < 2000 || q.To.Year() > 2200:
		faults.Add("from", "out_of_range", "must be between the years 2000 and 2200")
	case !q.From.Before(q.To):
		faults.Add("to", "out_of_range", "must be after from")
	case q.To.Sub(q.From) > maxSpan:
		faults.Add("from", "out_of_range", "must be at most three years before to")
	}
}

func (q *Question) limit(faults *notify.Invalid, i Info, given string) {
	p, takes := i.Param("limit")
	if !takes {
		if given != "" {
			faults.Add("limit", "not_taken", "this report takes no limit")
		}
		return
	}
	if given == "" {
		given = p.Default
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 || n > maxLimit {
		faults.Add("limit", "out_of_range", fmt.Sprintf("must be 1 to %d", maxLimit))
		return
	}
	q.Limit = n
}

// choice is a parameter of a closed list, or its default.
func choice(faults *notify.Invalid, i Info, name, given string) string {
	p, takes := i.Param(name)
	switch {
	case !takes && given == "":
		return ""
	case !takes:
		faults.Add(name, "not_taken", "this report takes no "+name)
		return ""
	case given == "":
		return p.Default
	case !slices.Contains(p.Options, given):
		faults.Add(name, "not_an_option", fmt.Sprintf("must be one of %v", p.Options))
		return ""
	}
	return given
}

func (q *Question) filters(faults *notify.Invalid, i Info, given map[string][]string) {
	for _, name := range FilterNames {
		values := given[name]
		if len(values) == 0 {
			continue
		}
		p, takes := i.Param(name)
		if !takes {
			faults.Add(name, "not_taken", "this report cannot be asked by "+name)
			continue
		}
		if len(values) > maxGiven {
			faults.Add(name, "too_many", fmt.Sprintf("must be at most %d values", maxGiven))
			continue
		}
		for _, value := range values {
			switch {
			case len(p.Options) > 0 && !slices.Contains(p.Options, value):
				faults.Add(name, "not_an_option", fmt.Sprintf("must be of %v", p.Options))
			case len(value) > maxValue || strings.ContainsRune(value, 0):
				faults.Add(name, "invalid_text", fmt.Sprintf("must be at most %d bytes", maxValue))
			default:
				continue
			}
			break
		}
		q.Filters = append(q.Filters, Filter{name, values})
	}
}
