package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/api"
	"clarion/backend/live"
	"clarion/backend/notify"
)

// pusher sends inbox frames to the sockets of a recipient.
type pusher struct{ hub *live.Hub }

// Push publishes one frame.
func (p pusher) Push(ctx context.Context, recipient string, frame []byte) error {
	return p.hub.Publish(ctx, api.InboxTopic(recipient), frame)
}

const (
	// tellEvery gathers changed messages before the pages are told: a drain of a
	// hundred thousand must not become as many frames.
	tellEvery = 250 * time.Millisecond
	// tellMost is how many ids a frame names; a page that sees more refetches
	// anyway.
	tellMost = 100
)

// watcher tells open pages which messages changed, and the metrics of every
// attempt.
type watcher struct {
	hub     *live.Hub
	metrics *metrics
	log     *slog.Logger
	waker   *waker

	mu      sync.Mutex
	changed []string
	pending bool
}

// Attempted counts an attempt.
func (w *watcher) Attempted(channel notify.Channel, integration string, outcome notify.Outcome, took time.Duration) {
	w.metrics.attempted(channel, integration, outcome, took)
}

// Changed gathers ids for the next frame.
func (w *watcher) Changed(_ context.Context, ids []string) {
	if len(ids) == 0 {
		return
	}
	w.waker.note(ids)
	w.mu.Lock()
	defer w.mu.Unlock()
	if room := tellMost - len(w.changed); room > 0 {
		w.changed = append(w.changed, ids[:min(room, len(ids))]...)
	}
	if !w.pending {
		w.pending = true
		time.AfterFunc(tellEvery, w.tell)
	}
}

func (w *watcher) tell() {
	w.mu.Lock()
	ids := w.changed
	w.changed, w.pending = nil, false
	w.mu.Unlock()
	frame, err := json.Marshal(map[string]any{"type": "messages", "ids": ids})
	if err != nil {
		return // a list of strings always has a JSON form
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := w.hub.Publish(ctx, api.PagesTopic, frame); err != nil {
		w.log.Debug("tell the pages of other processes", "error", err)
	}
}

// subscribe lends the hub to the door.
func subscribe(hub *live.Hub) func(topic string) api.Feed {
	return func(topic string) api.Feed {
		s := hub.Subscribe(topic)
		return api.Feed{Frames: s.C, Gap: s.Gap, Close: s.Close}
	}
}
