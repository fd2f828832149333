package broadcast

import (
	"context"
	"errors"
	"time"

	"clarion/backend/notify"
)

// Repetition is a broadcast after the pattern of another.
type Repetition struct {
	// Of is the id of the pattern; ID is that of the copy, which is made once.
	Of, ID string
	// At is when it was planned, in the zone of whoever planned it.
	At   time.Time
	Note string
	By   Actor
}

// Repeatable says what stands in the way of repeating a broadcast.
func (d *Desk) Repeatable(ctx context.Context, id string) error {
	b, err := d.Store.Broadcast(ctx, id)
	if err != nil {
		return err
	}
	if b.Audience.File != "" {
		return notify.InvalidField("audience.file", "not_repeatable", "a file of people is for one broadcast: name segments, groups or everybody")
	}
	return barred(lacks(b.Plan))
}

// Repeat makes a copy of a broadcast as it is now and submits it. Its audience is
// found anew, and somebody who wrote neither approves it as any other. Asked again
// for the same copy it does what is left to do.
func (d *Desk) Repeat(ctx context.Context, r Repetition) (Broadcast, error) {
	copied, err := d.Store.Broadcast(ctx, r.ID)
	if errors.Is(err, notify.ErrNotFound) {
		copied, err = d.copyOf(ctx, r)
	}
	if err != nil || copied.State != Draft || copied.Revision > 1 {
		return copied, err
	}
	return d.Submit(ctx, r.ID, Submission{Note: r.Note, Revision: copied.Revision, By: r.By})
}

func (d *Desk) copyOf(ctx context.Context, r Repetition) (Broadcast, error) {
	if err := d.Repeatable(ctx, r.Of); err != nil {
		return Broadcast{}, err
	}
	pattern, err := d.Store.Broadcast(ctx, r.Of)
	if err != nil {
		return pattern, err
	}
	now := d.Clock.Now()
	b := Broadcast{
		ID: r.ID, Name: pattern.Name + " · " + r.At.Format(time.DateOnly), State: Draft, Revision: 1, Plan: pattern.Plan,
		Authors: pattern.Authors, Source: pattern.Source, CreatedBy: r.By.Name, CreatedAt: now, UpdatedAt: now,
	}
	b.SendAt = time.Time{}
	if err := d.Store.AddBroadcast(ctx, b, Entry{At: now, Kind: "created", By: r.By.Name, Detail: r.Note}); err != nil {
		return b, err
	}
	d.Tell(b.ID)
	return d.Store.Broadcast(ctx, b.ID)
}
