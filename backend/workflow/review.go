package workflow

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"clarion/backend/notify"
)

// Section is one part of a workflow that people read. Path names it.
type Section struct{ Path, Text string }

// Sections are the parts of a workflow in the order people read them. A step
// keeps its path when it moves; that it moved is seen in the order.
func Sections(w notify.Workflow) []Section {
	keys := make([]string, len(w.Steps))
	for i, step := range w.Steps {
		keys[i] = step.Key
	}
	list := []Section{
		{"name", w.Name}, {"event_type", w.EventType}, {"category", w.Category}, {"priority", string(w.Priority)},
		{"critical", strconv.FormatBool(w.Critical)}, {"enabled", strconv.FormatBool(w.Enabled)},
		{"expires_after_seconds", strconv.Itoa(w.ExpiresAfterSeconds)},
		{"event_schema", pretty(w.EventSchema)}, {"order", strings.Join(keys, "\n")}, {"cancel_on", ends(w.CancelOn)},
	}
	for i, step := range w.Steps {
		path := "steps." + step.Key
		if step.Key == "" {
			path = fmt.Sprintf("steps[%d]", i)
		}
		text, err := json.Marshal(step)
		if err == nil {
			list = append(list, Section{path, pretty(text)})
		}
	}
	return list
}

func pretty(document json.RawMessage) string {
	var value any
	if len(document) == 0 || json.Unmarshal(document, &value) != nil {
		return string(document)
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return string(document)
	}
	return string(text)
}

// ends are the events that end runs, one in a line.
func ends(list []notify.CancelOn) string {
	lines := make([]string, len(list))
	for i, rule := range list {
		lines[i] = strings.TrimSpace(rule.EventType + " " + rule.Match)
	}
	return strings.Join(lines, "\n")
}
