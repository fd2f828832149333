package ingest

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"clarion/backend/notify"
)

// DirectType is the event type of a send without a workflow.
const DirectType = "notification"

// DecodeNotification reads the body of POST /v1/notifications.
func DecodeNotification(body []byte) (Request, error) {
	if err := notify.CheckDepth(body); err != nil {
		return Request{}, err
	}
	members, err := object("", body)
	if err != nil {
		return Request{}, err
	}
	var r reader
	direct := &notify.Direct{}
	req := Request{Type: DirectType, Direct: direct, Fingerprint: fingerprint(body)}
	given := map[string]string{}
	for _, m := range members {
		field := m.name
		if aliases[field] == "to" || aliases[field] == "data" {
			field = aliases[field]
		}
		if other, twice := given[field]; twice {
			r.faults.Add(m.name, "duplicate", fmt.Sprintf("means the same as %s, which is also given", other))
			continue
		}
		given[field] = m.name
		switch field {
		case "template":
			direct.Template = r.short(m.name, m.value)
		case "content":
			direct.Content = r.content(m.name, m.value)
		case "channels":
			direct.Channels = r.channels(m.name, m.value)
		case "category":
			direct.Category = r.short(m.name, m.value)
		default:
			r.envelope(&req, field, m.name, m.value)
		}
	}
	if given["to"] == "" {
		r.missing("to", "a notification needs recipients")
	}
	if len(direct.Channels) == 0 {
		r.missing("channels", "name at least one channel")
	}
	if direct.Content != nil && direct.Content.Size() == 0 {
		r.missing("content", "content needs words")
	}
	if (direct.Template == "") == (direct.Content == nil) {
		r.missing("template", "give either a template or content")
	}
	return req, r.faults.Err()
}

func (r *reader) channels(path string, v jsontext.Value) []notify.Channel {
	values, err := array(path, v)
	if err != nil {
		r.faults.Add(path, "wrong_type", "must be a list of channels")
		return nil
	}
	var channels []notify.Channel
	for i, value := range values {
		at := fmt.Sprintf("%s[%d]", path, i)
		channel := notify.Channel(r.text(at, value))
		if !channel.Known() {
			r.faults.Add(at, "unknown_channel", fmt.Sprintf("no channel %q", channel))
			continue
		}
		if slices.Contains(channels, channel) {
			r.faults.Add(at, "duplicate", "is named before")
			continue
		}
		channels = append(channels, channel)
	}
	return channels
}

// content reads ready-made content. Its HTML is the caller's own; text fields
// are escaped where a channel makes HTML of them.
func (r *reader) content(path string, v jsontext.Value) *notify.Content {
	if v.Kind() != '{' {
		r.faults.Add(path, "wrong_type", "must be an object")
		return nil
	}
	var content notify.Content
	if err := json.Unmarshal(v, &content); err != nil {
		r.faults.Add(path, "wrong_type", "has a field of the wrong type")
		return nil
	}
	return &content
}
