package broadcast

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	nameMost = 200
	noteMost = 2000
	// listMost bounds the lists of an audience, namedMost who is named one by one.
	listMost  = 50
	namedMost = 10_000
	rateMost  = 100_000
)

// checkPlan finds what no plan may be, finished or not.
func checkPlan(name string, p Plan) error {
	var faults notify.Invalid
	if strings.TrimSpace(name) == "" || utf8.RuneCountInString(name) > nameMost {
		faults.Add("name", "out_of_range", fmt.Sprintf("must be 1 to %d characters", nameMost))
	}
	checkAudience(&faults, p.Audience)
	for i, channel := range p.Channels {
		switch {
		case !channel.Known():
			faults.Add(fmt.Sprintf("channels[%d]", i), "unknown_channel", fmt.Sprintf("no channel %q", channel))
		case slices.Index(p.Channels, channel) != i:
			faults.Add(fmt.Sprintf("channels[%d]", i), "twice", "stands there twice")
		}
	}
	if p.Priority != "" && !p.Priority.Known() {
		faults.Add("priority", "not_an_option", "must be high, medium or low")
	}
	if p.PerSecond < 0 || p.PerSecond > rateMost {
		faults.Add("per_second", "out_of_range", fmt.Sprintf("must be 0 to %d", rateMost))
	}
	var object map[string]json.RawMessage
	if len(p.Data) > 0 && json.Unmarshal(p.Data, &object) != nil {
		faults.Add("data", "wrong_type", "must be an object")
	}
	checkWindow(&faults, p.Window)
	return faults.Err()
}

func checkAudience(faults *notify.Invalid, a Audience) {
	if a.File != "" && !notify.IsID(notify.ImportID, a.File) {
		faults.Add("audience.file", "invalid_id", "must be the id of an uploaded file")
	}
	for _, list := range []struct {
		path string
		keys []string
		most int
	}{{"audience.segments", a.Segments, listMost}, {"audience.groups", a.Groups, listMost}, {"audience.recipients", a.Recipients, namedMost}} {
		if len(list.keys) > list.most {
			faults.Add(list.path, "too_many", fmt.Sprintf("must be at most %d", list.most))
		}
		for i, key := range list.keys {
			if !notify.ValidKey(key) {
				faults.Add(fmt.Sprintf("%s[%d]", list.path, i), "invalid_key", "must be 1 to 255 characters without spaces")
				break
			}
		}
	}
}

func checkWindow(faults *notify.Invalid, w *notify.Window) {
	if w == nil {
		return
	}
	for path, at := range map[string]string{"window.from": w.From, "window.to": w.To} {
		if _, err := time.Parse("15:04", at); err != nil {
			faults.Add(path, "invalid_time", "must be a time of day such as 20:00")
		}
	}
	if !notify.ValidTimezone(w.Timezone) {
		faults.Add("window.timezone", "unknown_timezone", "must be a time zone such as Europe/Berlin")
	}
	for i, day := range w.Days {
		if !slices.Contains(notify.Weekdays, day) {
			faults.Add(fmt.Sprintf("window.days[%d]", i), "not_an_option", "must be mon to sun")
		}
	}
}

// lacks finds what a plan must say before it can be submitted.
func lacks(p Plan) []Finding {
	var list []Finding
	lack := func(code, path, detail string) {
		list = append(list, Finding{Code: code, Level: Bars, Path: path, Detail: detail})
	}
	if p.Audience.Empty() {
		lack("no_audience", "audience", "Nobody is named: choose a segment, a group, recipients, a file or everybody.")
	}
	kinds := 0
	for _, given := range []bool{p.Template != "", p.Content != nil, p.Workflow != ""} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		lack("no_content", "content", "Choose a template, write the content, or name a workflow: exactly one of them.")
	}
	if p.Workflow != "" {
		return list
	}
	if len(p.Channels) == 0 {
		lack("no_channels", "channels", "Choose at least one channel.")
	}
	if p.Category == "" {
		lack("no_category", "category", "Choose a category: it is what people can refuse, and what quiet hours and caps go by.")
	}
	return list
}

// Trace is the trace of everything that is done for a broadcast.
func (b Broadcast) Trace() string { return strings.TrimPrefix(b.ID, notify.BroadcastID) }

// event is the event by which a broadcast goes out, as it is frozen.
func (b Broadcast) event(now time.Time) notify.Event {
	direct := &notify.Direct{
		Template: b.Template, Content: b.Content, Channels: b.Channels, Category: b.Category, Window: b.Window, Pins: map[string]int{},
	}
	ways := len(b.Channels)
	if b.Frozen != nil {
		direct.Workflow = b.Frozen.Workflow
		for _, pin := range b.Frozen.Pins {
			if pin.Kind == "template" {
				direct.Pins[pin.Key] = pin.Version
			}
		}
	}
	if direct.Workflow != nil {
		ways = len(direct.Workflow.Steps)
	}
	direct.PerSecond = float64(b.PerSecond) / float64(max(ways, 1))
	e := notify.Event{
		ID: b.EventID, Source: b.Source, Type: EventType, To: []notify.Target{{Broadcast: b.ID}}, Data: b.Data, Priority: b.Priority,
		TraceID: b.Trace(), Direct: direct, Status: notify.EventAccepted, CreatedAt: now,
	}
	if len(e.Data) == 0 {
		e.Data = json.RawMessage(`{}`)
	}
	if direct.Workflow == nil && e.Priority == "" {
		e.Priority = notify.Low
	}
	return e
}
