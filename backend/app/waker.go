package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/notify"
)

// sleepers are the runs that wait for what becomes of a message.
type sleepers interface {
	AnyWaits(ctx context.Context) (bool, error)
	WakeRuns(ctx context.Context, messages []string, now time.Time) error
}

// askEvery is how often a process asks whether anybody waits at all.
const askEvery = time.Second

// waker tells runs that a message they wait for has changed. Where nobody waits
// a message costs it nothing; what it misses the run finds at its own time.
type waker struct {
	runs  sleepers
	clock notify.Clock
	log   *slog.Logger

	mu      sync.Mutex
	changed []string
	asked   time.Time
	waits   bool
	pending bool
}

// note gathers ids and passes them on a moment later.
func (w *waker) note(ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.waits && time.Since(w.asked) < askEvery {
		return
	}
	w.changed = append(w.changed, ids...)
	if !w.pending {
		w.pending = true
		time.AfterFunc(tellEvery, w.tell)
	}
}

func (w *waker) tell() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	waits, err := w.runs.AnyWaits(ctx)
	w.mu.Lock()
	ids := w.changed
	w.changed, w.pending, w.waits, w.asked = nil, false, waits, time.Now()
	w.mu.Unlock()
	if err == nil && waits {
		err = w.runs.WakeRuns(ctx, ids, w.clock.Now())
	}
	if err != nil {
		w.log.Debug("wake the runs that wait for messages", "error", err)
	}
}
