package saga

import (
	"context"
	"encoding/json"
	"fmt"

	"clarion/backend/notify"
)

// List returns a page of sagas, newest first.
func (e *Engine) List(ctx context.Context, f Filter, p notify.Page) ([]Saga, string, error) {
	return e.Store.Sagas(ctx, f, p)
}

// Get returns a saga with its steps and its story.
func (e *Engine) Get(ctx context.Context, id string) (View, error) { return e.Store.SagaView(ctx, id) }

// Retry makes a saga that gave up go on undoing, and one that pauses try now.
func (e *Engine) Retry(ctx context.Context, id, by string) error {
	err := e.Store.RetrySaga(ctx, id, Transition{At: e.Clock.Now(), Kind: Retried, By: by})
	if err != nil {
		return fmt.Errorf("retry saga %s: %w", id, err)
	}
	return e.push(ctx, id)
}

// Compensate takes a saga back that is still open.
func (e *Engine) Compensate(ctx context.Context, id, by string) error {
	err := e.Store.AbandonSaga(ctx, id, Transition{At: e.Clock.Now(), Kind: Abandoned, By: by})
	if err != nil {
		return fmt.Errorf("take saga %s back: %w", id, err)
	}
	return e.push(ctx, id)
}

// Signal tells a saga what it may be waiting for. The first of a name counts; it
// may come before anybody waits for it.
func (e *Engine) Signal(ctx context.Context, id string, s Signal) error {
	s.At = e.Clock.Now()
	if s.Payload == nil {
		s.Payload = json.RawMessage("null")
	}
	if err := e.Store.SignalSaga(ctx, id, s); err != nil {
		return fmt.Errorf("signal %s to saga %s: %w", s.Name, id, err)
	}
	return e.push(ctx, id)
}

// push hands a saga that somebody moved to the queue.
func (e *Engine) push(ctx context.Context, id string) error {
	v, err := e.Store.SagaView(ctx, id)
	if err != nil {
		return fmt.Errorf("read saga %s: %w", id, err)
	}
	e.wake(ctx, v.Saga)
	return nil
}
