package analytics

import (
	"cmp"
	"context"
	"errors"
	"time"

	"clarion/backend/notify"
)

// hold takes the lease, or keeps it when half of it has passed.
func (e *Exporter) hold(ctx context.Context) (bool, error) {
	now := e.Clock.Now()
	if e.held.Owner != "" && now.Add(lease/2).UnixMicro() < e.held.LeaseUntil {
		return true, nil
	}
	c, ours, err := e.Books.HoldCopy(ctx, notify.StreamCopy{Name: cmp.Or(e.Copy, CopyName), Owner: e.Name, LeaseUntil: now.Add(lease).UnixMicro()}, now)
	if err != nil || !ours {
		e.holds.Store(false)
		e.held = notify.StreamCopy{}
		return false, err
	}
	e.held = c
	e.holds.Store(true)
	return true, nil
}

func (e *Exporter) save(ctx context.Context) error {
	now := e.Clock.Now()
	e.held.LeaseUntil = now.Add(lease).UnixMicro()
	return e.Books.SaveCopy(ctx, e.held, now)
}

// release gives the lease back, so that the next process need not wait for its end.
func (e *Exporter) release(ctx context.Context) {
	if e.held.Owner == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	e.held.LeaseUntil = 0
	if err := e.Books.SaveCopy(ctx, e.held, e.Clock.Now()); err != nil && !errors.Is(err, notify.ErrConflict) {
		e.Log.Warn("give back the lease of the copy", "error", err)
	}
	e.holds.Store(false)
	e.held = notify.StreamCopy{}
}
