package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

const (
	// maxSteps and maxArms bound a workflow.
	maxSteps = 100
	maxArms  = 10
	// maxPause is the longest that a step waits: a year.
	maxPause = 366 * 24 * 60 * 60
	// maxKey bounds the text of a key.
	maxKey = 500
)

// stepCheck walks the steps of one workflow from the top.
type stepCheck struct {
	faults *notify.Invalid
	seen   map[string]notify.Step
	digest string
	// line refuses a text that is not Liquid; nil takes all.
	line func(source string) error
}

func (c *stepCheck) steps(list []notify.Step) {
	if len(list) > maxSteps {
		c.faults.Add("steps", "out_of_range", fmt.Sprintf("a workflow may have %d steps", maxSteps))
	}
	for i, step := range list {
		c.step(fmt.Sprintf("steps[%d]", i), step)
	}
}

func (c *stepCheck) step(path string, step notify.Step) {
	checkKey(c.faults, path+".key", step.Key)
	if _, twice := c.seen[step.Key]; twice {
		c.faults.Add(path+".key", "duplicate", "another step has this key")
	}
	c.within(path+".within", step)
	c.kind(path, step)
	checkConditions(c.faults, path+".if", step.If)
	c.seen[step.Key] = step
}

// kind checks that a step says what its kind needs, and nothing that belongs to
// another.
func (c *stepCheck) kind(path string, step notify.Step) {
	if !slices.Contains(notify.StepKinds, step.Kind) {
		c.faults.Add(path+".kind", "not_an_option", "must be channel, delay, digest, throttle, branch or wait")
		return
	}
	for _, part := range []struct {
		kind  notify.StepKind
		there bool
		check func(path string, step notify.Step)
	}{
		{notify.StepDelay, step.Delay != nil, c.delay}, {notify.StepDigest, step.Digest != nil, c.gathers},
		{notify.StepThrottle, step.Throttle != nil, c.throttle}, {notify.StepBranch, step.Branch != nil, c.branch},
		{notify.StepWait, step.Wait != nil, c.wait},
	} {
		switch at := path + "." + string(part.kind); {
		case part.kind == step.Kind && !part.there:
			c.faults.Add(at, "required", fmt.Sprintf("a %s step needs it", step.Kind))
		case part.kind == step.Kind:
			part.check(at, step)
		case part.there:
			c.faults.Add(at, "not_an_option", fmt.Sprintf("does not belong to a %s step", step.Kind))
		}
	}
	if step.Kind == notify.StepChannel {
		c.channel(path, step)
	} else if step.Channel != "" || step.Template != "" {
		c.faults.Add(path+".channel", "not_an_option", fmt.Sprintf("does not belong to a %s step", step.Kind))
	}
}

func (c *stepCheck) channel(path string, step notify.Step) {
	if !step.Channel.Known() {
		c.faults.Add(path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", step.Channel))
	}
	if step.Template == "" {
		c.faults.Add(path+".template", "required", "a channel step needs a template")
	}
}

// within checks that an arm is one of a branch above.
func (c *stepCheck) within(path string, step notify.Step) {
	if step.Within == "" {
		return
	}
	key, arm, _ := strings.Cut(step.Within, ".")
	branch := c.seen[key].Branch
	if branch == nil || !slices.ContainsFunc(branch.Arms, func(a notify.Arm) bool { return a.Key == arm }) {
		c.faults.Add(path, "unknown_arm", "must name a branch above and one of its arms, such as split.vip")
	}
}

func (c *stepCheck) span(path string, n, least int) {
	if n < least || n > maxPause {
		c.faults.Add(path, "out_of_range", fmt.Sprintf("must be %d to %d seconds", least, maxPause))
	}
}

func (c *stepCheck) delay(path string, step notify.Step) {
	d := step.Delay
	switch {
	case d.Field != "" && !d.Until.IsZero():
		c.faults.Add(path+".until", "not_an_option", "a delay has a time or a field that holds one")
	case d.Field != "":
		if !readable(d.Field) {
			c.faults.Add(path+".field", "unknown_field", "must start with data., recipient. or event.")
		}
		c.span(path+".seconds", d.Seconds, -maxPause)
	case !d.Until.IsZero() && d.Seconds != 0:
		c.faults.Add(path+".seconds", "not_an_option", "a delay until a time has no length")
	case d.Until.IsZero() && d.Window == nil:
		c.span(path+".seconds", d.Seconds, 1)
	case d.Until.IsZero():
		c.span(path+".seconds", d.Seconds, 0)
	}
	if d.Window != nil {
		c.window(path+".window", *d.Window)
	}
}

func (c *stepCheck) window(path string, w notify.Window) {
	for _, part := range []struct{ name, text string }{{".from", w.From}, {".to", w.To}} {
		if _, err := time.Parse("15:04", part.text); err != nil {
			c.faults.Add(path+part.name, "invalid_time", "must be a time of day such as 09:00")
		}
	}
	for i, day := range w.Days {
		if !slices.Contains(notify.Weekdays, day) {
			c.faults.Add(fmt.Sprintf("%s.days[%d]", path, i), "not_an_option", "must be mon, tue, wed, thu, fri, sat or sun")
		}
	}
	if _, err := time.LoadLocation(w.Timezone); err != nil {
		c.faults.Add(path+".timezone", "invalid_timezone", fmt.Sprintf("no time zone %q", w.Timezone))
	}
}
