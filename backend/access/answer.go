package access

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

const (
	// answerAge is how long an answer is kept: a day and a bit, so that "at
	// least 24 hours" holds when clocks differ.
	answerAge = 25 * time.Hour
	// staleAfter is when a request that never ended is taken to be dead. No
	// handler may run longer.
	staleAfter = 2 * time.Minute
	// MaxIdempotencyKey is the longest key a caller may send, in bytes.
	MaxIdempotencyKey = 255
)

// Answers remembers what unsafe requests were told.
type Answers struct {
	Store AnswerStore
	Clock notify.Clock
}

// Once is one request with an idempotency key. Scope holds the caller and the
// route, so that nobody meets another caller's key.
type Once struct {
	Scope       string
	Key         string
	Fingerprint string
}

// Begin claims the key. A nil answer means: do the work, then Finish or Drop.
// Else the answer is the first one. notify.ErrKeyReused and notify.ErrInFlight
// say that neither is possible.
func (a *Answers) Begin(ctx context.Context, o Once) (*Answer, error) {
	now := a.Clock.Now()
	stored, won, err := a.Store.BeginAnswer(ctx, Begin{
		Scope: o.Scope, Key: o.Key, Fingerprint: o.Fingerprint, Now: now, StaleBefore: now.Add(-staleAfter),
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("claim idempotency key: %w", err)
	case won:
		return nil, nil
	case stored.Fingerprint != o.Fingerprint:
		return nil, notify.ErrKeyReused
	case stored.Status == 0:
		return nil, notify.ErrInFlight
	default:
		return &stored, nil
	}
}

// Finish keeps the answer of a request that did its work.
func (a *Answers) Finish(ctx context.Context, o Once, status int, body []byte) error {
	if err := a.Store.FinishAnswer(ctx, o.Scope, o.Key, status, body); err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

// Drop forgets a request that changed nothing, so that it can be repeated.
func (a *Answers) Drop(ctx context.Context, o Once) error {
	if err := a.Store.DropAnswer(ctx, o.Scope, o.Key); err != nil {
		return fmt.Errorf("drop idempotency key: %w", err)
	}
	return nil
}

// Prune forgets old answers and returns how many.
func (a *Answers) Prune(ctx context.Context) (int, error) {
	return a.Store.PruneAnswers(ctx, a.Clock.Now().Add(-answerAge))
}
