package segment

import (
	"encoding/json"
	"slices"

	"clarion/backend/notify"
)

// Rule says who is in a segment. It is either a group (exactly one of All, Any
// and Not is set) or one condition, which has a Field and an Op.
type Rule struct {
	// All must hold, at least one of Any, or Not must not.
	All []Rule `json:"all,omitempty"`
	Any []Rule `json:"any,omitempty"`
	Not *Rule  `json:"not,omitempty"`

	// Field is what is looked at: one of the Fields, or data. and the dotted path
	// of an attribute.
	Field string `json:"field,omitempty"`
	Op    string `json:"op,omitempty"`
	// Value is compared with; some comparisons take none.
	Value json.RawMessage `json:"value,omitempty"`
	// Channel belongs to address, preference, effective and activity; Category to
	// preference, effective and activity; Workflow to activity.
	Channel  notify.Channel `json:"channel,omitempty"`
	Category string         `json:"category,omitempty"`
	Workflow string         `json:"workflow,omitempty"`
	// Days and Times belong to activity: in the last so many days (zero: ever), at
	// least so often (zero: once).
	Days  int `json:"days,omitempty"`
	Times int `json:"times,omitempty"`
}

// The fields that are not attributes.
const (
	FieldID         = "id"
	FieldName       = "name"
	FieldLocale     = "locale"
	FieldTimezone   = "timezone"
	FieldCreated    = "created_at"
	FieldUpdated    = "updated_at"
	FieldGroup      = "group"
	FieldAddress    = "address"
	FieldPreference = "preference"
	// FieldEffective is what holds for a category, on a channel or not, now: the
	// resolver's answer, with defaults, pauses and channels that are off.
	FieldEffective = "effective"
	FieldActivity  = "activity"
	// DataPrefix begins the name of an attribute.
	DataPrefix = "data."
)

// Fields are all of them, in the order in which pages offer them.
var Fields = []string{
	FieldLocale, FieldTimezone, FieldGroup, FieldAddress, FieldPreference, FieldEffective, FieldActivity, FieldCreated, FieldUpdated, FieldName, FieldID,
}

// The comparisons of texts, attributes, times, groups, addresses and preferences.
const (
	OpEq          = "eq"
	OpNe          = "ne"
	OpGt          = "gt"
	OpGte         = "gte"
	OpLt          = "lt"
	OpLte         = "lte"
	OpIn          = "in"
	OpNotIn       = "not_in"
	OpContains    = "contains"
	OpNotContains = "not_contains"
	OpStarts      = "starts_with"
	OpEnds        = "ends_with"
	OpExists      = "exists"
	OpNotExists   = "not_exists"
	OpBefore      = "before"
	OpAfter       = "after"
	OpWithin      = "within_days"
	OpOlder       = "older_than_days"
	// OpReachable: an address that works and is not suppressed. OpVerified: one
	// that was proved to be theirs. OpCountry: a number that begins with one of the
	// calling codes.
	OpReachable = "reachable"
	OpVerified  = "verified"
	OpCountry   = "country"
	OpOn        = "on"
	OpOff       = "off"
	OpRequired  = "required"
)

// Deeds are the comparisons of activity: what became of a message, or what the
// person did with it.
var Deeds = []string{"sent", "delivered", "failed", "seen", "read", "opened", "clicked"}

var (
	textOps = []string{OpEq, OpNe, OpIn, OpNotIn, OpContains, OpNotContains, OpStarts, OpEnds, OpExists, OpNotExists}
	dataOps = append([]string{OpGt, OpGte, OpLt, OpLte}, textOps...)
	timeOps = []string{OpBefore, OpAfter, OpWithin, OpOlder}
)

// OpsOf returns the comparisons a field takes, and nil for one that is unknown.
func OpsOf(field string) []string {
	switch field {
	case FieldID, FieldName, FieldLocale, FieldTimezone:
		return textOps
	case FieldCreated, FieldUpdated:
		return timeOps
	case FieldGroup:
		return []string{OpIn, OpNotIn}
	case FieldAddress:
		return []string{OpExists, OpNotExists, OpReachable, OpVerified, OpCountry}
	case FieldPreference:
		return []string{OpOn, OpOff}
	case FieldEffective:
		return []string{OpOn, OpOff, OpRequired}
	case FieldActivity:
		return Deeds
	}
	if AttributePath(field) != nil {
		return dataOps
	}
	return nil
}

// Denials are the comparisons that hold exactly where another does not.
var Denials = map[string]string{
	OpNe: OpEq, OpNotIn: OpIn, OpNotContains: OpContains, OpNotExists: OpExists, OpOlder: OpWithin, OpOn: OpOff,
}

// IsGroup reports whether r is made of other rules.
func (r Rule) IsGroup() bool { return r.All != nil || r.Any != nil || r.Not != nil }

// Parts are the rules a group is made of.
func (r Rule) Parts() []Rule {
	if r.Not != nil {
		return []Rule{*r.Not}
	}
	return slices.Concat(r.All, r.Any)
}

// Conditions are all conditions of a rule, in the order in which they are read.
func (r Rule) Conditions() []Rule {
	if !r.IsGroup() {
		return []Rule{r}
	}
	var list []Rule
	for _, part := range r.Parts() {
		list = append(list, part.Conditions()...)
	}
	return list
}
