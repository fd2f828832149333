package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"clarion/backend/segment"
)

// attribute compares an attribute. Only values of one kind compare: the text "1"
// is not the number 1, and what is missing fits nothing.
func (c *ruler) attribute(path []string, r segment.Rule) string {
	a := &attributed{ruler: c, path: path}
	switch r.Op {
	case segment.OpExists:
		return a.kind() + " <> 'null'"
	case segment.OpEq:
		return a.equal(r.Value)
	case segment.OpIn:
		return a.in(r)
	case segment.OpContains:
		return a.contains(r)
	case segment.OpStarts, segment.OpEnds:
		return a.when("text", func() string { return c.text(a.text(), r) })
	case segment.OpGt, segment.OpGte, segment.OpLt, segment.OpLte:
		return a.ordered(r)
	}
	return "FALSE"
}

// attributed are the expressions for one attribute in the words of a database.
type attributed struct {
	*ruler
	path []string
	at   string
}

// place is the attribute itself on PostgreSQL and its path on SQLite. Its
// parameters are added once, and only when something needs them.
func (a *attributed) place() string {
	if a.at != "" {
		return a.at
	}
	if !a.postgres {
		a.at = a.textArg(`$."` + strings.Join(a.path, `"."`) + `"`)
		return a.at
	}
	a.at = "(r.attributes"
	for _, name := range a.path {
		a.at += " -> " + a.textArg(name)
	}
	a.at += ")"
	return a.at
}

func (a *attributed) kind() string {
	if a.postgres {
		return "jsonb_typeof" + a.place()
	}
	return "json_type(r.attributes, " + a.place() + ")"
}

func (a *attributed) text() string {
	if a.postgres {
		return "(" + a.place() + " #>> '{}')"
	}
	return "json_extract(r.attributes, " + a.place() + ")"
}

func (a *attributed) number() string {
	if a.postgres {
		return a.place() + "::numeric"
	}
	return a.text()
}

// valueKinds are what the databases call the kinds of values.
var valueKinds = map[bool]map[string]string{
	true:  {"text": "= 'string'", "number": "= 'number'", "list": "= 'array'"},
	false: {"text": "= 'text'", "number": "IN ('integer', 'real')", "list": "= 'array'"},
}

// when asks only of values of a kind: the order of an AND is the planner's, and
// a text that is read as a number is an error.
func (a *attributed) when(kind string, text func() string) string {
	return "CASE WHEN " + a.kind() + " " + valueKinds[a.postgres][kind] + " THEN " + text() + " ELSE FALSE END"
}

// equal goes by the index of PostgreSQL.
func (a *attributed) equal(v json.RawMessage) string {
	if a.postgres {
		return "r.attributes @> " + a.arg(nested(a.path, v), "jsonb")
	}
	if text, ok := segment.TextOf(v); ok {
		return a.when("text", func() string { return a.text() + " = " + a.textArg(text) })
	}
	if n, ok := segment.NumberOf(v); ok {
		return a.when("number", func() string { return a.number() + " = " + a.decimal(n) })
	}
	return a.kind() + " = " + a.textArg(string(v)) // true or false are kinds of their own
}

// nested is a value at its place in an object, as JSON.
func nested(path []string, v json.RawMessage) string {
	for i := len(path) - 1; i >= 0; i-- {
		name, _ := json.Marshal(path[i]) // a text is always JSON
		v = append(append(append(append([]byte("{"), name...), ':'), v...), '}')
	}
	return string(v)
}

// decimal is a number as a parameter that loses no digit.
func (a *attributed) decimal(n string) string {
	if a.postgres {
		return a.arg(n, "text") + "::numeric"
	}
	if whole, err := strconv.ParseInt(n, 10, 64); err == nil {
		return a.arg(whole, "")
	}
	real, _ := strconv.ParseFloat(n, 64) // the rule was checked
	return a.arg(real, "")
}

func (a *attributed) in(r segment.Rule) string {
	texts, numbers, truths := sorted(r)
	var parts []string
	if len(texts) > 0 {
		parts = append(parts, a.when("text", func() string { return a.among(a.text(), texts) }))
	}
	if len(numbers) > 0 {
		parts = append(parts, a.when("number", func() string { return a.amongNumbers(numbers) }))
	}
	for _, truth := range truths {
		parts = append(parts, a.equal(json.RawMessage(truth)))
	}
	return strings.Join(parts, " OR ")
}

func (a *attributed) amongNumbers(numbers []string) string {
	places := make([]string, len(numbers))
	for i, n := range numbers {
		places[i] = a.decimal(n)
	}
	return a.number() + " IN (" + strings.Join(places, ", ") + ")"
}

// sorted are the values of a list by their kind.
func sorted(r segment.Rule) (texts, numbers, truths []string) {
	for _, item := range r.Items() {
		if text, ok := segment.TextOf(item); ok {
			texts = append(texts, text)
		} else if n, ok := segment.NumberOf(item); ok {
			numbers = append(numbers, n)
		} else {
			truths = append(truths, string(item))
		}
	}
	return texts, numbers, truths
}

func listText(values []string) string {
	text, _ := json.Marshal(values) // a list of texts is always JSON
	return string(text)
}

// contains asks for a part of a text, or for an element of a list.
func (a *attributed) contains(r segment.Rule) string {
	element := ""
	if a.postgres {
		element = "r.attributes @> " + a.arg(nested(a.path, append(append([]byte("["), r.Value...), ']')), "jsonb")
	} else {
		element = a.when("list", func() string {
			return "EXISTS (SELECT 1 FROM json_each(r.attributes, " + a.place() + ") AS e WHERE " + a.element(r.Value) + ")"
		})
	}
	text, isText := segment.TextOf(r.Value)
	if !isText {
		return element
	}
	return element + " OR " + a.when("text", func() string { return a.position(a.text(), text) + " > 0" })
}

// element asks whether a member e of a list is a value.
func (a *attributed) element(v json.RawMessage) string {
	if text, ok := segment.TextOf(v); ok {
		return "e.type = 'text' AND e.value = " + a.textArg(text)
	}
	if n, ok := segment.NumberOf(v); ok {
		return "e.type IN ('integer', 'real') AND e.value = " + a.decimal(n)
	}
	return "e.type = " + a.textArg(string(v))
}

var orders = map[string]string{segment.OpGt: " > ", segment.OpGte: " >= ", segment.OpLt: " < ", segment.OpLte: " <= "}

// ordered compares numbers by size and texts by their bytes, whatever the
// language of the database.
func (a *attributed) ordered(r segment.Rule) string {
	if text, ok := segment.TextOf(r.Value); ok {
		collation := ""
		if a.postgres {
			collation = ` COLLATE "C"`
		}
		return a.when("text", func() string { return a.text() + collation + orders[r.Op] + a.textArg(text) })
	}
	n, _ := segment.NumberOf(r.Value)
	return a.when("number", func() string { return a.number() + orders[r.Op] + a.decimal(n) })
}
