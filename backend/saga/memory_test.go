package saga

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) to(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at
	}
}

// errCrash is the death of the worker at a write.
var errCrash = errors.New("the worker died")

// memory keeps sagas as the database does, and can let the worker die at a write.
type memory struct {
	mu      sync.Mutex
	sagas   map[string]*Saga
	story   map[string][]Transition
	signals map[string]map[string]Signal
	looks   map[string]time.Time
	// writes counts them; at dieAt the worker dies, before or after the write.
	writes, dieAt int
	dieAfter      bool
}

func newMemory() *memory {
	return &memory{
		sagas: map[string]*Saga{}, story: map[string][]Transition{}, signals: map[string]map[string]Signal{},
		looks: map[string]time.Time{}, dieAt: -1,
	}
}

func (m *memory) copyOf(id string) Saga {
	s := *m.sagas[id]
	s.Steps = slices.Clone(s.Steps)
	s.Signals = map[string]Signal{}
	for name, signal := range m.signals[id] {
		s.Signals[name] = signal
	}
	return s
}

func (m *memory) tell(id string, lines ...Transition) {
	for _, t := range lines {
		t.Number = int64(len(m.story[id]) + 1)
		m.story[id] = append(m.story[id], t)
	}
}

func (m *memory) AddSaga(_ context.Context, s Saga, t Transition) (Saga, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, other := range m.sagas {
		if other.Name == s.Name && other.Ref == s.Ref {
			return m.copyOf(id), false, nil
		}
	}
	m.sagas[s.ID], m.signals[s.ID] = &s, map[string]Signal{}
	m.tell(s.ID, t)
	return m.copyOf(s.ID), true, nil
}

func (m *memory) ClaimSaga(_ context.Context, c Claim) (Saga, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sagas[c.ID]
	if !ok || !s.State.Open() || s.NextAt.After(c.Now) || s.LeaseUntil.After(c.Now) {
		return Saga{}, ErrLost
	}
	s.Token++
	s.Worker, s.LeaseUntil = c.Worker, c.Until
	return m.copyOf(c.ID), nil
}

func (m *memory) SaveSaga(_ context.Context, c Change) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	place := m.writes
	m.writes++
	if place == m.dieAt && !m.dieAfter {
		return false, errCrash
	}
	s := m.sagas[c.Saga.ID]
	if s.Token != c.Saga.Token {
		return false, ErrLost
	}
	abandoned := s.AbandonedBy
	if abandoned != "" && c.Saga.State == Completed {
		return true, nil
	}
	steps := s.Steps
	*s = c.Saga
	s.Steps, s.AbandonedBy = steps, abandoned
	for _, step := range c.Steps {
		s.Steps[step.Place] = step
	}
	if c.Release {
		s.LeaseUntil = time.Time{}
		_, come := m.signals[s.ID][s.Awaits]
		if come || abandoned != "" && s.State != Compensating {
			s.NextAt = c.Now
		}
	}
	m.tell(s.ID, c.Transitions...)
	if place == m.dieAt {
		return false, errCrash
	}
	return abandoned != "", nil
}

func (m *memory) Sagas(context.Context, Filter, notify.Page) ([]Saga, string, error) {
	return nil, "", nil
}

func (m *memory) SagaView(_ context.Context, id string) (View, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sagas[id] == nil {
		return View{}, notify.ErrNotFound
	}
	s := m.copyOf(id)
	return View{Saga: s, StepList: s.Steps, Transitions: slices.Clone(m.story[id])}, nil
}

func (m *memory) SignalSaga(_ context.Context, id string, s Signal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, twice := m.signals[id][s.Name]; twice {
		return nil
	}
	m.signals[id][s.Name] = s
	if m.sagas[id].Awaits == s.Name {
		m.sagas[id].NextAt = s.At
	}
	return nil
}

func (m *memory) RetrySaga(_ context.Context, id string, t Transition) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sagas[id]
	if s.State != CompensationFailed && !s.NextAt.After(t.At) {
		return notify.ErrConflict
	}
	if s.State == CompensationFailed {
		s.State = Compensating
		for i := range s.Steps {
			if s.Steps[i].State == UndoFailed {
				s.Steps[i].State, s.Steps[i].Tries = Undoing, 0
			}
		}
	}
	s.NextAt = t.At
	m.tell(id, t)
	return nil
}

func (m *memory) AbandonSaga(_ context.Context, id string, t Transition) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sagas[id]
	if s.AbandonedBy != "" || s.State != Running && s.State != Waiting {
		return notify.ErrConflict
	}
	s.AbandonedBy, s.NextAt = t.By, t.At
	m.tell(id, t)
	return nil
}

// idle is a queue from which nobody takes: the tests go on by hand.
type idle struct{}

func (idle) EnqueueSaga(context.Context, notify.Priority, []string) error { return nil }
