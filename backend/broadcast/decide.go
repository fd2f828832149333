package broadcast

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// Verdict is what somebody decided about a frozen broadcast.
type Verdict struct {
	// Hash is of what they saw.
	Hash    string
	Comment string
	By      Actor
}

// ChangedError says that what would go out is not what was looked at.
type ChangedError struct{ Hash string }

// Error says it in a sentence.
func (e *ChangedError) Error() string {
	return "what would go out is not what was looked at: it has the hash " + e.Hash
}

// Is makes it a notify.ErrConflict.
func (e *ChangedError) Is(target error) bool { return target == notify.ErrConflict }

// Approve lets exactly what was frozen go out. Of several who decide at once one
// wins. Who wrote or submitted it may not.
func (d *Desk) Approve(ctx context.Context, id string, v Verdict) (Broadcast, error) {
	return d.approve(ctx, id, v, "approved", func(b *Broadcast) error { return bar(b, v.By) })
}

// BreakGlass approves without a second person. Only an owner may, with a reason
// that stays on record.
func (d *Desk) BreakGlass(ctx context.Context, id string, v Verdict) (Broadcast, error) {
	if err := needsReason(v.Comment); err != nil {
		return Broadcast{}, err
	}
	return d.approve(ctx, id, v, "break_glass", func(*Broadcast) error {
		if !v.By.Owner {
			return forbidden("not_owner", "only an owner of this Clarion may approve without a second person")
		}
		return nil
	})
}

// ApproveByPolicy lets what a key sent go out with nobody looking, because the
// key was given that right. It is recorded as such. What anybody else had a hand
// in waits for a person.
func (d *Desk) ApproveByPolicy(ctx context.Context, id string, v Verdict) (Broadcast, error) {
	v.Comment = "The key " + v.By.Name + " has the scope bulk:auto."
	return d.approve(ctx, id, v, "approved_by_policy", func(b *Broadcast) error {
		if len(b.Authors) != 1 || b.Authors[0] != v.By.ID {
			return forbidden("authors", "somebody else has edited it: a person approves it")
		}
		return nil
	})
}

// Ready answers whether a plan could be submitted as far as that can be seen
// without its audience; what bars it is told by its path.
func (d *Desk) Ready(ctx context.Context, name string, p Plan) error {
	if err := checkPlan(name, p); err != nil {
		return err
	}
	list := lacks(p)
	p.Audience.File = "" // its rows are taken after this
	if _, found, err := d.Words.Pin(ctx, p); err != nil {
		return fmt.Errorf("find what broadcast %q goes out with: %w", name, err)
	} else if len(list) == 0 {
		list = found
	}
	return barred(list)
}

func (d *Desk) approve(ctx context.Context, id string, v Verdict, kind string, may func(*Broadcast) error) (Broadcast, error) {
	b, err := d.Store.Broadcast(ctx, id)
	if err != nil {
		return b, err
	}
	if err := d.unchanged(ctx, b); err != nil {
		return b, err
	}
	return d.decided(ctx, id, v, func(b *Broadcast) (Change, error) {
		if err := decidable(b); err != nil {
			return Change{}, err
		}
		if err := may(b); err != nil {
			return Change{}, err
		}
		if v.Hash != b.Hash {
			return Change{}, &ChangedError{b.Hash}
		}
		now := d.Clock.Now()
		b.State, b.DecidedBy, b.DecidedAt, b.LookAt = Approved, v.By.Name, now, now
		b.EventID = notify.NewID(notify.EventID)
		return Change{Entry: Entry{Kind: kind, Detail: v.Comment}}, nil
	})
}

// Reject sends it back to its authors. It needs a word why.
func (d *Desk) Reject(ctx context.Context, id string, v Verdict) (Broadcast, error) {
	if err := needsReason(v.Comment); err != nil {
		return Broadcast{}, err
	}
	return d.decided(ctx, id, v, func(b *Broadcast) (Change, error) {
		if err := decidable(b); err != nil {
			return Change{}, err
		}
		if err := bar(b, v.By); err != nil {
			return Change{}, err
		}
		b.State, b.DecidedBy, b.DecidedAt, b.Reason = Rejected, v.By.Name, d.Clock.Now(), v.Comment
		b.EndedBy, b.LookAt = v.By.Name, d.Clock.Now()
		return Change{Entry: Entry{Kind: "rejected", Detail: v.Comment}}, nil
	})
}

// decided stores a decision and tells the authors.
func (d *Desk) decided(ctx context.Context, id string, v Verdict, do func(b *Broadcast) (Change, error)) (Broadcast, error) {
	b, err := d.change(ctx, id, v.By, do)
	if err == nil {
		d.Teller.Decided(ctx, b, v.Comment)
	}
	return b, err
}

func decidable(b *Broadcast) error {
	switch {
	case b.State != Submitted:
		return conflict("decided", fmt.Sprintf("it is %s", b.State))
	case b.Frozen == nil:
		return conflict("not_frozen", "its audience is still being taken down")
	}
	return nil
}

func bar(b *Broadcast, by Actor) error {
	switch {
	case !by.MayApprove:
		return forbidden("no_right", "deciding needs the right to approve")
	case slices.Contains(b.Authors, by.ID):
		return forbidden("author", "who wrote or submitted it cannot decide about it")
	}
	return nil
}

// unchanged reports whether the versions that were frozen still say the same: a
// layout or a partial may have been published since.
func (d *Desk) unchanged(ctx context.Context, b Broadcast) error {
	if b.Frozen == nil {
		return nil
	}
	for _, pin := range b.Frozen.Pins {
		same, err := d.Words.Same(ctx, pin)
		if err != nil {
			return fmt.Errorf("look at %s %s again: %w", pin.Kind, pin.Key, err)
		}
		if !same {
			return conflict("content_changed", fmt.Sprintf("the %s %s has changed since it was submitted: submit it again", pin.Kind, pin.Key))
		}
	}
	return nil
}
