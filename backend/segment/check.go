package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

// What a rule may be at most: it is asked of a million people.
const (
	deepest       = 5
	conditionsMax = 50
	listMax       = 500
	textMax       = 255
	daysMax       = 3650
	timesMax      = 1000
	pathMax       = 5
)

// AttributePath is the path of an attribute, name by name; nil when field names
// none, or one that no database could be asked for.
func AttributePath(field string) []string {
	rest, ok := strings.CutPrefix(field, DataPrefix)
	if !ok || len(rest) > textMax || !utf8.ValidString(rest) || strings.ContainsFunc(rest, unfit) {
		return nil
	}
	path := strings.Split(rest, ".")
	if len(path) > pathMax || slices.Contains(path, "") {
		return nil
	}
	return path
}

// unfit are what a path in a query would have to escape.
func unfit(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }

// Check reports all that is wrong with a rule, with paths below prefix.
func Check(faults *notify.Invalid, prefix string, r Rule) {
	c := checker{faults: faults}
	c.rule(prefix, r, 1)
	if c.conditions > conditionsMax {
		faults.Add(prefix, "too_long", fmt.Sprintf("must have at most %d conditions", conditionsMax))
	}
}

type checker struct {
	faults     *notify.Invalid
	conditions int
}

func (c *checker) rule(path string, r Rule, depth int) {
	if !r.IsGroup() {
		c.conditions++
		c.condition(path, r)
		return
	}
	kinds := 0
	for _, given := range []bool{r.All != nil, r.Any != nil, r.Not != nil, r.Field != "" || r.Op != ""} {
		if given {
			kinds++
		}
	}
	switch {
	case kinds > 1:
		c.faults.Add(path, "conflict", "must be one of all, any, not, or one condition")
		return
	case depth > deepest:
		c.faults.Add(path, "too_deep", fmt.Sprintf("groups may be nested %d deep", deepest))
		return
	case len(r.Parts()) == 0:
		c.faults.Add(path, "required", "a group needs a condition")
	}
	for i, part := range r.All {
		c.rule(fmt.Sprintf("%s.all[%d]", path, i), part, depth+1)
	}
	for i, part := range r.Any {
		c.rule(fmt.Sprintf("%s.any[%d]", path, i), part, depth+1)
	}
	if r.Not != nil {
		c.rule(path+".not", *r.Not, depth+1)
	}
}

func (c *checker) condition(path string, r Rule) {
	if r.Field == "" {
		c.faults.Add(path+".field", "required", "a condition needs a field")
		return
	}
	ops := OpsOf(r.Field)
	if ops == nil {
		c.faults.Add(path+".field", "unknown_field", fmt.Sprintf("recipients have no field %q", r.Field))
		return
	}
	if !slices.Contains(ops, r.Op) {
		c.faults.Add(path+".op", "not_an_option", "must be one of "+strings.Join(ops, ", "))
		return
	}
	c.belongings(path, r)
	c.value(path+".value", r)
}

// belongings checks what only some fields have.
func (c *checker) belongings(path string, r Rule) {
	hasChannel := r.Field == FieldAddress || r.Field == FieldPreference || r.Field == FieldEffective || r.Field == FieldActivity
	hasCategory := r.Field == FieldPreference || r.Field == FieldEffective || r.Field == FieldActivity
	for _, one := range []struct {
		name         string
		given, taken bool
	}{
		{"channel", r.Channel != "", hasChannel}, {"category", r.Category != "", hasCategory},
		{"workflow", r.Workflow != "", r.Field == FieldActivity},
		{"days", r.Days != 0, r.Field == FieldActivity}, {"times", r.Times != 0, r.Field == FieldActivity},
	} {
		if one.given && !one.taken {
			c.faults.Add(path+"."+one.name, "conflict", fmt.Sprintf("does not belong to %s", r.Field))
		}
	}
	if r.Channel != "" && !r.Channel.Known() {
		c.faults.Add(path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", r.Channel))
	}
	for name, key := range map[string]string{"category": r.Category, "workflow": r.Workflow} {
		if key != "" && !notify.ValidKey(key) {
			c.faults.Add(path+"."+name, "invalid_key", "must be 1 to 255 characters without spaces")
		}
	}
	switch {
	case r.Field == FieldAddress && r.Channel == "":
		c.faults.Add(path+".channel", "required", "an address is of a channel")
	case r.Field == FieldEffective && r.Category == "":
		c.faults.Add(path+".category", "required", "what holds is about a category")
	case r.Field == FieldPreference && r.Channel == "" && r.Category == "":
		c.faults.Add(path+".category", "required", "a preference is about a category, a channel or both")
	}
	c.number(path+".days", r.Days, 0, daysMax)
	c.number(path+".times", r.Times, 0, timesMax)
}

func (c *checker) number(path string, n, least, most int) {
	if n < least || n > most {
		c.faults.Add(path, "out_of_range", fmt.Sprintf("must be %d to %d", least, most))
	}
}

var callingCode = regexp.MustCompile(`^\+[1-9][0-9]{0,6}$`)

// value checks what the field is compared with.
func (c *checker) value(path string, r Rule) {
	given := len(r.Value) > 0
	switch r.Op {
	case OpExists, OpNotExists, OpReachable, OpVerified, OpOn, OpOff, OpRequired:
		if given {
			c.faults.Add(path, "conflict", "this comparison takes no value")
		}
	case OpIn, OpNotIn, OpCountry:
		c.list(path, r)
	case OpBefore, OpAfter:
		if _, err := r.Moment(); err != nil {
			c.faults.Add(path, "invalid_time", "must be an RFC 3339 time such as 2030-01-01T00:00:00Z")
		}
	case OpWithin, OpOlder:
		n, err := strconv.Atoi(string(r.Value))
		if err != nil || n < 1 || n > daysMax {
			c.faults.Add(path, "out_of_range", fmt.Sprintf("must be 1 to %d days", daysMax))
		}
	default:
		switch {
		case r.Field == FieldActivity && given:
			c.faults.Add(path, "conflict", "an activity takes no value")
		case r.Field != FieldActivity:
			c.scalar(path, r, r.Value)
		}
	}
}

func (c *checker) list(path string, r Rule) {
	items := r.Items()
	if len(items) == 0 || len(items) > listMax {
		c.faults.Add(path, "out_of_range", fmt.Sprintf("must be a list of 1 to %d values", listMax))
		return
	}
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		text, isText := TextOf(item)
		switch {
		case r.Op == OpCountry && (!isText || !callingCode.MatchString(text)):
			c.faults.Add(at, "invalid_country", "must be a calling code such as +44")
		case r.Field == FieldGroup && (!isText || !notify.ValidKey(text)):
			c.faults.Add(at, "invalid_key", "must be 1 to 255 characters without spaces")
		default:
			c.scalar(at, r, item)
		}
	}
}

// scalar checks one value: a text, a number, true or false; for fields other
// than attributes a text.
func (c *checker) scalar(path string, r Rule, v json.RawMessage) {
	_, isAttribute := strings.CutPrefix(r.Field, DataPrefix)
	text, isText := TextOf(v)
	_, isNumber := NumberOf(v)
	truth := string(v) == "true" || string(v) == "false"
	texts := slices.Contains([]string{OpStarts, OpEnds}, r.Op)
	orders := slices.Contains([]string{OpGt, OpGte, OpLt, OpLte}, r.Op)
	switch {
	case len(v) == 0:
		c.faults.Add(path, "required", "is required")
	case isText && (utf8.RuneCountInString(text) > textMax || strings.ContainsRune(text, 0)):
		c.faults.Add(path, "too_long", fmt.Sprintf("must be at most %d characters of text", textMax))
	case isText && text == "" && (r.Op == OpContains || r.Op == OpNotContains || texts):
		c.faults.Add(path, "required", "must not be empty")
	case isText:
	case !isAttribute, texts:
		c.faults.Add(path, "wrong_type", "must be text")
	case orders && !isNumber:
		c.faults.Add(path, "wrong_type", "must be a number or text")
	case !isNumber && !truth:
		c.faults.Add(path, "wrong_type", "must be text, a number, true or false")
	}
}

// Items are the values of a list; one value counts as a list of itself.
func (r Rule) Items() []json.RawMessage {
	var items []json.RawMessage
	if v := bytes.TrimSpace(r.Value); len(v) > 0 && v[0] != '[' {
		return []json.RawMessage{v}
	}
	if json.Unmarshal(r.Value, &items) != nil {
		return nil
	}
	return items
}

// TextOf is a value as text, and whether it is one.
func TextOf(v json.RawMessage) (string, bool) {
	var text string
	if len(v) == 0 || v[0] != '"' || json.Unmarshal(v, &text) != nil {
		return "", false
	}
	return text, true
}

// numberShape leaves out what one database would take for infinity and another
// refuse.
var numberShape = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,15})?$`)

// NumberOf is a value as it is written, and whether it is a number that every
// database compares alike.
func NumberOf(v json.RawMessage) (string, bool) {
	return string(v), numberShape.Match(v)
}

// Moment is the time that before and after compare with; a date is its first
// moment in UTC.
func (r Rule) Moment() (time.Time, error) {
	text, _ := TextOf(r.Value)
	if at, err := time.Parse(time.DateOnly, text); err == nil {
		return at, nil
	}
	return time.Parse(time.RFC3339, text)
}
