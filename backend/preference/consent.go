package preference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"clarion/backend/notify"
)

// consent is what the consent log keeps of a change, but for the choices.
func (c Change) consent() notify.Consent {
	said := c.Said
	said.Recipient, said.Wording, said.Locale = c.Recipient, c.Origin.Wording, c.Origin.Locale
	if said.Kind == "" {
		said.Kind = notify.ConsentChose
	}
	switch c.Origin.Party {
	case ByMember:
		said.Source, said.Actor = notify.ByMember, c.Origin.ID
	case ByKey:
		said.Source, said.Actor = notify.ByAPIKey, c.Origin.ID
	case BySystem:
		said.Source = notify.ByHouse
	case ByRecipient:
		if said.Source == "" {
			said.Source = notify.ByComponent
		}
	}
	return said
}

// Differences lists the choices that two states do not share, by their path in
// the document, in its order. What one of them does not say is null there.
func Differences(before, after notify.Preferences) ([]notify.ConsentChange, error) {
	was, err := leaves(before)
	if err != nil {
		return nil, err
	}
	is, err := leaves(after)
	if err != nil {
		return nil, err
	}
	var list []notify.ConsentChange
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if !bytes.Equal(was[path], is[path]) {
			list = append(list, notify.ConsentChange{Path: path, From: orNull(was[path]), To: orNull(is[path])})
		}
	}
	return list, nil
}

func orNull(value json.RawMessage) json.RawMessage {
	if value == nil {
		return json.RawMessage("null")
	}
	return value
}

// leaves are the values of a document by their paths; a list is one value.
func leaves(p notify.Preferences) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write preferences: %w", err)
	}
	out := map[string]json.RawMessage{}
	return out, spread(out, "", text)
}

func spread(out map[string]json.RawMessage, path string, value json.RawMessage) error {
	if len(value) == 0 || value[0] != '{' {
		out[path] = value
		return nil
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(value, &parts); err != nil {
		return fmt.Errorf("read preferences at %q: %w", path, err)
	}
	for key, part := range parts {
		inner := key
		if path != "" {
			inner = path + "." + key
		}
		if err := spread(out, inner, part); err != nil {
			return err
		}
	}
	return nil
}
