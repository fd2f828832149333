package dispatch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// holds answers one condition. A field that is missing satisfies only ne.
func holds(c notify.Condition, vars *Vars) bool {
	value, found := lookup(c.Field, vars)
	if c.Op == "exists" {
		return found && value != nil
	}
	var want any
	if json.Unmarshal(c.Value, &want) != nil {
		return false
	}
	if !found {
		return c.Op == "ne"
	}
	switch c.Op {
	case "eq":
		return equal(value, want)
	case "ne":
		return !equal(value, want)
	case "in":
		return among(value, want)
	case "contains":
		return contains(value, want)
	default:
		return ordered(c.Op, value, want)
	}
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
	if c.Op == "exists" {
		return c.Field + " exists"
	}
	return fmt.Sprintf("%s %s %s", c.Field, c.Op, c.Value)
}
