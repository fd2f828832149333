package app

import (
	"context"
	"errors"
	"fmt"

	"clarion/backend/broadcast"
	"clarion/backend/notify"
	"clarion/backend/roster"
)

// groupExists answers what an import asks before people join a group.
func (h *house) groupExists(ctx context.Context, key string) error {
	_, err := h.db.Group(ctx, key)
	return err
}

// bringIn works on imports until the context ends.
func (h *house) bringIn(ctx context.Context) {
	(&roster.Worker{Books: h.db, Errands: errands{h.broadcasts}, Clock: h.clock, Log: h.log, Name: h.worker}).Run(ctx)
}

// errands submits the broadcast that a file in bulk was for, and lets it go out
// by policy where the key that sent it may.
type errands struct{ desk *broadcast.Desk }

// Go takes the broadcast of a file a step further. A step that was done before
// shows in the state of the broadcast.
func (e errands) Go(ctx context.Context, i roster.Import) (bool, error) {
	b, err := e.desk.Get(ctx, i.Errand.Broadcast)
	if err != nil {
		return false, fmt.Errorf("find the broadcast of import %s: %w", i.ID, err)
	}
	by := broadcast.Actor{ID: i.Errand.By.ID, Name: i.Errand.By.Name, Source: i.Errand.By.Source}
	switch {
	case b.State == broadcast.Draft && b.Revision == 1:
		_, err := e.desk.Submit(ctx, b.ID, broadcast.Submission{By: by, Revision: 1})
		return !i.Errand.Auto, passed(err)
	case b.State == broadcast.Submitted && i.Errand.Auto:
		if b.Frozen == nil {
			return false, nil
		}
		_, err := e.desk.ApproveByPolicy(ctx, b.ID, broadcast.Verdict{Hash: b.Hash, By: by})
		return true, passed(err)
	}
	return true, nil // somebody has it in hand
}

// passed lets go what somebody else was quicker at, or may decide instead.
func passed(err error) error {
	if errors.Is(err, notify.ErrConflict) || errors.Is(err, notify.ErrForbidden) {
		return nil
	}
	return err
}

// audienceFile finds what speaks against the file of an audience.
func (w broadcastWords) audienceFile(ctx context.Context, id string) (code, detail string, err error) {
	i, err := w.imports.Get(ctx, id)
	switch {
	case errors.Is(err, notify.ErrNotFound) || err == nil && i.Purpose != roster.ForAudience:
		return "unknown_file", "There is no such file of an audience.", nil
	case err != nil:
		return "", "", err
	case i.State == roster.Cancelled || i.State == roster.Failed:
		return "no_file", "The file was not taken: upload it again.", nil
	case i.State != roster.Done && i.State != roster.Closing:
		return "file_under_way", "The rows of the file are not taken yet.", nil
	case !i.EndedAt.IsZero() && i.EndedAt.Add(roster.AudienceKept).Before(w.clock.Now()):
		return "file_gone", "The rows of the file are kept for 90 days and gone now: upload it again.", nil
	}
	return "", "", nil
}
