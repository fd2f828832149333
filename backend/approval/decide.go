package approval

import (
	"context"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// Verdict is what an approver decided.
type Verdict struct {
	Actor Actor
	// Hash is of what the approver saw.
	Hash    string
	Comment string
	// Hold approves without publishing.
	Hold bool
}

// ChangedError says that what would go live is no longer what the approver saw.
type ChangedError struct{ Hash string }

// Error says it in a sentence.
func (e *ChangedError) Error() string {
	return "what would go live is not what was looked at: it has the hash " + e.Hash
}

// Is makes it a notify.ErrConflict.
func (e *ChangedError) Is(target error) bool { return target == notify.ErrConflict }

// Approve lets exactly what the approver saw go live. Of several who decide at
// once one wins; the others get notify.ErrConflict.
func (d *Desk) Approve(ctx context.Context, id string, v Verdict) (Approval, error) {
	if a, desk, err := d.elsewhere(ctx, id, v); desk != nil || err != nil {
		if err == nil {
			err = desk.Approve(ctx, a, v)
		}
		return d.after(ctx, a, err)
	}
	a, head, err := d.decidable(ctx, id, v)
	if err != nil {
		return a, err
	}
	snapshot, hash, err := d.snapshot(ctx, a.target(), a.Version)
	if err != nil {
		return a, err
	}
	if v.Hash != hash {
		return a, &ChangedError{hash}
	}
	subject := d.Subjects[a.Kind]
	if err := subject.Ready(ctx, a.Key, a.Version); err != nil {
		return a, err
	}
	now := d.Clock.Now()
	a.State, a.Hash, a.DecidedBy, a.DecidedAt = Approved, hash, v.Actor.ID, now
	decision := Decision{Approval: a, Revision: head.Open.Revision, Comment: d.comment(a, v), Pins: snapshot.Pins}
	if !v.Hold {
		decision.Approval.PublishedAt = now
		decision.Publish = &Move{
			Publication: d.publication(a.target(), a.Version, v.Actor, ByApproval), From: StageApproved,
			Revision: head.Open.Revision, Pins: snapshot.Pins,
		}
		decision.Publish.ApprovalID = a.ID
	}
	if err := d.Store.Decide(ctx, decision); err != nil {
		return a, fmt.Errorf("approve %s: %w", id, err)
	}
	if !v.Hold {
		subject.Published(a.Key)
	}
	d.Teller.Decided(ctx, decision.Approval, v.Comment)
	return d.Store.Approval(ctx, id)
}

// Reject makes it a draft again. It needs a word why.
func (d *Desk) Reject(ctx context.Context, id string, v Verdict) (Approval, error) {
	if strings.TrimSpace(v.Comment) == "" {
		return Approval{}, notify.InvalidField("comment", "required", "say what has to change")
	}
	if a, desk, err := d.elsewhere(ctx, id, v); desk != nil || err != nil {
		if err == nil {
			err = desk.Reject(ctx, a, v)
		}
		return d.after(ctx, a, err)
	}
	a, head, err := d.decidable(ctx, id, v)
	if err != nil {
		return a, err
	}
	a.State, a.DecidedBy, a.DecidedAt = Rejected, v.Actor.ID, d.Clock.Now()
	if err := d.Store.Decide(ctx, Decision{Approval: a, Revision: head.Open.Revision, Comment: d.comment(a, v)}); err != nil {
		return a, fmt.Errorf("reject %s: %w", id, err)
	}
	d.Teller.Decided(ctx, a, v.Comment)
	return d.Store.Approval(ctx, id)
}

// decidable returns an approval that waits and that the actor may decide.
func (d *Desk) decidable(ctx context.Context, id string, v Verdict) (Approval, Head, error) {
	if err := checkText("comment", v.Comment); err != nil {
		return Approval{}, Head{}, err
	}
	a, err := d.Store.Approval(ctx, id)
	if err != nil {
		return a, Head{}, fmt.Errorf("approval %s: %w", id, err)
	}
	if a.State != Waiting {
		return a, Head{}, conflict("state", "decided", fmt.Sprintf("the approval is %s", a.State))
	}
	head, err := d.open(ctx, a.target(), InReview)
	if err != nil {
		return a, head, err
	}
	if head.Open.Version != a.Version {
		return a, head, conflict("state", "decided", "another version waits now")
	}
	a.Authors, a.Base = head.Open.Editors, head.LiveVersion
	if reason := Bar(a, v.Actor); reason != "" {
		return a, head, forbidden("author", reason)
	}
	return a, head, nil
}

// Bar says why an actor may not decide, in a sentence; nothing when they may.
func Bar(a Approval, actor Actor) string {
	switch {
	case !actor.MayApprove:
		return "deciding needs the right to approve"
	case a.isAuthor(actor.ID):
		return "who wrote or submitted it cannot approve it"
	}
	return ""
}

func (a Approval) target() Target { return Target{a.Kind, a.Key} }

func (d *Desk) comment(a Approval, v Verdict) *Comment {
	if strings.TrimSpace(v.Comment) == "" {
		return nil
	}
	return &Comment{ID: notify.NewID(notify.CommentID), Approval: a.ID, Body: v.Comment, By: v.Actor.ID, At: d.Clock.Now()}
}

// Comment adds a remark to an approval, or to one section of it.
func (d *Desk) Comment(ctx context.Context, id string, c Comment) (Comment, error) {
	if strings.TrimSpace(c.Body) == "" {
		return c, notify.InvalidField("body", "required", "a comment needs words")
	}
	if err := checkText("body", c.Body); err != nil {
		return c, err
	}
	if len(c.Section) > 400 {
		return c, notify.InvalidField("section", "too_long", "must be at most 400 bytes")
	}
	if _, err := d.Store.Approval(ctx, id); err != nil {
		return c, fmt.Errorf("approval %s: %w", id, err)
	}
	c.ID, c.Approval, c.At = notify.NewID(notify.CommentID), id, d.Clock.Now()
	if err := d.Store.AddComment(ctx, c); err != nil {
		return c, fmt.Errorf("comment on approval %s: %w", id, err)
	}
	return c, nil
}
