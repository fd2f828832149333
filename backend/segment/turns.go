package segment

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"clarion/backend/notify"
)

// errSuperseded ends a question whose caller has asked another one meanwhile.
var errSuperseded = errors.New("a newer question of the same caller took its place")

// turns lets each caller have one question at a time. Somebody who types on has
// no use for the answer to what stood there before, and the database none for
// the work.
type turns struct {
	mu   sync.Mutex
	last map[string]*turn
}

type turn struct{ end context.CancelCauseFunc }

// take ends the caller's question before and begins another one.
func (t *turns) take(ctx context.Context, caller string) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	mine := &turn{end: cancel}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[string]*turn{}
	}
	if before := t.last[caller]; before != nil {
		before.end(errSuperseded)
	}
	t.last[caller] = mine
	return ctx, func() {
		cancel(nil)
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.last[caller] == mine {
			delete(t.last, caller)
		}
	}
}

// superseded tells a question that was ended by the next one from one that
// failed.
func superseded(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errSuperseded) {
		return fmt.Errorf("%w: %w", notify.ErrConflict, errSuperseded)
	}
	return err
}
