package store

import (
	"fmt"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

// ruler turns a rule into a condition on recipients AS r. Every value a person
// gave travels as a parameter; the text is made of words of this file alone.
//
// A condition may come to NULL, which counts as no. So what is denied is never
// NOT but IS NOT TRUE, pushed down to the single conditions.
type ruler struct {
	postgres bool
	now      time.Time
	args     []any
	// categories are known where a rule asks for effective preferences.
	categories map[string]notify.Category
	// whole says that PostgreSQL is asked about all recipients at once; listing that
	// what stands now is one of several conditions of which one is enough.
	whole, listing bool
}

// rule is the text of a rule; with deny, of its opposite.
func (c *ruler) rule(r segment.Rule, deny bool) string {
	switch {
	case r.Not != nil:
		return c.rule(*r.Not, !deny)
	case r.All != nil:
		return c.joined(r.All, deny, " AND ", " OR ")
	case r.Any != nil:
		return c.joined(r.Any, deny, " OR ", " AND ")
	}
	if op, denial := segment.Denials[r.Op]; denial {
		r.Op, deny = op, !deny
	}
	return c.condition(r, deny)
}

func (c *ruler) joined(parts []segment.Rule, deny bool, word, denied string) string {
	if deny {
		word = denied
	}
	texts, outer := make([]string, len(parts)), c.listing
	c.listing = outer || c.whole && len(parts) > 1 && word == " OR "
	defer func() { c.listing = outer }()
	for i, part := range parts {
		texts[i] = c.rule(part, deny)
	}
	return "(" + strings.Join(texts, word) + ")"
}

func (c *ruler) condition(r segment.Rule, deny bool) string {
	switch r.Field {
	case segment.FieldGroup:
		return denied(deny, c.inGroup(r))
	case segment.FieldAddress:
		return denied(deny, c.hasAddress(r))
	case segment.FieldPreference:
		return denied(deny, c.switchedOff(r))
	case segment.FieldEffective:
		return c.effective(r, deny)
	case segment.FieldActivity:
		return c.active(r, deny)
	case segment.FieldCreated, segment.FieldUpdated:
		return untrue(deny, c.moment(r))
	case segment.FieldID, segment.FieldName, segment.FieldLocale, segment.FieldTimezone:
		return untrue(deny, c.text("r."+r.Field, r))
	}
	if path := segment.AttributePath(r.Field); path != nil {
		return untrue(deny, c.attribute(path, r))
	}
	return "FALSE"
}

// denied is for EXISTS, which is never NULL and which the planner knows.
func denied(deny bool, text string) string {
	if deny {
		return "NOT " + text
	}
	return text
}

func untrue(deny bool, text string) string {
	if deny {
		return "(" + text + ") IS NOT TRUE"
	}
	return "(" + text + ")"
}

// arg adds a parameter and returns its place.
func (c *ruler) arg(v any, kind string) string {
	c.args = append(c.args, v)
	if c.postgres {
		return fmt.Sprintf("$%d::%s", len(c.args), kind)
	}
	return fmt.Sprintf("?%d", len(c.args))
}

func (c *ruler) textArg(v string) string { return c.arg(v, "text") }

func (c *ruler) numberArg(n int64) string { return c.arg(n, "bigint") }

// among is "one of these texts".
func (c *ruler) among(expression string, values []string) string {
	if c.postgres {
		return expression + " = ANY(" + c.arg(values, "text[]") + ")"
	}
	return expression + " IN (SELECT value FROM json_each(" + c.arg(listText(values), "text") + "))"
}

// listed is these texts as the rows of a table with the column value.
func (c *ruler) listed(values []string) string {
	if c.postgres {
		return "unnest(" + c.arg(values, "text[]") + ") AS v (value)"
	}
	return "json_each(" + c.arg(listText(values), "text") + ") AS v"
}

// text compares a text that is never NULL.
func (c *ruler) text(expression string, r segment.Rule) string {
	value, _ := segment.TextOf(r.Value)
	switch r.Op {
	case segment.OpExists:
		return expression + " <> ''"
	case segment.OpEq:
		return expression + " = " + c.textArg(value)
	case segment.OpIn:
		texts, _, _ := sorted(r)
		return c.among(expression, texts)
	case segment.OpContains:
		return c.position(expression, value) + " > 0"
	case segment.OpStarts:
		return fmt.Sprintf("substr(%s, 1, length(%s)) = %[2]s", expression, c.textArg(value))
	case segment.OpEnds:
		place := c.textArg(value)
		return fmt.Sprintf("length(%[1]s) >= length(%[2]s) AND substr(%[1]s, length(%[1]s) - length(%[2]s) + 1) = %[2]s", expression, place)
	}
	return "FALSE"
}

func (c *ruler) position(expression, part string) string {
	if c.postgres {
		return "strpos(" + expression + ", " + c.textArg(part) + ")"
	}
	return "instr(" + expression + ", " + c.textArg(part) + ")"
}

// moment compares when a recipient was added or changed.
func (c *ruler) moment(r segment.Rule) string {
	column := "r." + r.Field
	at, _ := r.Moment()
	switch r.Op {
	case segment.OpBefore:
		return column + " < " + c.numberArg(micros(at))
	case segment.OpAfter:
		return column + " >= " + c.numberArg(micros(at))
	case segment.OpWithin:
		return column + " >= " + c.numberArg(c.daysAgo(number(r.Value)))
	}
	return "FALSE"
}

func (c *ruler) daysAgo(days int) int64 { return micros(c.now.AddDate(0, 0, -days)) }

// number is the whole number a checked rule holds.
func number(v []byte) int {
	n := 0
	_, _ = fmt.Sscan(string(v), &n)
	return n
}
