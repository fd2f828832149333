package desk

import (
	"context"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// The kinds of things that can be found by name.
const (
	KindTemplate    = "template"
	KindLayout      = "layout"
	KindPartial     = "partial"
	KindWorkflow    = "workflow"
	KindRecipient   = "recipient"
	KindGroup       = "group"
	KindSegment     = "segment"
	KindCategory    = "category"
	KindIntegration = "integration"
	KindSource      = "source"
	KindMember      = "member"
	KindBroadcast   = "broadcast"
	KindSchedule    = "schedule"
	KindSaga        = "saga"
)

// hitsOfKind is how many of one kind are shown, and mostWords how long a search
// may be.
const (
	hitsOfKind = 6
	mostWords  = 200
)

// Hit is one thing found.
type Hit struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Question is a search as the store is asked it.
type Question struct {
	Text  string
	Kinds []string
	// Most is how many hits of each kind are wanted.
	Most int
}

// SearchStore finds things whose id or name begins with the text or has a word
// that does.
type SearchStore interface {
	SearchNames(ctx context.Context, q Question) ([]Hit, error)
}

// Search opens anything by name.
type Search struct{ Store SearchStore }

// Sight is what the caller may see besides what everybody may: members are for
// those who administer them, schedules for those who may read them.
type Sight struct{ Members, Schedules bool }

// Find returns what the caller may see of what the text names.
func (s *Search) Find(ctx context.Context, text string, may Sight) ([]Hit, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return []Hit{}, nil
	case len(text) > mostWords:
		return nil, notify.InvalidField("q", "too_long", "must be at most 200 bytes")
	}
	kinds := []string{KindTemplate, KindLayout, KindPartial, KindWorkflow, KindRecipient, KindGroup, KindSegment, KindCategory, KindIntegration, KindSource, KindBroadcast}
	if may.Schedules {
		kinds = append(kinds, KindSchedule)
	}
	kinds = append(kinds, KindSaga)
	if may.Members {
		kinds = append(kinds, KindMember)
	}
	hits, err := s.Store.SearchNames(ctx, Question{Text: text, Kinds: kinds, Most: hitsOfKind})
	if err != nil {
		return nil, fmt.Errorf("search names: %w", err)
	}
	return hits, nil
}
