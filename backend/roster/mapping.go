package roster

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"clarion/backend/notify"
)

// Column says what one column of a source means.
type Column struct {
	// To is what it fills: empty for nothing, a field of a recipient, an address
	// as address.<channel>, or an attribute as data.<name>.
	To string `json:"to"`
	// Type is what an attribute holds; a string when it is empty.
	Type string `json:"type,omitempty"`
}

// The types an attribute may be read as.
var types = []string{"string", "number", "boolean", "date", "list"}

const (
	addressPrefix = "address."
	dataPrefix    = "data."
	maxColumns    = 200
)

var fields = map[string]bool{"id": true, "name": true, "email": true, "phone": true, "locale": true, "timezone": true}

// CheckMapping reports what is wrong with a mapping of columns.
func CheckMapping(columns []Column) error {
	var faults notify.Invalid
	seen := map[string]bool{}
	for i, c := range columns {
		path := fmt.Sprintf("columns[%d]", i)
		channel, place := strings.CutPrefix(c.To, addressPrefix)
		name, attribute := strings.CutPrefix(c.To, dataPrefix)
		switch {
		case c.To == "":
			continue
		case seen[c.To]:
			faults.Add(path+".to", "duplicate", "another column fills it already")
		case place && (!notify.Channel(channel).Known() || channel == string(notify.InApp)):
			faults.Add(path+".to", "unknown_channel", fmt.Sprintf("no channel %q has addresses", channel))
		case attribute && (name == "" || len(name) > 100):
			faults.Add(path+".to", "invalid_name", "an attribute's name has 1 to 100 characters")
		case !place && !attribute && !fields[c.To]:
			faults.Add(path+".to", "not_an_option", "must be a field of a recipient, address.<channel> or data.<attribute>")
		}
		if c.Type != "" && !known(c.Type) {
			faults.Add(path+".type", "not_an_option", "must be string, number, boolean, date or list")
		}
		seen[c.To] = true
	}
	if !seen["id"] {
		faults.Add("columns", "no_id", "one column must fill the id")
	}
	if len(columns) > maxColumns {
		faults.Add("columns", "out_of_range", fmt.Sprintf("must be at most %d", maxColumns))
	}
	return faults.Err()
}

func known(kind string) bool {
	for _, each := range types {
		if each == kind {
			return true
		}
	}
	return false
}

// Fault is one thing that is wrong with a row.
type Fault struct {
	// Column is the one it is in; empty for the row as a whole.
	Column string `json:"column"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Read makes a recipient of a row. What is empty in it stays as it is stored.
func Read(columns []Column, heads, row []string) (notify.Recipient, []Fault) {
	var r notify.Recipient
	var faults []Fault
	data := map[string]any{}
	for i, value := range row {
		if i >= len(columns) || columns[i].To == "" {
			continue
		}
		value = strings.TrimSpace(value)
		if value == "" {
			continue
		}
		if f := fill(&r, data, columns[i], value); f != nil {
			f.Column = heads[i]
			faults = append(faults, *f)
		}
	}
	if len(data) > 0 {
		r.Data, _ = json.Marshal(data) // only what was read from text: it can be written
	}
	if r.ID == "" {
		faults = append(faults, Fault{Column: headOf(columns, heads, "id"), Code: "required", Detail: "the id is empty"})
		return r, faults
	}
	return r, append(faults, checked(columns, heads, r)...)
}

func fill(r *notify.Recipient, data map[string]any, c Column, value string) *Fault {
	switch {
	case c.To == "id":
		r.ID = value
	case c.To == "name":
		r.Name = value
	case c.To == "locale":
		r.Locale = value
	case c.To == "timezone":
		r.Timezone = value
	case strings.HasPrefix(c.To, dataPrefix):
		typed, fault := typedValue(c.Type, value)
		data[strings.TrimPrefix(c.To, dataPrefix)] = typed
		return fault
	default:
		r.Addresses = append(r.Addresses, notify.Address{Channel: channelOf(c.To), Address: value})
	}
	return nil
}

// ChannelOf returns the channel whose addresses a column fills, if it fills any.
func ChannelOf(to string) (notify.Channel, bool) {
	channel := channelOf(to)
	return channel, to == "email" || to == "phone" || strings.HasPrefix(to, addressPrefix)
}

func channelOf(to string) notify.Channel {
	switch to {
	case "email":
		return notify.Email
	case "phone":
		return notify.SMS
	default:
		return notify.Channel(strings.TrimPrefix(to, addressPrefix))
	}
}

var dayShape = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$`)

// typedValue reads text as what an attribute holds. Lists have semicolons or
// bars between their members.
func typedValue(kind, value string) (any, *Fault) {
	switch kind {
	case "number":
		n := json.Number(value)
		if _, err := strconv.ParseFloat(value, 64); err != nil || !json.Valid([]byte(value)) {
			return nil, &Fault{Code: "not_a_number", Detail: fmt.Sprintf("%q is not a number", cutText(value))}
		}
		return n, nil
	case "boolean":
		switch strings.ToLower(value) {
		case "true", "yes", "y", "1", "是":
			return true, nil
		case "false", "no", "n", "0", "否":
			return false, nil
		}
		return nil, &Fault{Code: "not_a_boolean", Detail: fmt.Sprintf("%q is neither yes nor no", cutText(value))}
	case "date":
		if !dayShape.MatchString(value) {
			return nil, &Fault{Code: "not_a_date", Detail: fmt.Sprintf("%q is not a date such as 2026-11-21", cutText(value))}
		}
		return value, nil
	case "list":
		list := []string{}
		for _, part := range strings.FieldsFunc(value, func(c rune) bool { return c == ';' || c == '|' }) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		return list, nil
	default:
		return value, nil
	}
}

func cutText(s string) string {
	if list := []rune(s); len(list) > 40 {
		return string(list[:40]) + "…"
	}
	return s
}

// checked asks the rules every recipient keeps, and says in which column each
// fault is.
func checked(columns []Column, heads []string, r notify.Recipient) []Fault {
	var found notify.Invalid
	notify.CheckRecipient(&found, "", r)
	var faults []Fault
	for _, f := range found.Fields {
		target, code := f.Path, f.Code
		for i, a := range r.Addresses {
			if strings.HasPrefix(f.Path, fmt.Sprintf("addresses[%d]", i)) {
				target = addressPrefix + string(a.Channel)
			}
		}
		faults = append(faults, Fault{Column: headOf(columns, heads, target), Code: code, Detail: f.Detail})
	}
	return faults
}

func headOf(columns []Column, heads []string, target string) string {
	for i, c := range columns {
		same := c.To == target || strings.HasPrefix(target, addressPrefix) && (c.To == "email" || c.To == "phone") && addressPrefix+string(channelOf(c.To)) == target
		if same && i < len(heads) {
			return heads[i]
		}
	}
	return ""
}
