package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"clarion/backend/notify"
)

// Vars is what a template can name. It is prepared once per event and
// recipient and shared by all channels: rendering only reads it.
type Vars struct {
	// Data is the event's data; its properties can be named without the data.
	Data      map[string]any
	Recipient map[string]any
	Actor     map[string]any
	Event     map[string]any
	// Digest is what was gathered: items, total, first_at and last_at; nil where
	// no digest came before.
	Digest map[string]any
	// Links makes the message's own, what unsubscribe_url and preferences_url
	// name, when a template asks; nil where there are none.
	Links func() notify.Links
	// Kept remembers across recipients of the same Data, Actor and Event what says
	// the same to all of them; nil where nothing is to be remembered.
	Kept *Kept
}

func (v Vars) lookup(name string) (any, bool) {
	var root map[string]any
	switch name {
	case "data":
		root = v.Data
	case "recipient":
		root = v.Recipient
	case "actor":
		root = v.Actor
	case "event":
		root = v.Event
	case "digest":
		if v.Digest == nil {
			value, ok := v.Data[name]
			return value, ok
		}
		root = v.Digest
	case unsubscribeURL:
		link := v.links().Unsubscribe
		return link, link != ""
	case preferencesURL:
		link := v.links().Preferences
		return link, link != ""
	default:
		value, ok := v.Data[name]
		return value, ok
	}
	return root, root != nil
}

func (v Vars) links() notify.Links {
	if v.Links == nil {
		return notify.Links{}
	}
	return v.Links()
}

// DataVars reads JSON data once, keeping whole numbers whole.
func DataVars(data json.RawMessage) (map[string]any, error) {
	if len(data) == 0 || string(data) == "{}" {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var out map[string]any
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("read data for a template: %w: %w", notify.ErrMalformed, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("read data for a template: %w: more follows the object", notify.ErrMalformed)
	}
	for key, value := range out {
		out[key] = settle(value)
	}
	if out == nil {
		out = map[string]any{}
	}
	return out, nil
}

// settle turns the numbers of a decoded value into int or float64.
func settle(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		f, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return f
	case map[string]any:
		for key, inner := range v {
			v[key] = settle(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = settle(inner)
		}
	}
	return value
}

// RecipientVars is a recipient as templates see one.
func RecipientVars(r notify.Recipient) (map[string]any, error) {
	data, err := DataVars(r.Data)
	if err != nil {
		return nil, fmt.Errorf("data of recipient %s: %w", r.ID, err)
	}
	return map[string]any{"id": r.ID, "name": r.Name, "locale": r.Locale, "timezone": r.Timezone, "data": data}, nil
}

// EventVars is an event as templates see one.
func EventVars(e notify.Event) (map[string]any, error) {
	metadata, err := DataVars(e.Metadata)
	if err != nil {
		return nil, fmt.Errorf("metadata of event %s: %w", e.ID, err)
	}
	return map[string]any{
		"id": e.ID, "type": e.Type, "source": e.Source, "tenant": e.Tenant, "trace_id": e.TraceID,
		"created_at": e.CreatedAt.Format(time.RFC3339), "metadata": metadata,
	}, nil
}
