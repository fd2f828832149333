package workflow

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"clarion/backend/notify"
)

// keyShape is what a key may look like: it stands in URLs, logs and reports.
var keyShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)

// ops are the comparisons of a condition and whether they need a value.
var ops = map[string]bool{
	"eq": true, "ne": true, "gt": true, "gte": true, "lt": true, "lte": true,
	"in": true, "contains": true, "exists": false,
}

func checkKey(faults *notify.Invalid, path, key string) {
	if !keyShape.MatchString(key) {
		faults.Add(path, "invalid_key", "must be 1 to 100 of a-z, 0-9, dot, dash, underscore, starting with a letter or digit")
	}
}

// check reports everything that is wrong with a definition.
func (c *Catalog) check(w notify.Workflow, categories map[string]notify.Category) error {
	var faults notify.Invalid
	checkKey(&faults, "key", w.Key)
	checkKey(&faults, "event_type", w.EventType)
	if w.Name == "" {
		faults.Add("name", "required", "a workflow needs a name")
	}
	if !w.Priority.Known() {
		faults.Add("priority", "not_an_option", "must be high, medium or low")
	}
	if _, ok := categories[w.Category]; !ok {
		faults.Add("category", "unknown_category", fmt.Sprintf("no category %q", w.Category))
	}
	if w.ExpiresAfterSeconds < 0 {
		faults.Add("expires_after_seconds", "out_of_range", "must not be negative")
	}
	if len(w.EventSchema) > 0 {
		if err := c.checkSchema(w.EventSchema); err != nil {
			faults.Add("event_schema", "invalid_schema", err.Error())
		}
	}
	if len(w.Steps) == 0 {
		faults.Add("steps", "required", "a workflow needs at least one step")
	}
	seen := map[string]bool{}
	for i, step := range w.Steps {
		checkStep(&faults, fmt.Sprintf("steps[%d]", i), step, seen)
	}
	return faults.Err()
}

func checkStep(faults *notify.Invalid, path string, step notify.Step, seen map[string]bool) {
	checkKey(faults, path+".key", step.Key)
	if seen[step.Key] {
		faults.Add(path+".key", "duplicate", "another step has this key")
	}
	seen[step.Key] = true
	if step.Kind != notify.StepChannel {
		faults.Add(path+".kind", "not_an_option", "must be channel")
		return
	}
	if !step.Channel.Known() {
		faults.Add(path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", step.Channel))
	}
	if step.Template == "" {
		faults.Add(path+".template", "required", "a channel step needs a template")
	}
	for i, condition := range step.If {
		checkCondition(faults, fmt.Sprintf("%s.if[%d]", path, i), condition)
	}
}

func checkCondition(faults *notify.Invalid, path string, condition notify.Condition) {
	root, rest, _ := strings.Cut(condition.Field, ".")
	switch {
	case rest != "" && (root == "data" || root == "recipient" || root == "event"):
	default:
		faults.Add(path+".field", "unknown_field", "must start with data., recipient. or event.")
	}
	needsValue, ok := ops[condition.Op]
	switch {
	case !ok:
		faults.Add(path+".op", "not_an_option", "must be eq, ne, gt, gte, lt, lte, in, contains or exists")
	case needsValue && !json.Valid(condition.Value):
		faults.Add(path+".value", "required", "this comparison needs a value")
	}
}
