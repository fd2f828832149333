package preference

import (
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Resolve answers what a recipient's preferences say about one message, and why.
// It is pure: the same question has the same answer.
func Resolve(q notify.WishQuestion) notify.Wish {
	r := resolution{WishQuestion: q, own: q.Choices.Categories[q.Category.Key]}
	levels, decided := r.levels()
	wish := notify.Wish{Value: levels[0].Setting, Levels: levels, Detail: levels[0].Detail, Rule: decided, Lock: r.lockOn(levels[0].Level)}
	standing := r.standing()
	cadence, rule := r.cadence()
	wish.Cadence = cadence
	wish.Quiet = r.quiet()
	wish.Gather = r.gather(cadence, rule, wish.Quiet)
	wish.Caps = r.caps()
	switch {
	case wish.Value == notify.Off && q.Critical:
		wish.Value, wish.Detail, wish.Rule = notify.Required, "Critical: "+wish.Detail+" It is sent all the same.", "workflow:"+q.Workflow
	case standing == notify.Required && wish.Value == notify.Off:
		wish.Value, wish.Detail = notify.Required, "Mandatory: "+wish.Detail+" It is sent all the same."
	case wish.Value == notify.Off:
		wish.Refused = true
	case standing == notify.Required || q.Critical:
		wish.Value = notify.Required
	}
	switch {
	case len(wish.Caps) == 0:
	case q.Critical:
		wish.CapsPassed = "Critical: no frequency cap holds it back."
	case wish.Value == notify.Required:
		wish.CapsPassed = "Mandatory: no frequency cap holds it back."
	}
	return wish
}

// resolution is one question on its way to the answer.
type resolution struct {
	notify.WishQuestion
	own notify.CategoryPreference
}

// choice is a level with the rule that names it.
type choice struct {
	level, rule string
	setting     notify.Setting
	detail      string
}

// levels lists all that has something to say, the nearest first. A pause and a
// channel that is off stand before everything; below them a choice for the
// workflow is nearer than one for its category, one for a channel nearer than
// one for all.
func (r *resolution) levels() ([]notify.WishLevel, string) {
	list := append(r.brakes(), r.chosen()...)
	list = append(list, r.defaults()...)
	out := make([]notify.WishLevel, len(list))
	for i, c := range list {
		out[i] = notify.WishLevel{Level: c.level, Setting: c.setting, Detail: c.detail}
	}
	return out, list[0].rule
}

// brakes stop everything, or all of a channel.
func (r *resolution) brakes() []choice {
	var list []choice
	if until := r.Choices.PausedUntil; until.After(r.At) {
		list = append(list, choice{"paused", "preference:pause", notify.Off, fmt.Sprintf("The recipient paused everything until %s.", clockIn(until, r.zone()))})
	}
	if on, said := r.Choices.Channels[r.Channel]; said && !on {
		list = append(list, choice{"channel", "preference:channel", notify.Off, fmt.Sprintf("The recipient switched off %s.", r.Channel)})
	}
	return list
}

// chosen are the recipient's choices for the workflow and the category.
func (r *resolution) chosen() []choice {
	var list []choice
	say := func(level, rule string, on bool, what string) {
		if on {
			list = append(list, choice{level, "", notify.On, "The recipient wants it."})
			return
		}
		list = append(list, choice{level, rule, notify.Off, "The recipient switched off " + what + "."})
	}
	key := r.Category.Key
	flow := r.Choices.Workflows[r.Workflow]
	if on, said := flow.Channels[r.Channel]; said {
		say("workflow_channel", "preference:workflow", on, fmt.Sprintf("%s for the workflow %s", r.Channel, r.Workflow))
	}
	if flow.Enabled != nil {
		say("workflow", "preference:workflow", *flow.Enabled, "the workflow "+r.Workflow)
	}
	if on, said := r.own.Channels[r.Channel]; said {
		say("category_channel", "category:"+key, on, fmt.Sprintf("%s for the category %s", r.Channel, key))
	}
	if r.own.Enabled != nil {
		say("category", "category:"+key, *r.own.Enabled, "the category "+key)
	}
	if r.own.Cadence == notify.Never {
		say("category_cadence", "category:"+key, false, "the category "+key)
	}
	return list
}

// defaults are the category's own settings; the last of all is on.
func (r *resolution) defaults() []choice {
	var list []choice
	key, defaults := r.Category.Key, r.Category.Defaults
	say := func(level string, s notify.Setting, what string) {
		c := choice{level: level, setting: s, detail: "The recipient wants it."}
		switch s {
		case notify.Off:
			c.rule, c.detail = "category:"+key, fmt.Sprintf("%s is off unless the recipient switches it on.", what)
		case notify.Required:
			c.detail = fmt.Sprintf("%s cannot be switched off.", what)
		case notify.On:
		}
		list = append(list, c)
	}
	if s := defaults.Channels[r.Channel]; s != "" {
		say("default_channel", s, fmt.Sprintf("%s for the category %s", r.Channel, key))
	}
	whole := defaults.Enabled
	if r.Category.Mandatory {
		whole = notify.Required
	} else if whole == "" && r.Category.Cadence == notify.Never {
		whole = notify.Off
	}
	if whole != "" {
		say("default", whole, "The category "+key)
	}
	return append(list, choice{level: "built_in", setting: notify.On, detail: "The recipient wants it."})
}

// standing is the setting that would hold had the recipient chosen nothing.
func (r *resolution) standing() notify.Setting { return r.defaults()[0].setting }

// cadence is how often the category's messages come, and the rule that says so;
// critical ones come at once.
func (r *resolution) cadence() (notify.Cadence, string) {
	for _, c := range []struct {
		said notify.Cadence
		rule string
	}{{r.own.Cadence, "preference:cadence"}, {r.Category.Cadence, "category:" + r.Category.Key}} {
		if c.said == notify.Never || r.Critical {
			continue
		}
		if c.said != "" {
			return c.said, c.rule
		}
	}
	return notify.Instant, ""
}

func (r *resolution) caps() []notify.WishCap {
	var list []notify.WishCap
	if c := r.Choices.FrequencyCap; c != nil {
		list = append(list, notify.WishCap{Cap: *c, Rule: "preference:frequency_cap"})
	} else if c := r.House.FrequencyCap; c != nil {
		list = append(list, notify.WishCap{Cap: *c, Rule: "settings:frequency_cap"})
	}
	if c := r.Category.FrequencyCap; c != nil {
		list = append(list, notify.WishCap{Category: r.Category.Key, Cap: *c, Rule: "category:" + r.Category.Key})
	}
	return list
}

// lockOn finds the operator's lock on the choice of a level.
func (r *resolution) lockOn(level string) *notify.Lock {
	place, ok := map[string]notify.Lock{
		"paused":           {Setting: "paused_until"},
		"channel":          {Channel: r.Channel},
		"workflow_channel": {Workflow: r.Workflow, Channel: r.Channel},
		"workflow":         {Workflow: r.Workflow},
		"category_channel": {Category: r.Category.Key, Channel: r.Channel},
		"category":         {Category: r.Category.Key},
		"category_cadence": {Category: r.Category.Key},
	}[level]
	if !ok {
		return nil
	}
	for i := range r.Choices.Locks {
		if r.Choices.Locks[i].Place() == place {
			return &r.Choices.Locks[i]
		}
	}
	return nil
}

func (r *resolution) zone() *time.Location { return zoneOf(r.Timezone) }
