package workflow

import (
	"fmt"
	"slices"
	"strings"

	"clarion/backend/notify"
)

func (c *stepCheck) gathers(path string, step notify.Step) {
	d := step.Digest
	if c.digest != "" {
		c.faults.Add(path, "too_many", fmt.Sprintf("a workflow gathers once, and %s does already", c.digest))
	}
	c.digest = step.Key
	c.key(path+".key", d.Key)
	c.span(path+".seconds", d.Seconds, 1)
	if d.Sliding && d.MaxSeconds == 0 {
		c.faults.Add(path+".max_seconds", "required", "a sliding window needs a longest length")
	}
	if d.MaxSeconds != 0 {
		c.span(path+".max_seconds", d.MaxSeconds, d.Seconds)
	}
	if d.Count < 0 {
		c.faults.Add(path+".count", "out_of_range", "must not be negative")
	}
	if d.Keep < 0 || d.Keep > 1000 {
		c.faults.Add(path+".keep", "out_of_range", "must be 0 to 1000")
	}
}

func (c *stepCheck) throttle(path string, step notify.Step) {
	c.key(path+".key", step.Throttle.Key)
	c.span(path+".seconds", step.Throttle.Seconds, 1)
	if step.Throttle.Limit < 1 {
		c.faults.Add(path+".limit", "out_of_range", "must be at least 1")
	}
}

func (c *stepCheck) key(path, source string) {
	if len(source) > maxKey {
		c.faults.Add(path, "too_long", fmt.Sprintf("must not be longer than %d bytes", maxKey))
		return
	}
	if source == "" || c.line == nil {
		return
	}
	if err := c.line(source); err != nil {
		c.faults.Add(path, "invalid_key", "cannot be read: "+err.Error())
	}
}

func (c *stepCheck) branch(path string, step notify.Step) {
	arms := step.Branch.Arms
	if len(arms) == 0 || len(arms) > maxArms {
		c.faults.Add(path+".arms", "out_of_range", fmt.Sprintf("a branch has 1 to %d arms", maxArms))
	}
	seen := map[string]bool{}
	for i, arm := range arms {
		at := fmt.Sprintf("%s.arms[%d]", path, i)
		checkKey(c.faults, at+".key", arm.Key)
		if strings.Contains(arm.Key, ".") {
			c.faults.Add(at+".key", "invalid_key", "must not contain a dot")
		}
		if seen[arm.Key] {
			c.faults.Add(at+".key", "duplicate", "another arm has this key")
		}
		seen[arm.Key] = true
		if len(arm.If) == 0 && i < len(arms)-1 {
			c.faults.Add(at+".if", "required", "only the last arm may be open to all")
		}
		checkConditions(c.faults, at+".if", arm.If)
	}
	if strings.Contains(step.Key, ".") {
		c.faults.Add(strings.TrimSuffix(path, ".branch")+".key", "invalid_key", "the key of a branch must not contain a dot")
	}
}

func (c *stepCheck) wait(path string, step notify.Step) {
	w := step.Wait
	if sent := c.seen[w.Step]; sent.Kind != notify.StepChannel {
		c.faults.Add(path+".step", "unknown_step", "must be the key of a channel step above")
	}
	if len(w.For) == 0 {
		c.faults.Add(path+".for", "required", "must say what to wait for")
	}
	for i, signal := range w.For {
		if !slices.Contains(notify.Signals, signal) {
			c.faults.Add(fmt.Sprintf("%s.for[%d]", path, i), "not_an_option", "must be delivered, seen, read, opened or clicked")
		}
	}
	c.span(path+".seconds", w.Seconds, 1)
	if w.WhenMet != "" && w.WhenMet != notify.MetStop && w.WhenMet != notify.MetGoOn {
		c.faults.Add(path+".when_met", "not_an_option", "must be stop or go_on")
	}
}

// checkCancelOn checks the events that end runs.
func checkCancelOn(faults *notify.Invalid, list []notify.CancelOn) {
	for i, rule := range list {
		path := fmt.Sprintf("cancel_on[%d]", i)
		checkKey(faults, path+".event_type", rule.EventType)
		if rule.Match != "" && !readable(rule.Match) {
			faults.Add(path+".match", "unknown_field", "must start with data., recipient. or event.")
		}
	}
}

// readable reports whether a path can be looked up.
func readable(path string) bool {
	parts := strings.Split(path, ".")
	return len(parts) > 1 && slices.Contains(fields, parts[0]) && !slices.Contains(parts, "")
}
