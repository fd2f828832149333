package saga

import (
	"context"
	"errors"
	"time"

	"clarion/backend/notify"
)

// ErrLost means that somebody else holds the saga now: the writer stops.
var ErrLost = errors.New("the saga is held by another worker")

// Store keeps sagas. Every write of the engine holds only while the saga's token
// is the writer's.
type Store interface {
	// ClaimSaga takes an open saga whose time has come and that nobody holds, or
	// whose holder is dead, and returns it whole; ErrLost when there is none.
	ClaimSaga(ctx context.Context, c Claim) (Saga, error)
	// SaveSaga writes the saga's head, the given steps and the transitions. It
	// reports whether somebody has asked to take everything back; then it does not
	// complete the saga, and writes nothing where it should have.
	SaveSaga(ctx context.Context, c Change) (abandoned bool, err error)
	DeskStore
}

// DeskStore is what people and features do to sagas.
type DeskStore interface { //nolint:interfacebloat // what can be done to a saga from outside, each once
	// AddSaga keeps a new saga; one of its name and ref that is there already is
	// returned instead.
	AddSaga(ctx context.Context, s Saga, t Transition) (kept Saga, added bool, err error)
	Sagas(ctx context.Context, f Filter, p notify.Page) ([]Saga, string, error)
	SagaView(ctx context.Context, id string) (View, error)
	// SignalSaga keeps a signal, once per name, and wakes the saga if it waits
	// for it.
	SignalSaga(ctx context.Context, id string, s Signal) error
	// RetrySaga makes a saga that gave up, or that pauses, go on now; ErrConflict
	// when there is nothing to retry. AbandonSaga marks an open one to be taken back.
	RetrySaga(ctx context.Context, id string, t Transition) error
	AbandonSaga(ctx context.Context, id string, t Transition) error
}

// Claim asks for a saga until a time.
type Claim struct {
	ID, Worker string
	Now, Until time.Time
}

// Change is one write of the engine.
type Change struct {
	Saga        Saga
	Steps       []Step
	Transitions []Transition
	// Release gives the saga back, to be claimed at its NextAt.
	Release bool
	Now     time.Time
}
