package dispatch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/notify"
)

// holds answers one condition or a group of them. A field that is missing
// satisfies only the comparisons that deny something.
func holds(c notify.Condition, vars *Vars) bool {
	whole := func(each notify.Condition) bool { return holds(each, vars) }
	switch {
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(each notify.Condition) bool { return !whole(each) })
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, whole)
	}
	value, found := lookup(c.Field, vars)
	switch c.Op {
	case "exists":
		return found && value != nil
	case "not_exists":
		return !found || value == nil
	}
	var want any
	if json.Unmarshal(c.Value, &want) != nil {
		return false
	}
	if op, denied := denials[c.Op]; denied {
		return !found || !compared(op, value, want)
	}
	return found && compared(c.Op, value, want)
}

// denials are the comparisons that hold where another does not.
var denials = map[string]string{"ne": "eq", "not_in": "in", "not_contains": "contains"}

func compared(op string, value, want any) bool {
	switch op {
	case "eq":
		return equal(value, want)
	case "in":
		return among(value, want)
	case "contains":
		return contains(value, want)
	case "starts_with", "ends_with":
		return edged(op, value, want)
	default:
		return ordered(op, value, want)
	}
}

// edged reports whether a text begins or ends with another.
func edged(op string, value, part any) bool {
	text, isText := value.(string)
	edge, isEdge := part.(string)
	if op == "ends_with" {
		return isText && isEdge && strings.HasSuffix(text, edge)
	}
	return isText && isEdge && strings.HasPrefix(text, edge)
}

// lookup follows a dotted path such as data.customer.tier.
func lookup(path string, vars *Vars) (any, bool) {
	root, rest, _ := strings.Cut(path, ".")
	var at any
	switch root {
	case "data":
		at = vars.Data
	case "recipient":
		at = vars.Recipient
	case "event":
		at = vars.Event
	case "digest":
		at = vars.Digest
	default:
		return nil, false
	}
	for _, name := range strings.Split(rest, ".") {
		object, ok := at.(map[string]any)
		if !ok {
			return nil, false
		}
		if at, ok = object[name]; !ok {
			return nil, false
		}
	}
	return at, true
}

func equal(a, b any) bool {
	if x, ok := number(a); ok {
		y, isNumber := number(b)
		return isNumber && x == y
	}
	switch a := a.(type) {
	case string, bool, nil:
		return a == b
	default:
		x, errX := json.Marshal(a)
		y, errY := json.Marshal(b)
		return errX == nil && errY == nil && string(x) == string(y)
	}
}

// number reads the number types that JSON becomes here and there.
func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	default:
		return 0, false
	}
}

func among(value, list any) bool {
	items, ok := list.([]any)
	if !ok {
		return false
	}
	for _, item := range items {
		if equal(value, item) {
			return true
		}
	}
	return false
}

func contains(value, part any) bool {
	if text, ok := value.(string); ok {
		s, isText := part.(string)
		return isText && strings.Contains(text, s)
	}
	return among(part, value)
}

func ordered(op string, value, want any) bool {
	order, ok := compare(value, want)
	if !ok {
		return false
	}
	switch op {
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "lt":
		return order < 0
	case "lte":
		return order <= 0
	default:
		return false
	}
}

// compare orders two numbers or two texts; anything else has no order.
func compare(value, want any) (int, bool) {
	if a, ok := number(value); ok {
		b, isNumber := number(want)
		return cmp.Compare(a, b), isNumber
	}
	a, isText := value.(string)
	b, wantText := want.(string)
	return strings.Compare(a, b), isText && wantText
}

// sentence writes a condition for people.
func sentence(c notify.Condition) string {
	switch {
	case len(c.All) > 0:
		return joined(c.All, " and ")
	case len(c.Any) > 0:
		return joined(c.Any, " or ")
	case c.Op == "exists":
		return c.Field + " exists"
	case c.Op == "not_exists":
		return c.Field + " does not exist"
	}
	return fmt.Sprintf("%s %s %s", c.Field, strings.ReplaceAll(c.Op, "_", " "), c.Value)
}

func joined(list []notify.Condition, word string) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = sentence(c)
	}
	return "(" + strings.Join(parts, word) + ")"
}
