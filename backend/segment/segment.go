package segment

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	nameMost        = 255
	descriptionMost = 1000
	// sampleSize is how many people a preview shows.
	sampleSize = 10
	// usesMost is how many of what uses a segment are named of a kind.
	usesMost = 5
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

// Delete removes a segment that nothing still needs, not the people in it.
func (s *Segments) Delete(ctx context.Context, key string) error {
	uses, err := s.Store.UsesOf(ctx, key, usesMost)
	if err != nil {
		return fmt.Errorf("look for what uses segment %s: %w", key, err)
	}
	var named notify.Invalid
	for _, u := range uses {
		named.Add(u.Kind+"s", "in_use", fmt.Sprintf("%s %s (%s) uses it", u.Kind, u.Name, u.ID))
	}
	if err := named.Err(); err != nil {
		return fmt.Errorf("delete segment %s: %w", key, errors.Join(notify.ErrConflict, err))
	}
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
	if q.Rule == nil {
		stored, err := s.Store.Segment(ctx, q.Key)
		if err != nil {
			return Preview{}, err
		}
		out, err := s.look(ctx, stored.Rule)
		if err != nil {
			return out, fmt.Errorf("preview segment %s: %w", stored.Key, err)
		}
		return out, s.Store.NoteCount(ctx, stored, out.Count, s.Clock.Now())
	}
	var faults notify.Invalid
	Check(&faults, "rule", *q.Rule)
	if err := faults.Err(); err != nil {
		return Preview{}, err
	}
	return s.look(ctx, *q.Rule)
}

func (s *Segments) look(ctx context.Context, r Rule) (Preview, error) {
	count, sample, err := s.Store.FirstFitting(ctx, Look{Rule: r, Now: s.Clock.Now(), Most: sampleSize})
	return Preview{Count: count, Sample: sample}, err
}
