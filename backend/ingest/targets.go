package ingest

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"clarion/backend/notify"
)

// DecodeTo reads who a request is for: an id, an inline recipient, or a list.
func DecodeTo(path string, v []byte) ([]To, error) {
	var r reader
	list := r.targets(path, v)
	return list, r.faults.Err()
}

// targets reads "to": a list, or a single entry as a convenience.
func (r *reader) targets(path string, v jsontext.Value) []To {
	if v.Kind() == '"' || v.Kind() == '{' {
		return r.appendTarget(nil, path, v)
	}
	values, err := array(path, v)
	if err != nil {
		r.faults.Add(path, "wrong_type", "must be a list of recipients")
		return nil
	}
	if len(values) == 0 || len(values) > MaxTargets {
		r.faults.Add(path, "out_of_range", fmt.Sprintf("must hold 1 to %d entries", MaxTargets))
		return nil
	}
	list := make([]To, 0, len(values))
	for i, value := range values {
		if value.Kind() == '"' {
			if id := r.text(path, value); notify.ValidKey(id) {
				list = append(list, To{ID: id})
				continue
			}
		}
		list = r.appendTarget(list, fmt.Sprintf("%s[%d]", path, i), value)
	}
	return list
}

func (r *reader) appendTarget(list []To, path string, v jsontext.Value) []To {
	switch v.Kind() {
	case '"':
		id := r.text(path, v)
		if !notify.ValidKey(id) {
			r.faults.Add(path, "invalid_id", "must be 1 to 255 characters without spaces")
		}
		return append(list, To{ID: id})
	case '{':
		members, err := object(path, v)
		if err != nil {
			r.faults.Add(path, "malformed_json", err.Error())
			return list
		}
		return append(list, r.target(path, members))
	default:
		r.faults.Add(path, "wrong_type", "must be a recipient id or an object")
		return list
	}
}

// target reads {"group": …}, {"segment": …} or an inline recipient.
func (r *reader) target(path string, members []member) To {
	if len(members) == 1 {
		value, at := members[0].value, join(path, members[0].name)
		switch members[0].name {
		case "group":
			return To{Group: r.key(at, value)}
		case "segment":
			return To{Segment: r.key(at, value)}
		}
	}
	var person notify.Recipient
	for _, m := range members {
		r.recipient(&person, m, join(path, m.name))
	}
	if person.ID == "" {
		// A person without an id of the caller's gets one of ours, but must be
		// reachable in some way, or nobody could ever be told apart.
		if len(person.Addresses) == 0 {
			r.missing(join(path, "id"), "a recipient needs an id, or an address to make one for")
		}
		person.ID = notify.NewID(notify.RecipientID)
	}
	return To{Inline: &person}
}

func (r *reader) key(path string, v jsontext.Value) string {
	key := r.text(path, v)
	if !notify.ValidKey(key) {
		r.faults.Add(path, "invalid_key", "must be 1 to 255 characters without spaces")
	}
	return key
}

// recipient reads one field of an inline recipient.
func (r *reader) recipient(person *notify.Recipient, m member, path string) {
	field := m.name
	if ours, ok := recipientAliases[field]; ok {
		field = ours
	}
	switch field {
	case "id":
		person.ID = r.key(path, m.value)
	case "name":
		person.Name = r.short(path, m.value)
	case "locale", "timezone":
		r.place(person, field, path, m.value)
	case "email":
		r.address(person, notify.Email, path, m.value)
	case "phone":
		r.address(person, notify.SMS, path, m.value)
	case "data":
		person.Data = r.object(path, m.value)
	case "addresses":
		r.addresses(person, path, m.value)
	default:
		r.faults.Add(path, "unknown_field", "is not a field of a recipient")
	}
}

func (r *reader) place(person *notify.Recipient, field, path string, v jsontext.Value) {
	value := r.short(path, v)
	probe := notify.Recipient{ID: "x"}
	if field == "locale" {
		person.Locale, probe.Locale = value, value
	} else {
		person.Timezone, probe.Timezone = value, value
	}
	var faults notify.Invalid
	notify.CheckRecipient(&faults, "", probe)
	for _, f := range faults.Fields {
		r.faults.Add(path, f.Code, f.Detail)
	}
}

func (r *reader) address(person *notify.Recipient, channel notify.Channel, path string, v jsontext.Value) {
	address := r.text(path, v)
	if address == "" && v.Kind() != '"' {
		return
	}
	if code, detail := notify.CheckAddress(channel, address); code != "" {
		r.faults.Add(path, code, detail)
		return
	}
	person.Addresses = append(person.Addresses, notify.Address{Channel: channel, Address: address})
}

// addresses reads [{"channel": …, "address": …}], for channels that have no
// field of their own.
func (r *reader) addresses(person *notify.Recipient, path string, v jsontext.Value) {
	values, err := array(path, v)
	if err != nil {
		r.faults.Add(path, "wrong_type", "must be a list of addresses")
		return
	}
	for i, value := range values {
		at := fmt.Sprintf("%s[%d]", path, i)
		members, err := object(at, value)
		if err != nil {
			r.faults.Add(at, "wrong_type", "must be an object with channel and address")
			continue
		}
		var channel notify.Channel
		var address jsontext.Value
		for _, m := range members {
			switch m.name {
			case "channel":
				channel = notify.Channel(r.text(at+".channel", m.value))
			case "address":
				address = m.value
			default:
				r.faults.Add(join(at, m.name), "unknown_field", "is not a field of an address")
			}
		}
		if !channel.Known() {
			r.faults.Add(at+".channel", "unknown_channel", fmt.Sprintf("no channel %q", channel))
			continue
		}
		if address == nil {
			r.faults.Add(at+".address", "required", "an address is required")
			continue
		}
		r.address(person, channel, at+".address", address)
	}
}
