package access

import (
	"context"
	"fmt"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// heardAge is how exact last_event_at is.
	heardAge = time.Minute
	// quietTime is how long a source must have been silent to be deleted.
	quietTime = 24 * time.Hour
	// countMost bounds the events that are counted for the list of sources.
	countMost = 10_000
)

// Sources keeps the business systems.
type Sources struct {
	Store    SourceStore
	Activity ActivityStore
	Clock    notify.Clock

	mu   sync.Mutex
	seen map[string]time.Time
}

// List returns all sources with what they did in the last day.
func (s *Sources) List(ctx context.Context) ([]SourceView, error) {
	list, err := s.Store.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	counts, capped, err := s.Activity.EventsBySource(ctx, s.Clock.Now().Add(-quietTime), countMost)
	if err != nil {
		return nil, fmt.Errorf("count events by source: %w", err)
	}
	views := make([]SourceView, len(list))
	for i, source := range list {
		views[i] = SourceView{source, counts[source.Key], capped}
	}
	return views, nil
}

// Seen notes that a source sent an event. It writes once a minute, and an event
// is not refused for it.
func (s *Sources) Seen(ctx context.Context, key string) {
	now := s.Clock.Now()
	s.mu.Lock()
	if now.Sub(s.seen[key]) < heardAge {
		s.mu.Unlock()
		return
	}
	if s.seen == nil {
		s.seen = map[string]time.Time{}
	}
	s.seen[key] = now
	s.mu.Unlock()
	_ = s.Activity.TouchSource(ctx, key, now)
}

// Put checks and stores a source.
func (s *Sources) Put(ctx context.Context, source Source) (Source, error) {
	var faults notify.Invalid
	if !notify.ValidKey(source.Key) {
		faults.Add("key", "invalid_key", "must be 1 to 255 characters without spaces")
	}
	if source.Key == notify.TestSource {
		faults.Add("key", "reserved", "is the source of test runs")
	}
	if source.Name == "" || len(source.Name) > 255 {
		faults.Add("name", "required", "must be 1 to 255 bytes")
	}
	if err := faults.Err(); err != nil {
		return Source{}, err
	}
	now := s.Clock.Now()
	if err := s.Store.PutSource(ctx, source, now); err != nil {
		return Source{}, fmt.Errorf("put source %s: %w", source.Key, err)
	}
	stored, err := s.Store.Sources(ctx)
	if err != nil {
		return Source{}, fmt.Errorf("read source %s back: %w", source.Key, err)
	}
	for _, candidate := range stored {
		if candidate.Key == source.Key {
			return candidate, nil
		}
	}
	return Source{}, fmt.Errorf("source %s: %w", source.Key, notify.ErrNotFound)
}

// Delete removes a source that has no live key and has been silent for a day.
func (s *Sources) Delete(ctx context.Context, key string) error {
	if err := s.Store.DeleteSource(ctx, key, s.Clock.Now().Add(-quietTime)); err != nil {
		return fmt.Errorf("delete source %s: %w", key, err)
	}
	return nil
}
