package broadcast

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// hands is a clock that is moved by hand.
type hands struct{ at time.Time }

func (h *hands) Now() time.Time { return h.at }

// memory keeps broadcasts in memory.
type memory struct {
	mu       sync.Mutex
	all      map[string]Broadcast
	history  []Entry
	people   []Person
	progress Progress
	launched []notify.Event
	moves    []EventMove
	waiting  int
	// forgotten says that failed recalls were.
	forgotten bool
}

func (m *memory) AddBroadcast(_ context.Context, b Broadcast, e Entry) error {
	m.all[b.ID], m.history = b, append(m.history, e)
	return nil
}

func (m *memory) Broadcast(_ context.Context, id string) (Broadcast, error) {
	b, ok := m.all[id]
	if !ok {
		return b, notify.ErrNotFound
	}
	return b, nil
}

func (m *memory) Broadcasts(context.Context, Filter, notify.Page) ([]Broadcast, string, error) {
	return nil, "", nil
}

func (m *memory) History(context.Context, string) ([]Entry, error) { return m.history, nil }

func (m *memory) ChangeBroadcast(_ context.Context, id string, _ time.Time, change func(*Broadcast) (Change, error)) (Broadcast, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.all[id]
	if !ok {
		return b, notify.ErrNotFound
	}
	c, err := change(&b)
	if err != nil {
		return b, err
	}
	m.all[id], m.moves = b, append(m.moves, c.Event)
	m.forgotten = m.forgotten || c.ForgetFailedRecalls
	if c.Launch != nil {
		m.launched = append(m.launched, *c.Launch)
	}
	if c.Entry.Kind != "" {
		m.history = append(m.history, c.Entry)
	}
	return b, nil
}

func (m *memory) TakeAudience(_ context.Context, b Broadcast, _ time.Time) (Roll, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.all[b.ID]
	if now.Hash != "" || now.Revision != b.Revision || now.State != b.State {
		return Roll{}, notify.ErrConflict // as the store does
	}
	now.Taken++
	m.all[b.ID] = now
	return Roll{len(m.people), fmt.Sprint("digest of ", len(m.people)), now.Taken}, nil
}

func (m *memory) SampleAudience(_ context.Context, _ string, most int) ([]Person, error) {
	return m.people[:min(most, len(m.people))], nil
}

func (m *memory) AudiencePerson(_ context.Context, _ Broadcast, recipient string, _ time.Time) (Person, error) {
	for _, p := range m.people {
		if p.ID == recipient {
			return p, nil
		}
	}
	return Person{}, notify.ErrNotFound
}

func (m *memory) BroadcastProgress(context.Context, Broadcast) (Progress, error) {
	return m.progress, nil
}

func (m *memory) KeepTally(context.Context, string, Tally) error { return nil }

func (m *memory) BroadcastTally(context.Context, string) (Tally, bool, error) {
	return Tally{}, false, nil
}

func (m *memory) BroadcastOutcomes(context.Context, OutcomeFilter, notify.Page) ([]Outcome, string, error) {
	return nil, "", nil
}

func (m *memory) ReleaseHeld(_ context.Context, _ string, _ time.Time, limit int) (int, error) {
	n := min(limit, m.waiting)
	m.waiting -= n
	return n, nil
}

func (m *memory) ClaimBroadcast(_ context.Context, _ string, now, until time.Time) (Broadcast, error) {
	for id, b := range m.all {
		if !b.LookAt.IsZero() && !b.LookAt.After(now) {
			b.LookAt = until
			m.all[id] = b
			return b, nil
		}
	}
	return Broadcast{}, notify.ErrNotFound
}

// words knows no template that is missing, and may say that they have changed.
type words struct{ changed bool }

func (w *words) Pin(_ context.Context, p Plan) (Pinned, []Finding, error) {
	if p.Template == "" {
		return Pinned{}, nil, nil
	}
	return Pinned{Pins: []Pin{{Kind: "template", Key: p.Template, Version: 3, Hash: "h"}}}, nil, nil
}

func (w *words) Same(context.Context, Pin) (bool, error) { return !w.changed, nil }

// rehearsal gives everybody the same.
type rehearsal struct{ message RehearsedMessage }

func (r *rehearsal) Rehearse(_ context.Context, _ notify.Event, people []Person) ([]Rehearsed, error) {
	list := make([]Rehearsed, len(people))
	for i, p := range people {
		list[i] = Rehearsed{Recipient: notify.RecipientRef{ID: p.ID}, Messages: []RehearsedMessage{r.message}}
	}
	return list, nil
}

// blocked says what is blocked.
type blocked struct{ why string }

func (b *blocked) Blocked(context.Context, notify.Channel) (string, error) { return b.why, nil }

type desktop struct {
	t         *testing.T
	store     *memory
	words     *words
	rehearsal *rehearsal
	ways      *blocked
	clock     *hands
	desk      *Desk
	worker    *Worker
	engine    *engine
	shelf     *shelf
}

func open(t *testing.T) *desktop {
	t.Helper()
	h := &desktop{
		t: t, store: &memory{all: map[string]Broadcast{}}, words: &words{}, ways: &blocked{},
		rehearsal: &rehearsal{RehearsedMessage{Channel: notify.Email, Status: notify.Queued, Parts: 1, LeavesWay: true}},
		clock:     &hands{time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)},
	}
	for i := range 10 {
		h.store.people = append(h.store.people, Person{ID: fmt.Sprint("p", i)})
	}
	log := slog.New(slog.DiscardHandler)
	h.shelf = &shelf{reserved: map[string]Reservation{}, taken: map[string]Taken{}, answers: map[string][]notify.Result{}}
	h.desk = &Desk{Store: h.store, Words: h.words, Rehearser: h.rehearsal, Quotas: h.shelf, Teller: h.shelf, Tell: func(string) {}, Clock: h.clock, Log: log}
	h.worker = &Worker{Desk: h.desk, Books: h.store, Ways: h.ways, Clock: h.clock, Log: log, Name: "w"}
	h.engine = &engine{h: h, runs: map[string]*run{}, life: &Lifecycle{Desk: h.desk, Recaller: &Recaller{Desk: h.desk, Recalls: h.shelf, Posts: h.shelf}}}
	h.worker.Sagas = h.engine
	return h
}

var (
	author   = Actor{ID: "mem_a", Name: "Ada", Source: "shop", MayApprove: true}
	approver = Actor{ID: "mem_b", Name: "Bo", MayApprove: true}
	owner    = Actor{ID: "mem_a", Name: "Ada", Owner: true, MayApprove: true}
	plan     = Plan{
		Audience: Audience{Everybody: true}, Template: "news", Channels: []notify.Channel{notify.Email}, Category: "marketing",
	}
)

func (h *desktop) made(p Plan) Broadcast {
	h.t.Helper()
	b, err := h.desk.Create(h.t.Context(), "News", p, author)
	require.NoError(h.t, err)
	return b
}

// work lets the worker and the sagas do what is due.
func (h *desktop) work() {
	for moved := true; moved; {
		moved = false
		for h.worker.Once(h.t.Context()) {
			moved = true
		}
		moved = h.engine.on() || moved
	}
}

func (h *desktop) now(id string) Broadcast {
	h.t.Helper()
	b, err := h.store.Broadcast(h.t.Context(), id)
	require.NoError(h.t, err)
	return b
}

// submitted is a broadcast that is frozen and waits.
func (h *desktop) submitted(p Plan) Broadcast {
	h.t.Helper()
	b := h.made(p)
	_, err := h.desk.Submit(h.t.Context(), b.ID, Submission{By: author})
	require.NoError(h.t, err)
	h.work()
	b = h.now(b.ID)
	require.Equal(h.t, Submitted, b.State, b.Reason)
	require.NotNil(h.t, b.Frozen)
	return b
}

func (h *desktop) sending(p Plan) Broadcast {
	h.t.Helper()
	b := h.submitted(p)
	_, err := h.desk.Approve(h.t.Context(), b.ID, Verdict{Hash: b.Hash, By: approver})
	require.NoError(h.t, err)
	h.work()
	return h.now(b.ID)
}
