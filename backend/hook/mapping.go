package hook

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"clarion/backend/notify"
)

// Mapping makes an event of a payload. Its values are paths into the payload,
// such as data.object.items[0].id, or, after an =, words as they stand.
type Mapping struct {
	// Type is where the payload says what happened.
	Type string `json:"type"`
	// Types are the event types by what stands there. Where it is empty, what
	// stands there is the event type; else what is not named is ignored.
	Types map[string]string `json:"types,omitempty"`
	// To are the recipients.
	To []Person `json:"to"`
	// Data are the fields of the event's data; none means the whole payload.
	Data map[string]string `json:"data,omitempty"`
	// Key is the idempotency key; empty is the id that the scheme gives.
	Key string `json:"idempotency_key,omitempty"`
}

// Person is one recipient: a group, or a recipient by id with what is known.
type Person struct {
	Group    string `json:"group,omitempty"`
	ID       string `json:"id,omitempty"`
	Email    string `json:"email,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Name     string `json:"name,omitempty"`
	Locale   string `json:"locale,omitempty"`
	Timezone string `json:"timezone,omitempty"`
}

func (p Person) parts() map[string]string {
	return map[string]string{
		"id": p.ID, "email": p.Email, "phone": p.Phone, "name": p.Name, "locale": p.Locale, "timezone": p.Timezone,
	}
}

// Made is what a mapping made of a payload.
type Made struct {
	// Event is the body of POST /v1/events; nil when the payload is ignored.
	Event json.RawMessage `json:"event"`
	// Ignored says why there is no event.
	Ignored string `json:"ignored,omitempty"`
	// Key is the idempotency key, empty when the mapping names none.
	Key string `json:"idempotency_key,omitempty"`
}

// maxPeople and maxFields bound a mapping.
const maxPeople, maxFields = 20, 100

// Check reports what is wrong with a mapping, with paths below prefix.
func (m Mapping) Check(prefix string) error {
	var faults notify.Invalid
	check := func(path, expression string, needed bool) {
		switch {
		case expression == "" && needed:
			faults.Add(path, "required", "is required")
		case expression != "" && !strings.HasPrefix(expression, "="):
			if _, err := steps(expression); err != nil {
				faults.Add(path, "not_a_path", err.Error())
			}
		}
	}
	check(prefix+"type", m.Type, true)
	if len(m.To) == 0 || len(m.To) > maxPeople {
		faults.Add(prefix+"to", "out_of_range", fmt.Sprintf("must hold 1 to %d recipients", maxPeople))
	}
	for i, p := range m.To {
		at := fmt.Sprintf("%sto[%d].", prefix, i)
		check(at+"group", p.Group, false)
		for name, expression := range p.parts() {
			check(at+name, expression, name == "id" && p.Group == "")
		}
	}
	if len(m.Data) > maxFields {
		faults.Add(prefix+"data", "out_of_range", fmt.Sprintf("must hold at most %d fields", maxFields))
	}
	for name, expression := range m.Data {
		check(prefix+"data."+name, expression, true)
	}
	check(prefix+"idempotency_key", m.Key, false)
	sort.Slice(faults.Fields, func(i, j int) bool { return faults.Fields[i].Path < faults.Fields[j].Path })
	return faults.Err()
}

// Apply makes the event of a payload. What is missing in the payload is a
// *notify.Invalid that names the part of the mapping.
func (m Mapping) Apply(payload []byte) (Made, error) {
	var document any
	if err := json.Unmarshal(payload, &document); err != nil {
		return Made{}, notify.Malformed("payload", "malformed_json", "is not JSON")
	}
	said, ok := text(find(document, m.Type))
	if !ok {
		return Made{}, notify.InvalidField("mapping.type", "nothing_there", fmt.Sprintf("the payload has no text at %s", m.Type))
	}
	kind := said
	if len(m.Types) > 0 {
		if kind = m.Types[said]; kind == "" {
			return Made{Ignored: fmt.Sprintf("no event type is mapped to %q", said)}, nil
		}
	}
	event := struct {
		Type string `json:"type"`
		To   []any  `json:"to"`
		Data any    `json:"data"`
	}{Type: kind, Data: document}
	if len(m.Data) > 0 {
		data := map[string]any{}
		for name, expression := range m.Data {
			if value := find(document, expression); value != nil {
				data[name] = value
			}
		}
		event.Data = data
	} else if _, isObject := document.(map[string]any); !isObject {
		event.Data = map[string]any{"payload": document}
	}
	var err error
	if event.To, err = m.people(document); err != nil {
		return Made{}, err
	}
	body, err := json.Marshal(event)
	if err != nil {
		return Made{}, fmt.Errorf("write the event of a webhook: %w", err)
	}
	made := Made{Event: body}
	if m.Key != "" {
		made.Key, _ = text(find(document, m.Key))
	}
	return made, nil
}

func (m Mapping) people(document any) ([]any, error) {
	var to []any
	for i, p := range m.To {
		if p.Group != "" {
			if group, ok := text(find(document, p.Group)); ok {
				to = append(to, map[string]any{"group": group})
			}
			continue
		}
		person := map[string]any{}
		for name, expression := range p.parts() {
			if value, ok := text(find(document, expression)); expression != "" && ok {
				person[name] = value
			}
		}
		if person["id"] == nil {
			return nil, notify.InvalidField(fmt.Sprintf("mapping.to[%d].id", i), "nothing_there", "the payload has no text at "+p.ID)
		}
		to = append(to, person)
	}
	if len(to) == 0 {
		return nil, notify.InvalidField("mapping.to", "nothing_there", "the payload names nobody")
	}
	return to, nil
}

// text reads a text or a number as text.
func text(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, v != ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// find is what stands at a path, nil when nothing does.
func find(document any, expression string) any {
	if word, literal := strings.CutPrefix(expression, "="); literal {
		return word
	}
	path, err := steps(expression)
	if err != nil {
		return nil
	}
	for _, step := range path {
		switch at := document.(type) {
		case map[string]any:
			document = at[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(at) {
				return nil
			}
			document = at[n]
		default:
			return nil
		}
	}
	return document
}

// steps reads a path: names parted by dots, places in brackets. $ is the whole.
func steps(path string) ([]string, error) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	if path == "" {
		return nil, nil
	}
	var out []string
	for part := range strings.SplitSeq(path, ".") {
		name, places, _ := strings.Cut(part, "[")
		if name != "" {
			out = append(out, name)
		} else if places == "" {
			return nil, errors.New("has an empty name between dots")
		}
		for places != "" {
			place, rest, closed := strings.Cut(places, "]")
			if _, err := strconv.Atoi(place); !closed || err != nil {
				return nil, errors.New("has a bracket that does not hold a number")
			}
			out = append(out, place)
			places = strings.TrimPrefix(rest, "[")
			if places == rest && rest != "" {
				return nil, errors.New("has something after a bracket")
			}
		}
	}
	return out, nil
}
