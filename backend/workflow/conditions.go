package workflow

import (
	"encoding/json"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

const (
	// maxConditions and maxDepth bound what one step may ask.
	maxConditions = 50
	maxDepth      = 4
)

// kind is what a comparison compares with.
type kind uint8

const (
	nothing kind = iota
	anything
	aList
	anOrder // a number or a text
	aText
)

// ops are the comparisons of a condition.
var ops = map[string]kind{
	"eq": anything, "ne": anything, "gt": anOrder, "gte": anOrder, "lt": anOrder, "lte": anOrder, "in": aList, "not_in": aList,
	"contains": anything, "not_contains": anything, "starts_with": aText, "ends_with": aText, "exists": nothing, "not_exists": nothing,
}

// fields are the beginnings of what a condition can look at.
var fields = []string{"data", "recipient", "event", "digest"}

// conditionCheck walks the conditions of one step.
type conditionCheck struct {
	faults *notify.Invalid
	seen   int
}

func checkConditions(faults *notify.Invalid, path string, list []notify.Condition) {
	c := &conditionCheck{faults: faults}
	c.list(path, list, 1)
	if c.seen > maxConditions {
		faults.Add(path, "out_of_range", fmt.Sprintf("a step may have %d conditions", maxConditions))
	}
}

func (c *conditionCheck) list(path string, list []notify.Condition, depth int) {
	for i, condition := range list {
		c.one(fmt.Sprintf("%s[%d]", path, i), condition, depth)
	}
}

func (c *conditionCheck) one(path string, condition notify.Condition, depth int) {
	c.seen++
	isGroup := condition.All != nil || condition.Any != nil
	isComparison := condition.Field != "" || condition.Op != "" || len(condition.Value) > 0
	switch {
	case !isGroup:
		c.comparison(path, condition)
	case isComparison || condition.All != nil && condition.Any != nil:
		c.faults.Add(path, "not_an_option", "is either a comparison, or a group by all, or a group by any")
	case depth >= maxDepth:
		c.faults.Add(path, "too_deep", fmt.Sprintf("groups may be nested %d deep", maxDepth-1))
	case condition.All != nil:
		c.group(path+".all", condition.All, depth)
	default:
		c.group(path+".any", condition.Any, depth)
	}
}

func (c *conditionCheck) group(path string, list []notify.Condition, depth int) {
	if len(list) == 0 {
		c.faults.Add(path, "required", "a group needs a condition")
	}
	c.list(path, list, depth+1)
}

func (c *conditionCheck) comparison(path string, condition notify.Condition) {
	if !readable(condition.Field) {
		c.faults.Add(path+".field", "unknown_field", "must start with data., recipient., event. or digest.")
	}
	wanted, ok := ops[condition.Op]
	switch {
	case !ok:
		c.faults.Add(path+".op", "not_an_option", "must be eq, ne, gt, gte, lt, lte, in, not_in, contains, not_contains, starts_with, ends_with, exists or not_exists")
	case wanted == nothing:
	case !json.Valid(condition.Value):
		c.faults.Add(path+".value", "required", "this comparison needs a value")
	case !wanted.fits(condition.Value):
		c.faults.Add(path+".value", "wrong_type", "must be "+wanted.words())
	}
}

// fits reports whether a JSON value is of the kind.
func (k kind) fits(value json.RawMessage) bool {
	first := strings.TrimSpace(string(value))[0]
	switch k {
	case aList:
		return first == '['
	case aText:
		return first == '"'
	case anOrder:
		return first == '"' || first == '-' || first >= '0' && first <= '9'
	default:
		return true
	}
}

func (k kind) words() string {
	switch k {
	case aList:
		return "a list"
	case aText:
		return "a text"
	default:
		return "a number or a text"
	}
}
