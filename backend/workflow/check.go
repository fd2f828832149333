package workflow

import (
	"fmt"
	"regexp"
	"strings"

	"clarion/backend/notify"
)

// keyShape is what a key may look like: it stands in URLs, logs and reports.
var keyShape = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,99}$`)

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
	if strings.HasPrefix(w.Key, notify.OurPrefix) || strings.HasPrefix(w.EventType, notify.OurPrefix) {
		faults.Add("key", "reserved", "what begins with "+notify.OurPrefix+" is Clarion's own")
	}
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
	steps := &stepCheck{faults: &faults, seen: map[string]notify.Step{}, line: c.checkLine}
	steps.steps(w.Steps)
	checkCancelOn(&faults, w.CancelOn)
	return faults.Err()
}
