package explain

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// listsMost is how many groups and segments of an event are looked at: each is a
// question of its own.
const listsMost = 20

// Memberships answers whether somebody is on a list of people, and why.
type Memberships interface {
	// Membership looks at the group or segment that the target names.
	Membership(ctx context.Context, target notify.Target, recipient string) (Membership, error)
}

// Membership is whether a recipient is on a list of people now: rules and data
// may have changed since the event was dispatched.
type Membership struct {
	Kind string `json:"kind"` // group or segment
	Key  string `json:"key"`
	// Exists is false when the list was deleted since.
	Exists bool `json:"exists"`
	Member bool `json:"member"`
	// Because is a segment's rule with what it came to, condition by condition.
	Because any `json:"because,omitempty"`
}

// lists looks at the lists of people an event was for.
func (e *Explainer) lists(ctx context.Context, event notify.Event, recipient string) ([]Membership, error) {
	found := []Membership{}
	for _, target := range event.To {
		if e.Lists == nil || len(found) == listsMost || target.Group == "" && target.Segment == "" {
			continue
		}
		one, err := e.Lists.Membership(ctx, target, recipient)
		if err != nil {
			return nil, fmt.Errorf("membership of %s in the audience of event %s: %w", recipient, event.ID, err)
		}
		found = append(found, one)
	}
	return found, nil
}
