package approval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// Desk is where things are submitted and decided.
type Desk struct {
	Store    Store
	People   People
	Subjects map[Kind]Subject
	// Elsewheres are the kinds that are decided at desks of their own.
	Elsewheres map[Kind]Elsewhere
	Teller     Teller
	Clock      notify.Clock
}

// Actor is who does something, and what they may.
type Actor struct {
	ID string
	// Member is false for an API key, Owner true for a member who owns the house.
	Member, Owner bool
	// MayApprove and MayPublish are the actor's permissions.
	MayApprove, MayPublish bool
}

// Target names a subject.
type Target struct {
	Kind Kind
	Key  string
}

// Teller tells people about approvals. It never fails the thing it tells of.
type Teller interface {
	// Submitted tells those who may decide.
	Submitted(ctx context.Context, a Approval, to []Person)
	// Decided tells who submitted it.
	Decided(ctx context.Context, a Approval, comment string)
}

func (d *Desk) subject(kind Kind) (Subject, error) {
	s, ok := d.Subjects[kind]
	if !ok {
		return nil, fmt.Errorf("no review of %s: %w", kind, notify.ErrNotFound)
	}
	return s, nil
}

// open returns the head and its open version, which must be in one of the
// stages.
func (d *Desk) open(ctx context.Context, t Target, stages ...Stage) (Head, error) {
	head, err := d.Store.HeadOf(ctx, t.Kind, t.Key)
	if err != nil {
		return head, fmt.Errorf("%s %s: %w", t.Kind, t.Key, err)
	}
	if head.Open == nil {
		return head, conflict("state", "no_draft", "there is no draft")
	}
	if !slices.Contains(stages, head.Open.Stage) {
		return head, conflict("state", "wrong_state", fmt.Sprintf("version %d is %s", head.Open.Version, words[head.Open.Stage]))
	}
	return head, nil
}

var words = map[Stage]string{
	Draft: "a draft", InReview: "in review", StageApproved: "approved", Live: "live", Retired: "retired",
}

// conflict is notify.ErrConflict that says what does not fit.
func conflict(path, code, detail string) error {
	return errors.Join(notify.ErrConflict, notify.InvalidField(path, code, detail))
}

func forbidden(code, detail string) error {
	return errors.Join(notify.ErrForbidden, notify.InvalidField("actor", code, detail))
}

// Submission asks for a draft to be let live.
type Submission struct {
	Target
	Actor Actor
	Note  string
	// Revision is that of the draft the submitter saw; zero for the present one.
	Revision int
}

// Submit puts the draft before those who may approve. A draft with faults is
// refused with all of them.
func (d *Desk) Submit(ctx context.Context, s Submission) (Head, error) {
	if err := checkText("note", s.Note); err != nil {
		return Head{}, err
	}
	subject, err := d.subject(s.Kind)
	if err != nil {
		return Head{}, err
	}
	head, err := d.open(ctx, s.Target, Draft)
	if err != nil {
		return head, err
	}
	if s.Revision != 0 && s.Revision != head.Open.Revision {
		return head, conflict("revision", "stale", "the draft was edited meanwhile")
	}
	if err := subject.Ready(ctx, s.Key, head.Open.Version); err != nil {
		return head, err
	}
	snapshot, hash, err := d.snapshot(ctx, s.Target, head.Open.Version)
	if err != nil {
		return head, err
	}
	a := Approval{
		ID: notify.NewID(notify.ApprovalID), Kind: s.Kind, Key: s.Key, Version: head.Open.Version, Base: head.LiveVersion, Title: snapshot.Title,
		Note: s.Note, Hash: hash, State: Waiting, Authors: head.Open.Editors, SubmittedBy: s.Actor.ID, SubmittedAt: d.Clock.Now(),
	}
	if err := d.Store.Submit(ctx, a, head.Open.Revision); err != nil {
		return head, fmt.Errorf("submit %s %s version %d: %w", s.Kind, s.Key, a.Version, err)
	}
	if err := d.tellApprovers(ctx, a); err != nil {
		return head, err
	}
	return d.Head(ctx, s.Target)
}

// tellApprovers tells all who may decide; an author may not.
func (d *Desk) tellApprovers(ctx context.Context, a Approval) error {
	people, err := d.People.Approvers(ctx)
	if err != nil {
		return fmt.Errorf("find who may approve: %w", err)
	}
	people = slices.DeleteFunc(slices.Clone(people), func(p Person) bool { return a.isAuthor(p.ID) })
	d.Teller.Submitted(ctx, a, people)
	return nil
}

// isAuthor reports whether somebody wrote any of it or sent it.
func (a Approval) isAuthor(id string) bool {
	return id == a.SubmittedBy || slices.Contains(a.Authors, id)
}

// snapshot is one version in full and its hash.
func (d *Desk) snapshot(ctx context.Context, t Target, version int) (Snapshot, string, error) {
	subject, err := d.subject(t.Kind)
	if err != nil {
		return Snapshot{}, "", err
	}
	s, err := subject.Snapshot(ctx, t.Key, version)
	if err != nil {
		return s, "", fmt.Errorf("%s %s version %d: %w", t.Kind, t.Key, version, err)
	}
	hash, err := hashOf(s)
	return s, hash, err
}

// Withdraw takes back what was submitted; it is a draft again.
func (d *Desk) Withdraw(ctx context.Context, t Target, actor Actor) (Head, error) {
	if d.Elsewheres[t.Kind] != nil {
		return Head{}, conflict("kind", "not_here", fmt.Sprintf("edit the %s: that voids what was submitted of it", t.Kind))
	}
	head, err := d.open(ctx, t, InReview, StageApproved)
	if err != nil {
		return head, err
	}
	if head.Approval == nil {
		return head, conflict("state", "wrong_state", "nothing waits")
	}
	a := *head.Approval
	if !a.isAuthor(actor.ID) && !actor.MayApprove {
		return head, forbidden("not_yours", "only who wrote or submitted it can withdraw it")
	}
	a.State, a.DecidedBy, a.DecidedAt = Withdrawn, actor.ID, d.Clock.Now()
	if err := d.Store.Decide(ctx, Decision{Approval: a, Revision: head.Open.Revision}); err != nil {
		return head, fmt.Errorf("withdraw approval %s: %w", a.ID, err)
	}
	return d.Head(ctx, t)
}

// Discard gives up the open version. What is live stays.
func (d *Desk) Discard(ctx context.Context, t Target) (Head, error) {
	if _, err := d.open(ctx, t, Draft, InReview, StageApproved); err != nil {
		return Head{}, err
	}
	if err := d.Store.DiscardDraft(ctx, t.Kind, t.Key, d.Clock.Now()); err != nil {
		return Head{}, fmt.Errorf("discard the draft of %s %s: %w", t.Kind, t.Key, err)
	}
	return d.Head(ctx, t)
}

// Head returns where a subject stands.
func (d *Desk) Head(ctx context.Context, t Target) (Head, error) {
	head, err := d.Store.HeadOf(ctx, t.Kind, t.Key)
	if err != nil {
		return head, fmt.Errorf("%s %s: %w", t.Kind, t.Key, err)
	}
	return head, nil
}

// Heads returns where many subjects of a kind stand, by key.
func (d *Desk) Heads(ctx context.Context, kind Kind, keys []string) (map[string]Head, error) {
	if len(keys) == 0 {
		return map[string]Head{}, nil
	}
	return d.Store.HeadsOf(ctx, kind, keys)
}

func checkText(path, text string) error {
	if len(text) > 4000 {
		return notify.InvalidField(path, "too_long", "must be at most 4000 bytes")
	}
	return nil
}
