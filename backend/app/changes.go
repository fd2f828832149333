package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"clarion/backend/api"
	"clarion/backend/live"
)

// changes tells open pages what members and keys changed, gathered by kind: a
// script that saves five thousand templates must not become as many frames.
type changes struct {
	hub *live.Hub
	log *slog.Logger

	mu sync.Mutex
	// kinds are the ids that changed; more than tellMost become none, which
	// means any.
	kinds   map[string]map[string]struct{}
	pending bool
}

// Tell gathers a change for the next frames.
func (c *changes) Tell(kind, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kinds == nil {
		c.kinds = map[string]map[string]struct{}{}
	}
	if c.kinds[kind] == nil {
		c.kinds[kind] = map[string]struct{}{}
	}
	if len(c.kinds[kind]) <= tellMost {
		c.kinds[kind][id] = struct{}{}
	}
	if !c.pending {
		c.pending = true
		time.AfterFunc(tellEvery, c.publish)
	}
}

// stopped tells of runs that an event ended.
func (c *changes) stopped(runs []string) {
	for _, id := range runs {
		c.Tell("notification", id)
	}
}

func (c *changes) publish() {
	c.mu.Lock()
	kinds := c.kinds
	c.kinds, c.pending = nil, false
	c.mu.Unlock()
	frames := make([]live.Frame, 0, len(kinds))
	for kind, set := range kinds {
		frames = append(frames, live.Frame{Topic: api.PagesTopic, Data: changedFrame(kind, set)})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := c.hub.PublishMany(ctx, frames); err != nil {
		c.log.Debug("tell the pages of other processes of changes", "error", err)
	}
}

// changedFrame names what changed. Something without a name, or too much of it,
// is any of its kind.
func changedFrame(kind string, set map[string]struct{}) []byte {
	ids := make([]string, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	if _, unnamed := set[""]; unnamed || len(ids) > tellMost {
		ids = []string{}
	}
	frame, err := json.Marshal(map[string]any{"type": "changed", "kind": kind, "ids": ids})
	if err != nil {
		panic("strings always have a JSON form: " + err.Error())
	}
	return frame
}
