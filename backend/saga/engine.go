package saga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/notify"
)

const (
	// leaseMargin is how much longer than a call a saga is held: for the writes
	// around it.
	leaseMargin = 15 * time.Second
	// slice is how long one task works on a saga of many pages before others get
	// their turn.
	slice = 5 * time.Second
	// atOnce is how many sagas of one task are worked on at a time.
	atOnce = 8
)

// Queue takes sagas that can go on.
type Queue interface {
	EnqueueSaga(ctx context.Context, p notify.Priority, ids []string) error
}

// Deps is what an Engine works with.
type Deps struct {
	Store Store
	Queue Queue
	// Changed is told the id of every saga that was written.
	Changed func(id string)
	Clock   notify.Clock
	Worker  string
	Log     *slog.Logger
}

// Engine runs sagas. It is safe for concurrent use.
type Engine struct {
	Deps
	definitions map[string]Definition
}

// NewEngine makes an Engine that knows the given sagas.
func NewEngine(d Deps, definitions ...Definition) (*Engine, error) {
	e := &Engine{Deps: d, definitions: map[string]Definition{}}
	for _, each := range definitions {
		if err := each.check(); err != nil {
			return nil, err
		}
		e.definitions[each.Name] = each
	}
	return e, nil
}

// New is a saga to be started.
type New struct {
	Name, Ref, Title string
	Input            any
	TraceID, By      string
	Priority         notify.Priority
}

// Start begins a saga; one of the same name and ref is not begun again.
func (e *Engine) Start(ctx context.Context, n New) (Saga, error) {
	definition, ok := e.definitions[n.Name]
	if !ok {
		return Saga{}, fmt.Errorf("start a saga: no definition of %q", n.Name)
	}
	input, err := json.Marshal(n.Input)
	if err != nil {
		return Saga{}, fmt.Errorf("start saga %s: write its input: %w", n.Name, err)
	}
	now := e.Clock.Now()
	s := Saga{
		ID: notify.NewID(notify.SagaID), Name: n.Name, Ref: n.Ref, Title: n.Title, State: Running, Input: input, TraceID: n.TraceID,
		StartedBy: n.By, Priority: n.Priority, NextAt: now, CreatedAt: now, UpdatedAt: now,
	}
	if s.Ref == "" {
		s.Ref = s.ID
	}
	if !s.Priority.Known() {
		s.Priority = notify.Medium
	}
	for i, step := range definition.Steps {
		s.Steps = append(s.Steps, Step{Place: i, Name: step.Name, State: Pending})
	}
	kept, _, err := e.Store.AddSaga(ctx, s, Transition{At: now, Kind: Started, By: n.By})
	if err != nil {
		return Saga{}, fmt.Errorf("start saga %s: %w", n.Name, err)
	}
	e.wake(ctx, kept)
	return kept, nil
}

// wake hands a saga to the queue. When that fails the sweeper finds it.
func (e *Engine) wake(ctx context.Context, s Saga) {
	e.changed(s.ID)
	if err := e.Queue.EnqueueSaga(ctx, s.Priority, []string{s.ID}); err != nil {
		e.Log.Warn("hand a saga to the queue; the sweeper will", "saga", s.ID, "error", err)
	}
}

func (e *Engine) changed(id string) {
	if e.Changed != nil {
		e.Changed(id)
	}
}

// Handle goes on with sagas, each as far as it gets.
func (e *Engine) Handle(ctx context.Context, _ notify.Priority, ids []string) error {
	places := make(chan struct{}, atOnce)
	faults := make([]error, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			faults[i] = e.goOn(ctx, id)
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

func (e *Engine) goOn(ctx context.Context, id string) error {
	now := e.Clock.Now()
	s, err := e.Store.ClaimSaga(ctx, Claim{ID: id, Worker: e.Worker, Now: now, Until: now.Add(leaseMargin)})
	if errors.Is(err, ErrLost) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claim saga %s: %w", id, err)
	}
	defer e.changed(id)
	t := &turn{Engine: e, saga: s, until: now.Add(slice), abandoned: s.AbandonedBy != ""}
	var known bool
	if t.definition, known = e.definitions[s.Name]; !known {
		err = t.stuck(ctx, fmt.Errorf("this release knows no saga %s", s.Name))
	} else {
		err = t.run(ctx)
	}
	if errors.Is(err, ErrLost) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("go on with saga %s: %w", id, err)
	}
	return nil
}
