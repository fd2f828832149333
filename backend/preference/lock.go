package preference

import (
	"fmt"
	"reflect"

	"clarion/backend/notify"
)

// unlocked refuses a change of what an operator locked, with the reason.
func unlocked(before, after notify.Preferences) error {
	var faults notify.Invalid
	for _, l := range before.Locks {
		if !reflect.DeepEqual(chosenAt(before, l), chosenAt(after, l)) {
			faults.Add(pathOf(l), "locked", l.Reason)
		}
	}
	return faults.Err()
}

// chosenAt is what was chosen at the place of a lock.
func chosenAt(p notify.Preferences, l notify.Lock) any {
	category, flow := p.Categories[l.Category], p.Workflows[l.Workflow]
	switch {
	case l.Setting == "paused_until":
		return p.PausedUntil.UnixMicro()
	case l.Setting == "quiet_hours":
		return p.QuietHours
	case l.Setting == "frequency_cap":
		return p.FrequencyCap
	case l.Category != "" && l.Channel != "":
		return said(category.Channels, l.Channel)
	case l.Category != "":
		return []any{truth(category.Enabled), category.Cadence}
	case l.Workflow != "" && l.Channel != "":
		return said(flow.Channels, l.Channel)
	case l.Workflow != "":
		return truth(flow.Enabled)
	default:
		return said(p.Channels, l.Channel)
	}
}

func said(channels map[notify.Channel]bool, channel notify.Channel) string {
	on, chosen := channels[channel]
	if !chosen {
		return ""
	}
	return fmt.Sprint(on)
}

func truth(b *bool) string {
	if b == nil {
		return ""
	}
	return fmt.Sprint(*b)
}

// pathOf is the field that a lock is on.
func pathOf(l notify.Lock) string {
	path := l.Setting
	for _, part := range []struct{ list, key string }{{"categories", l.Category}, {"workflows", l.Workflow}} {
		if part.key != "" {
			path = part.list + "." + part.key
		}
	}
	switch {
	case l.Channel == "":
		return path
	case path == "":
		return "channels." + string(l.Channel)
	default:
		return path + ".channels." + string(l.Channel)
	}
}
