package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"clarion/backend/approval"
	"clarion/backend/broadcast"
	"clarion/backend/notify"
)

// broadcastReviews lets broadcasts be looked at and decided in the one queue of
// approvals. What is decided on was frozen when it was submitted.
type broadcastReviews struct {
	broadcasts *broadcast.Desk
	people     approval.People
}

// Fill completes a view with the plan and what was frozen of it. What was voided
// or edited since shows nothing: those words are no more.
func (r broadcastReviews) Fill(ctx context.Context, v *approval.View) error {
	v.Present, v.Pins, v.Reach, v.Sections = v.Hash, []approval.Pin{}, []string{}, []approval.Difference{}
	b, err := r.broadcasts.Get(ctx, v.Key)
	if errors.Is(err, notify.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if b.Hash != v.Hash {
		return nil
	}
	if v.Document, err = json.Marshal(b); err != nil {
		return fmt.Errorf("write broadcast %s for review: %w", b.ID, err)
	}
	for _, pin := range b.Frozen.Pins {
		v.Pins = append(v.Pins, approval.Pin{Kind: approval.Kind(pin.Kind), Key: pin.Key, Version: pin.Version})
	}
	return nil
}

// Approve lets it go out.
func (r broadcastReviews) Approve(ctx context.Context, a approval.Approval, v approval.Verdict) error {
	if v.Hold {
		return notify.InvalidField("publish", "not_allowed", "a broadcast begins when its plan says so: edit its time instead")
	}
	return r.decide(ctx, a, v, r.broadcasts.Approve)
}

// Reject sends it back to its authors.
func (r broadcastReviews) Reject(ctx context.Context, a approval.Approval, v approval.Verdict) error {
	return r.decide(ctx, a, v, r.broadcasts.Reject)
}

func (r broadcastReviews) decide(ctx context.Context, a approval.Approval, v approval.Verdict,
	do func(context.Context, string, broadcast.Verdict) (broadcast.Broadcast, error),
) error {
	names, err := r.people.Names(ctx, []string{v.Actor.ID})
	if err != nil {
		return err
	}
	_, err = do(ctx, a.Key, broadcast.Verdict{Hash: v.Hash, Comment: strings.TrimSpace(v.Comment), By: broadcast.Actor{
		ID: v.Actor.ID, Name: names[v.Actor.ID], Owner: v.Actor.Owner, MayApprove: v.Actor.MayApprove,
	}})
	var changed *broadcast.ChangedError
	if errors.As(err, &changed) {
		return &approval.ChangedError{Hash: changed.Hash}
	}
	return err
}
