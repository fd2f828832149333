package approval

import (
	"context"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// NobodyElse is what is answered and recorded when the owner of a house with no
// other approver publishes what they wrote.
const NobodyElse = "published without review: nobody else may approve"

// Published is where a subject stands after its pointer moved, and what was
// recorded about the move.
type Published struct {
	Head
	Note string `json:"note,omitempty"`
}

// Publish puts the open version live: one that was approved; any by an API key
// that may publish; or the owner's own where nobody else may approve.
func (d *Desk) Publish(ctx context.Context, t Target, actor Actor) (Published, error) {
	subject, err := d.subject(t.Kind)
	if err != nil {
		return Published{}, err
	}
	head, err := d.open(ctx, t, Draft, InReview, StageApproved)
	if err != nil {
		return Published{}, err
	}
	how, note, err := d.way(ctx, head, actor)
	if err != nil {
		return Published{}, err
	}
	if err := subject.Ready(ctx, t.Key, head.Open.Version); err != nil {
		return Published{}, err
	}
	snapshot, hash, err := d.snapshot(ctx, t, head.Open.Version)
	if err != nil {
		return Published{}, err
	}
	m := Move{
		Publication: d.publication(t, head.Open.Version, actor, how), From: head.Open.Stage,
		Revision: head.Open.Revision, Pins: snapshot.Pins,
	}
	m.Note = note
	if how == ByApproval {
		if head.Approval.Hash != hash {
			return Published{}, &ChangedError{hash}
		}
		m.ApprovalID = head.Approval.ID
	}
	return d.move(ctx, m)
}

// way says by which right the open version may go live.
func (d *Desk) way(ctx context.Context, head Head, actor Actor) (How, string, error) {
	if head.Open.Stage == StageApproved && head.Approval != nil && actor.MayApprove {
		return ByApproval, "", nil
	}
	if !actor.Member && actor.MayPublish {
		return Pushed, "", nil
	}
	people, err := d.People.Approvers(ctx)
	if err != nil {
		return "", "", fmt.Errorf("find who may approve: %w", err)
	}
	if slices.ContainsFunc(people, func(p Person) bool { return p.ID != actor.ID }) {
		return "", "", forbidden("needs_review", "somebody else has to approve it first: submit it")
	}
	if !actor.Member || !actor.Owner {
		return "", "", forbidden("needs_review", "only an owner may publish without review, and only where nobody else may approve")
	}
	return WithoutReview, NobodyElse, nil
}

// Rollback puts a version live again that was live before.
func (d *Desk) Rollback(ctx context.Context, t Target, version int, c Change) (Published, error) {
	if err := checkText("note", c.Note); err != nil {
		return Published{}, err
	}
	head, err := d.Head(ctx, t)
	if err != nil {
		return Published{}, err
	}
	versions, err := d.Store.VersionsOf(ctx, t.Kind, t.Key)
	if err != nil {
		return Published{}, fmt.Errorf("versions of %s %s: %w", t.Kind, t.Key, err)
	}
	at := slices.IndexFunc(versions, func(v Version) bool { return v.Version == version && !v.PublishedAt.IsZero() })
	if at < 0 {
		return Published{}, notify.InvalidField("version", "unknown_version", "was never live")
	}
	if head.LiveVersion == version && head.RetiredAt.IsZero() {
		return Published{}, conflict("version", "live", fmt.Sprintf("version %d is live already", version))
	}
	subject, err := d.subject(t.Kind)
	if err != nil {
		return Published{}, err
	}
	// What stood around it when it was live may have changed since.
	if err := subject.Ready(ctx, t.Key, version); err != nil {
		return Published{}, err
	}
	m := Move{Publication: d.publication(t, version, c.Actor, RolledBack)}
	m.Note = c.Note
	return d.move(ctx, m)
}

// Change is who changes where a subject stands, and why.
type Change struct {
	Actor Actor
	Note  string
}

// Retire takes a subject out of use; its versions stay.
func (d *Desk) Retire(ctx context.Context, t Target, c Change) (Published, error) {
	return d.shelve(ctx, t, c, WasRetired)
}

// Unretire puts the version live again that was when the subject was retired.
func (d *Desk) Unretire(ctx context.Context, t Target, c Change) (Published, error) {
	return d.shelve(ctx, t, c, WasUnretired)
}

func (d *Desk) shelve(ctx context.Context, t Target, c Change, how How) (Published, error) {
	if err := checkText("note", c.Note); err != nil {
		return Published{}, err
	}
	head, err := d.Head(ctx, t)
	if err != nil {
		return Published{}, err
	}
	if head.LiveVersion == 0 || (how == WasRetired) != head.RetiredAt.IsZero() {
		return Published{}, conflict("state", "wrong_state", fmt.Sprintf("it is %s", words[head.State]))
	}
	m := Move{Publication: d.publication(t, head.LiveVersion, c.Actor, how)}
	m.Note = c.Note
	return d.move(ctx, m)
}

func (d *Desk) move(ctx context.Context, m Move) (Published, error) {
	subject, err := d.subject(m.Kind)
	if err != nil {
		return Published{}, err
	}
	if err := d.Store.Publish(ctx, m); err != nil {
		return Published{}, fmt.Errorf("%s %s version %d: %s: %w", m.Kind, m.Key, m.Version, m.How, err)
	}
	subject.Published(m.Key)
	head, err := d.Head(ctx, Target{m.Kind, m.Key})
	return Published{head, m.Note}, err
}

func (d *Desk) publication(t Target, version int, actor Actor, how How) Publication {
	return Publication{
		ID: notify.NewID(notify.PublicationID), Kind: t.Kind, Key: t.Key, Version: version, How: how, By: actor.ID, At: d.Clock.Now(),
	}
}
