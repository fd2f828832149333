package preference

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// check reports everything that is wrong with choices. What was stored before is
// not questioned again: a category may be gone by now.
func check(p, before notify.Preferences, known map[string]notify.Category) error {
	var faults notify.Invalid
	checkChannels(&faults, "channels", p.Channels)
	for _, key := range slices.Sorted(maps.Keys(p.Categories)) {
		if old, had := before.Categories[key]; had && reflect.DeepEqual(old, p.Categories[key]) {
			continue
		}
		checkCategory(&faults, key, p.Categories[key], known)
	}
	for _, key := range slices.Sorted(maps.Keys(p.Workflows)) {
		if key == "" || len(key) > 100 {
			faults.Add("workflows", "invalid_key", "a workflow's key has 1 to 100 characters")
		}
		checkChannels(&faults, "workflows."+key+".channels", p.Workflows[key].Channels)
	}
	checkQuiet(&faults, p.QuietHours)
	p.FrequencyCap.Check(&faults, "frequency_cap")
	if _, err := time.LoadLocation(p.Timezone); err != nil || p.Timezone == "Local" {
		faults.Add("timezone", "invalid_timezone", "must be a name such as Europe/London")
	}
	if p.Locale != "" && !notify.ValidLocale(p.Locale) {
		faults.Add("locale", "invalid_locale", "must be a language tag such as en or zh-CN")
	}
	for i, l := range p.Locks {
		checkLock(&faults, fmt.Sprintf("locks[%d]", i), l)
	}
	return faults.Err()
}

func checkCategory(faults *notify.Invalid, key string, choice notify.CategoryPreference, known map[string]notify.Category) {
	path := "categories." + key
	category, ok := known[key]
	if !ok {
		faults.Add(path, "unknown_category", fmt.Sprintf("no category %q", key))
		return
	}
	required := category.Mandatory || category.Defaults.Enabled == notify.Required
	if required && choice.Enabled != nil && !*choice.Enabled {
		faults.Add(path+".enabled", "mandatory", category.Name+" cannot be switched off")
	}
	for _, channel := range slices.Sorted(maps.Keys(choice.Channels)) {
		if category.Defaults.Channels[channel] == notify.Required && !choice.Channels[channel] {
			faults.Add(path+".channels."+string(channel), "mandatory", fmt.Sprintf("%s by %s cannot be switched off", category.Name, channel))
		}
	}
	if choice.Cadence == notify.Never && required {
		faults.Add(path+".cadence", "mandatory", category.Name+" cannot be switched off")
	}
	choice.Cadence.Check(faults, path+".cadence")
	checkChannels(faults, path+".channels", choice.Channels)
}

func checkChannels(faults *notify.Invalid, path string, channels map[notify.Channel]bool) {
	for _, channel := range slices.Sorted(maps.Keys(channels)) {
		if !channel.Known() {
			faults.Add(path+"."+string(channel), "unknown_channel", fmt.Sprintf("no channel %q", channel))
		}
	}
}

func checkQuiet(faults *notify.Invalid, q *notify.QuietWindow) {
	if q == nil {
		return
	}
	times := map[string]string{"start": q.Start, "end": q.End}
	for _, name := range []string{"start", "end"} {
		if _, err := clockTime(times[name]); err != nil {
			faults.Add("quiet_hours."+name, "invalid_time", "must be a time of day such as 22:00")
		}
	}
	if q.Start == q.End {
		faults.Add("quiet_hours.end", "out_of_range", "must differ from the start")
	}
	for i, day := range q.Days {
		if !slices.Contains(weekdays, day) {
			faults.Add(fmt.Sprintf("quiet_hours.days[%d]", i), "not_an_option", "must be one of mon, tue, wed, thu, fri, sat, sun")
		}
	}
}

func checkLock(faults *notify.Invalid, path string, l notify.Lock) {
	place := l.Category != "" || l.Workflow != "" || l.Channel != ""
	settings := []string{"paused_until", "quiet_hours", "frequency_cap"}
	switch {
	case l.Setting != "" && (place || !slices.Contains(settings, l.Setting)):
		faults.Add(path+".setting", "not_an_option", "must be paused_until, quiet_hours or frequency_cap, and stand alone")
	case l.Setting == "" && !place:
		faults.Add(path, "required", "a lock names a setting, a category, a workflow or a channel")
	case l.Category != "" && l.Workflow != "":
		faults.Add(path+".workflow", "conflict", "a lock is on a category or on a workflow")
	}
	if l.Channel != "" && !l.Channel.Known() {
		faults.Add(path+".channel", "unknown_channel", fmt.Sprintf("no channel %q", l.Channel))
	}
	if strings.TrimSpace(l.Reason) == "" || len(l.Reason) > 500 {
		faults.Add(path+".reason", "required", "a lock needs a reason of at most 500 characters")
	}
}
