package audience

import (
	"context"
	"encoding/json"
	"regexp"
	"time"
)

// Kind is what an attribute holds.
type Kind string

// The kinds of values. A date is a text that is written like one; an object
// can be read by templates, but not compared.
const (
	Text    Kind = "string"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	Date    Kind = "date"
	List    Kind = "list"
	Object  Kind = "object"
	// Mixed is what is held when people differ.
	Mixed Kind = "mixed"
)

// Attribute is a name that some recipient's data holds, learned from what is
// stored.
type Attribute struct {
	Name string `json:"name"`
	// Kind is what all of its values are, or Mixed. Dates and texts together are texts.
	Kind Kind `json:"type"`
	// Kinds are all that were seen.
	Kinds       []Kind    `json:"types"`
	FirstSeenAt time.Time `json:"first_seen_at"`
}

// AttributeStore keeps what was learned about attributes.
type AttributeStore interface {
	// Attributes returns all that are known, ordered by name.
	Attributes(ctx context.Context) ([]Attribute, error)
}

// maxAttributeName bounds the names that are learned: a longer one is data that
// was put in the wrong place.
const maxAttributeName = 100

var dateShape = regexp.MustCompile(`^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$`)

// KindsIn tells what the attributes of one recipient hold. What is null says
// nothing.
func KindsIn(data json.RawMessage) map[string]Kind {
	if len(data) == 0 || data[0] != '{' {
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return nil
	}
	kinds := make(map[string]Kind, len(fields))
	for name, value := range fields {
		if kind := kindOf(value); kind != "" && name != "" && len([]rune(name)) <= maxAttributeName {
			kinds[name] = kind
		}
	}
	return kinds
}

func kindOf(value json.RawMessage) Kind {
	switch value[0] {
	case 'n':
		return ""
	case 't', 'f':
		return Boolean
	case '[':
		return List
	case '{':
		return Object
	case '"':
		var text string
		if json.Unmarshal(value, &text) == nil && dateShape.MatchString(text) {
			return Date
		}
		return Text
	default:
		return Number
	}
}

// Together is what values of these kinds are as a whole.
func Together(kinds []Kind) Kind {
	whole := Kind("")
	for _, kind := range kinds {
		switch {
		case whole == "" || whole == kind:
			whole = kind
		case whole == Date && kind == Text, whole == Text && kind == Date:
			whole = Text
		default:
			return Mixed
		}
	}
	return whole
}
