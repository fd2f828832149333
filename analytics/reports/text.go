package reports

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"clarion/backend/report"
)

// dialect is how one kind of database spells what the questions have in common.
type dialect struct {
	store report.Store
	// micros is the time of a row in microseconds since 1970.
	micros string
	// divide is whole division of two expressions.
	divide string
	// at is a point in time to compare the rows' times with.
	at string
	// binary sorts text by its bytes.
	binary string
	// handed says that a row is a message's arrival at a vendor.
	handed string
}

var (
	sqlite   = dialect{store: report.Embedded, micros: "at", divide: "(%s / %s)", at: "%d", handed: "handed"}
	postgres = dialect{store: report.Embedded, micros: "at", divide: "(%s / %s)", at: "%d", handed: "handed", binary: ` COLLATE "C"`}
	columnar = dialect{
		store: report.ClickHouse, micros: "toUnixTimestamp64Micro(at)", divide: "intDiv(%s, %s)", at: "fromUnixTimestamp64Micro(%d, 'UTC')",
		handed: handed,
	}
)

// written is a question as one database takes it.
type written struct {
	text string
	args []any
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// writing turns the text of a report into a statement.
type writing struct {
	dialect
	definition
	q report.Question
}

// write replaces the names in braces. Values of filters become arguments; all
// else comes from closed lists and from numbers.
func (w writing) write() (written, error) {
	out := written{}
	var fault error
	out.text = placeholder.ReplaceAllStringFunc(w.text(w.store), func(found string) string {
		text, args, err := w.place(found[1 : len(found)-1])
		if err != nil && fault == nil {
			fault = fmt.Errorf("report %s: %w", w.ID, err)
		}
		out.args = append(out.args, args...)
		return text
	})
	return out, fault
}

func (w writing) place(name string) (string, []any, error) {
	switch name {
	case "from":
		return fmt.Sprintf(w.at, w.q.From.UnixMicro()), nil, nil
	case "to":
		return fmt.Sprintf(w.at, w.q.To.UnixMicro()), nil, nil
	case "bucket":
		return w.bucket(), nil, nil
	case "weekday":
		// 1970 began on a Thursday; Monday is 1.
		return fmt.Sprintf("((%s + 3) %% 7 + 1)", w.whole(w.local(), "86400000000")), nil, nil
	case "hour":
		return fmt.Sprintf("(%s %% 24)", w.whole(w.local(), "3600000000")), nil, nil
	case "group":
		return w.q.Group, nil, nil
	case "counted":
		return w.counted(), nil, nil
	case "limit":
		return fmt.Sprint(w.q.Limit), nil, nil
	case "handed":
		return w.handed, nil, nil
	case "binary":
		return w.binary, nil, nil
	case "filters":
		text, args := filters(w.q.Filters)
		return text, args, nil
	case "events", "times", "waits", "rows":
		return facts(name, w.q, w.timed()), nil, nil
	}
	return "", nil, fmt.Errorf("its SQL has the unknown name {%s}", name)
}

// timed says that the report looks at when something was.
func (w writing) timed() bool {
	text := w.text(w.store)
	return strings.Contains(text, "{bucket}") || strings.Contains(text, "{hour}")
}

// readsRows says that the report reads single rows of the stream, wholly or for the
// ends of its time.
func (w writing) readsRows() bool {
	return strings.Contains(w.text(w.store), "{rows}") || w.timed() && (w.q.Bucket == report.Second || w.q.Bucket == report.Minute) ||
		w.q.From.UnixMicro()%quarter != 0 || w.q.To.UnixMicro()%quarter != 0
}

func (w writing) whole(of, by string) string { return fmt.Sprintf(w.divide, of, by) }

// offset is what to add to a row's time for the clock on the wall of the zone.
func (w writing) offset() string {
	stages := w.q.Stages()
	if len(stages) == 1 {
		return fmt.Sprint(stages[0].Offset)
	}
	text := "CASE"
	for _, s := range stages[:len(stages)-1] {
		text += fmt.Sprintf(" WHEN %s < %d THEN %d", w.micros, s.Until, s.Offset)
	}
	return text + fmt.Sprintf(" ELSE %d END", stages[len(stages)-1].Offset)
}

func (w writing) local() string { return "(" + w.micros + " + " + w.offset() + ")" }

// bucket is the key that report.Question.Key would give the row.
func (w writing) bucket() string {
	if w.q.Bucket == report.Day {
		return w.whole(w.local(), "86400000000")
	}
	width := w.q.Bucket.Width().Microseconds()
	even := !slices.ContainsFunc(w.q.Stages(), func(s report.Stage) bool { return s.Offset%width != 0 })
	if even {
		return fmt.Sprintf("(%s * %d)", w.whole(w.micros, fmt.Sprint(width)), width)
	}
	return fmt.Sprintf("(%s * %d - %s)", w.whole(w.local(), fmt.Sprint(width)), width, w.offset())
}

// counted is which rows a count of messages counts: each message once, when it
// is made; each change of state where states are asked for.
func (w writing) counted() string {
	asked := w.q.Group == "status" || slices.ContainsFunc(w.q.Filters, func(f report.Filter) bool { return f.Name == "status" })
	if asked {
		return "status <> ''"
	}
	return "first"
}

func filters(list []report.Filter) (string, []any) {
	var text strings.Builder
	var args []any
	for _, f := range list {
		fmt.Fprintf(&text, " AND %s IN (?%s)", f.Name, strings.Repeat(", ?", len(f.Values)-1))
		for _, v := range f.Values {
			args = append(args, v)
		}
	}
	return text.String(), args
}
