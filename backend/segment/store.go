package segment

import (
	"context"
	"time"

	"clarion/backend/notify"
)

// Segment is a name for a rule about recipients.
type Segment struct {
	Key         string `json:"key"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Rule        Rule   `json:"rule"`
	// Members is how many fitted the rule when they were last counted.
	Members   int       `json:"members"`
	CountedAt time.Time `json:"counted_at"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Store is what keeping segments needs of the database.
type Store interface {
	Keeper
	Finder
	Users
}

// Use is something that names a segment.
type Use struct{ Kind, ID, Name string }

// Users knows what cannot do without a segment.
type Users interface {
	// UsesOf returns broadcasts and schedules that name a segment and have not
	// ended, at most so many of each.
	UsesOf(ctx context.Context, key string, most int) ([]Use, error)
}

// Keeper keeps definitions.
type Keeper interface {
	// Segments returns a page ordered by key.
	Segments(ctx context.Context, f Filter, p notify.Page) ([]Segment, string, error)
	Segment(ctx context.Context, key string) (Segment, error)
	// PutSegment adds a segment or replaces what it says; its age and, until the
	// next count, its number of members stay.
	PutSegment(ctx context.Context, s Segment, now time.Time) error
	// NoteCount keeps how many members a segment had, unless its rule is no longer
	// this one.
	NoteCount(ctx context.Context, s Segment, members int, now time.Time) error
	DeleteSegment(ctx context.Context, key string) error
}

// Filter picks segments; empty fields do not filter.
type Filter struct {
	// Q is the beginning of a key or a name, in either case.
	Q string
	// Group is the key of a group that the rule names.
	Group string
}

// Look is a look at who fits a rule: so many of them at most.
type Look struct {
	Rule Rule
	Now  time.Time
	Most int
}

// Finder asks who fits a rule. Nobody whose data was erased does.
type Finder interface {
	CountFitting(ctx context.Context, r Rule, now time.Time) (int, error)
	// FirstFitting counts who fits and names the first few by id.
	FirstFitting(ctx context.Context, l Look) (int, []notify.RecipientRef, error)
	// Fitting returns a page ordered by id.
	Fitting(ctx context.Context, r Rule, now time.Time, p notify.Page) ([]notify.RecipientRef, string, error)
	// Fits answers for one recipient which of the rules hold; notify.ErrNotFound
	// when there is no such recipient.
	Fits(ctx context.Context, recipient string, rules []Rule, now time.Time) ([]bool, error)
}
