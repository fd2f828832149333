package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// engine runs the sagas of broadcasts one call after the other, as the real one
// does: what refuses before a checkpoint leaves nothing of itself.
type engine struct {
	h    *desktop
	life *Lifecycle
	runs map[string]*run
	told []string
}

type run struct {
	ask        Ask
	steps      []Step
	place      int
	checkpoint json.RawMessage
	back       bool
	over       bool
}

func (e *engine) Begin(_ context.Context, b Broadcast) (string, error) {
	id := fmt.Sprintf("sag_%s/%d", b.ID, b.Revision)
	if e.runs[id] == nil {
		steps := make([]Step, len(Stages))
		for i, s := range Stages {
			steps[i] = s.Step
		}
		e.runs[id] = &run{ask: Ask{ID: b.ID, Revision: b.Revision}, steps: steps}
	}
	return id, nil
}

func (e *engine) Recall(_ context.Context, b Broadcast) (string, error) {
	id := "sag_recall_" + b.ID
	if e.runs[id] == nil {
		e.runs[id] = &run{ask: Ask{ID: b.ID, Revision: b.Revision}, steps: []Step{RecallStep}}
	}
	return id, nil
}

func (e *engine) Tell(_ context.Context, id, signal, _ string) error {
	e.told = append(e.told, id+" "+signal)
	return nil
}

func (e *engine) TakeBack(_ context.Context, id, by string) (bool, error) {
	r := e.runs[id]
	if r.over {
		return true, nil
	}
	if !r.back {
		r.back, r.ask.Why = true, "taken back by "+by
		r.checkpoint = nil
	}
	return false, nil
}

// on goes on with every saga as far as it gets, and reports whether one did.
func (e *engine) on() bool {
	moved := false
	for _, r := range e.runs {
		for !r.over && e.step(r) {
			moved = true
		}
	}
	return moved
}

func (e *engine) step(r *run) bool {
	t := e.h.t
	do := e.life.Do
	if r.back {
		for r.place >= 0 && (r.place >= len(r.steps) || !Stages[r.place].Undoes) {
			r.place--
		}
		if r.place < 0 {
			r.over = true
			return true
		}
		do = e.life.Undo
	} else if r.place == len(r.steps) {
		r.over = true
		return true
	}
	r.ask.Checkpoint = r.checkpoint
	a, err := do(t.Context(), r.steps[r.place], r.ask)
	var no Refusal
	switch {
	case errors.As(err, &no):
		require.False(t, r.back, "undoing never refuses")
		r.back, r.ask.Why = true, no.Reason
		if r.checkpoint == nil {
			r.place--
		}
		r.checkpoint = nil
		return true
	case errors.Is(err, notify.ErrConflict):
		return false
	}
	require.NoError(t, err)
	switch {
	case a.Signal != "" || !a.Until.IsZero():
		return false
	case a.Checkpoint != nil:
		r.checkpoint, err = json.Marshal(a.Checkpoint)
		require.NoError(t, err)
		return true
	}
	r.checkpoint = nil
	if r.back {
		r.place--
	} else {
		r.place++
	}
	return true
}

// shelf keeps quotas and recalls in memory.
type shelf struct {
	mu       sync.Mutex // several posts are deleted at a time
	limits   Limits
	reserved map[string]Reservation
	sent     []Sent
	taken    map[string]Taken
	answers  map[string][]notify.Result
	removed  []string
	asked    int
	heard    []string
}

func (s *shelf) Waits(_ context.Context, b Broadcast) {
	s.heard = append(s.heard, fmt.Sprintf("%s waits with %d people", b.Name, b.Frozen.People))
}

func (s *shelf) Decided(_ context.Context, b Broadcast, comment string) {
	s.heard = append(s.heard, fmt.Sprintf("%s %s by %s: %s", b.Name, b.State, b.DecidedBy, comment))
}

func (s *shelf) Limits(context.Context) (Limits, error) { return s.limits, nil }

func (s *shelf) ReserveQuota(_ context.Context, r Reservation, l Limits) error {
	taken, _, _ := s.QuotaTaken(context.Background(), r.Day, r.ID)
	if l.Day > 0 && taken+r.Messages > l.Day {
		return &FullError{Span: "day", Limit: l.Day, Left: l.Day - taken, Needs: r.Messages}
	}
	s.reserved[r.ID] = r
	return nil
}

func (s *shelf) SettleQuota(_ context.Context, id string, revision, used int) error {
	if r, ok := s.reserved[id]; ok && r.Revision == revision {
		r.Messages = used
		s.reserved[id] = r
	}
	return nil
}

func (s *shelf) QuotaTaken(_ context.Context, day, but string) (int, int, error) {
	n := 0
	for id, r := range s.reserved {
		if id != but && r.Day == day {
			n += r.Messages
		}
	}
	return n, n, nil
}

func (s *shelf) ToRecall(_ context.Context, _, after string, limit int) ([]Sent, error) {
	var list []Sent
	for _, m := range s.sent {
		if _, done := s.taken[m.MessageID]; !done && m.MessageID > after && len(list) < limit {
			list = append(list, m)
		}
	}
	return list, nil
}

func (s *shelf) SaveRecalls(_ context.Context, _ string, list []Taken, _ time.Time) error {
	for _, t := range list {
		s.taken[t.MessageID] = t
	}
	return nil
}

func (s *shelf) RecallCounts(context.Context, string) (map[RecallOutcome]int, error) {
	counts := map[RecallOutcome]int{}
	for _, t := range s.taken {
		counts[t.Outcome]++
	}
	return counts, nil
}

func (s *shelf) Withdraw(_ context.Context, messages []string) error {
	s.removed = append(s.removed, messages...)
	return nil
}

func (s *shelf) Delete(_ context.Context, m Sent) (notify.Result, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.answers[m.MessageID]
	if len(list) == 0 {
		return notify.Result{}, false, nil
	}
	if len(list) > 1 {
		s.answers[m.MessageID] = list[1:]
	}
	s.asked++
	return list[0], true, nil
}
