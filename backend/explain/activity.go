package explain

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// ActivityStore counts what happened lately. Each answer looks at a bounded
// number of the newest rows, so that it costs the same in a busy house.
type ActivityStore interface {
	// Activity counts the messages of each workflow since then, by status, among
	// the newest most. Test runs do not count.
	Activity(ctx context.Context, since time.Time, most int) ([]Activity, error)
	// EventTypes are the types of the newest events, at most most of them.
	EventTypes(ctx context.Context, most int) ([]EventType, error)
}

// Activity is what became of a workflow's messages.
type Activity struct {
	Workflow string                `json:"workflow"`
	Counts   map[notify.Status]int `json:"counts"`
}

// EventType is a type of event that came in.
type EventType struct {
	Type    string    `json:"type"`
	Count   int       `json:"count"`
	FirstAt time.Time `json:"first_at"`
	LastAt  time.Time `json:"last_at"`
	LastID  string    `json:"last_id"`
}

const (
	// activeMessages and activeEvents bound how far back the counts look.
	activeMessages = 50_000
	activeEvents   = 10_000
)

// Activity counts each workflow's messages since then.
func (e *Explainer) Activity(ctx context.Context, since time.Time) ([]Activity, error) {
	list, err := e.Store.Activity(ctx, since, activeMessages)
	if err != nil {
		return nil, fmt.Errorf("count the messages of workflows: %w", err)
	}
	return list, nil
}

// EventTypes are the types of the newest ten thousand events.
func (e *Explainer) EventTypes(ctx context.Context) ([]EventType, error) {
	list, err := e.Store.EventTypes(ctx, activeEvents)
	if err != nil {
		return nil, fmt.Errorf("count the types of events: %w", err)
	}
	return list, nil
}
