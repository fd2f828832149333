package segment

import (
	"context"
	"fmt"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	nameMost        = 255
	descriptionMost = 1000
	// sampleSize is how many people a preview shows.
	sampleSize = 10
)

// Segments keeps and answers segments.
type Segments struct {
	Store Store
	Clock notify.Clock
	turns turns
}

// List returns a page ordered by key.
func (s *Segments) List(ctx context.Context, f Filter, p notify.Page) ([]Segment, string, error) {
	return s.Store.Segments(ctx, f, p)
}

// Get returns one segment.
func (s *Segments) Get(ctx context.Context, key string) (Segment, error) {
	return s.Store.Segment(ctx, key)
}

// Put checks and stores a segment, and counts who is in it.
func (s *Segments) Put(ctx context.Context, in Segment) (Segment, error) {
	var faults notify.Invalid
	if !notify.ValidKey(in.Key) {
		faults.Add("key", "invalid_key", "must be 1 to 255 characters without spaces")
	}
	if utf8.RuneCountInString(in.Name) > nameMost {
		faults.Add("name", "too_long", fmt.Sprintf("must be at most %d characters", nameMost))
	}
	if utf8.RuneCountInString(in.Description) > descriptionMost {
		faults.Add("description", "too_long", fmt.Sprintf("must be at most %d characters", descriptionMost))
	}
	Check(&faults, "rule", in.Rule)
	if err := faults.Err(); err != nil {
		return in, err
	}
	if in.Name == "" {
		in.Name = in.Key
	}
	if err := s.Store.PutSegment(ctx, in, s.Clock.Now()); err != nil {
		return in, err
	}
	if _, err := s.Count(ctx, in); err != nil {
		return in, err
	}
	return s.Store.Segment(ctx, in.Key)
}

// Count counts a stored segment anew and keeps the number.
func (s *Segments) Count(ctx context.Context, segment Segment) (int, error) {
	n, err := s.Store.CountFitting(ctx, segment.Rule, s.Clock.Now())
	if err != nil {
		return 0, fmt.Errorf("count segment %s: %w", segment.Key, err)
	}
	return n, s.Store.NoteCount(ctx, segment, n, s.Clock.Now())
}

// Delete removes a segment, not the people in it.
func (s *Segments) Delete(ctx context.Context, key string) error {
	return s.Store.DeleteSegment(ctx, key)
}

// Members returns a page of those who are in a segment now.
func (s *Segments) Members(ctx context.Context, key string, p notify.Page) ([]notify.RecipientRef, string, error) {
	segment, err := s.Store.Segment(ctx, key)
	if err != nil {
		return nil, "", err
	}
	return s.Store.Fitting(ctx, segment.Rule, s.Clock.Now(), p)
}

// Preview is who would be in a segment.
type Preview struct {
	Count  int                   `json:"count"`
	Sample []notify.RecipientRef `json:"sample"`
}

// Question asks who fits a rule, or who is in a stored segment.
type Question struct {
	Rule *Rule
	// Key is the segment's when there is no rule; its number of members is kept.
	Key string
	// Caller, when it is set, asks one question at a time: the next one ends the
	// one before.
	Caller string
}

// Preview counts who fits and shows the first of them.
func (s *Segments) Preview(ctx context.Context, q Question) (Preview, error) {
	if q.Caller != "" {
		var end func()
		ctx, end = s.turns.take(ctx, q.Caller)
		defer end()
	}
	found, err := s.preview(ctx, q)
	return found, superseded(ctx, err)
}

func (s *Segments) preview(ctx context.Context, q Question) (Preview, error) {
	out, now := Preview{Sample: []notify.RecipientRef{}}, s.Clock.Now()
	rule := q.Rule
	if rule == nil {
		stored, err := s.Store.Segment(ctx, q.Key)
		if err != nil {
			return out, err
		}
		if out.Count, err = s.Count(ctx, stored); err != nil {
			return out, err
		}
		rule = &stored.Rule
	} else {
		var faults notify.Invalid
		Check(&faults, "rule", *rule)
		err := faults.Err()
		if err == nil {
			out.Count, err = s.Store.CountFitting(ctx, *rule, now)
		}
		if err != nil {
			return out, err
		}
	}
	if out.Count == 0 {
		return out, nil
	}
	var err error
	out.Sample, _, err = s.Store.Fitting(ctx, *rule, now, notify.Page{Limit: sampleSize})
	return out, err
}
