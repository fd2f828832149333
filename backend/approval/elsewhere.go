package approval

import (
	"context"
	"fmt"
)

// Elsewhere is the desk of a kind that has one of its own: approvals of it stand
// in the same queue and are looked at and decided by the same calls, but what a
// decision means is known there.
type Elsewhere interface {
	// Fill completes a view with what is decided on. What is there no more leaves
	// it as it is.
	Fill(ctx context.Context, v *View) error
	// Approve and Reject decide about what the approver saw, as it was submitted.
	Approve(ctx context.Context, a Approval, v Verdict) error
	Reject(ctx context.Context, a Approval, v Verdict) error
}

// elsewhere returns the desk that decides about an approval, if it is not this
// one, and the approval, which must wait.
func (d *Desk) elsewhere(ctx context.Context, id string, v Verdict) (Approval, Elsewhere, error) {
	if err := checkText("comment", v.Comment); err != nil {
		return Approval{}, nil, err
	}
	a, err := d.Store.Approval(ctx, id)
	if err != nil {
		return a, nil, fmt.Errorf("approval %s: %w", id, err)
	}
	desk := d.Elsewheres[a.Kind]
	switch {
	case desk == nil:
		return a, nil, nil
	case a.State != Waiting:
		return a, nil, conflict("state", "decided", fmt.Sprintf("the approval is %s", a.State))
	}
	if reason := Bar(a, v.Actor); reason != "" {
		return a, nil, forbidden("author", reason)
	}
	return a, desk, nil
}

// after is an approval once another desk has decided about it.
func (d *Desk) after(ctx context.Context, a Approval, err error) (Approval, error) {
	if err != nil {
		return a, err
	}
	return d.Store.Approval(ctx, a.ID)
}
