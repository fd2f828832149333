package app

import (
	"context"

	"clarion/backend/roster"
)

// groupExists answers what an import asks before people join a group.
func (h *house) groupExists(ctx context.Context, key string) error {
	_, err := h.db.Group(ctx, key)
	return err
}

// bringIn works on imports until the context ends.
func (h *house) bringIn(ctx context.Context) {
	(&roster.Worker{Books: h.db, Clock: h.clock, Log: h.log, Name: h.worker}).Run(ctx)
}
