package access

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Sources keeps the business systems.
type Sources struct {
	Store SourceStore
	Clock notify.Clock
}

// List returns all sources.
func (s *Sources) List(ctx context.Context) ([]Source, error) { return s.Store.Sources(ctx) }

// Put checks and stores a source.
func (s *Sources) Put(ctx context.Context, source Source) (Source, error) {
	var faults notify.Invalid
	if !notify.ValidKey(source.Key) {
		faults.Add("key", "invalid_key", "must be 1 to 255 characters without spaces")
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

// Delete removes a source that has no live key.
func (s *Sources) Delete(ctx context.Context, key string) error {
	if err := s.Store.DeleteSource(ctx, key); err != nil {
		return fmt.Errorf("delete source %s: %w", key, err)
	}
	return nil
}
