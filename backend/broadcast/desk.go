package broadcast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

// Words finds what a plan goes out with.
type Words interface {
	// Pin finds the versions that are live now; what is not there is a finding.
	Pin(ctx context.Context, p Plan) (Pinned, []Finding, error)
	// Same reports whether what goes out under a pin still says the same.
	Same(ctx context.Context, p Pin) (bool, error)
}

// Teller tells people about decisions. It never fails the thing it tells of.
type Teller interface {
	// Waits tells those who may decide about a broadcast that is frozen.
	Waits(ctx context.Context, b Broadcast)
	// Decided tells its authors.
	Decided(ctx context.Context, b Broadcast, comment string)
}

// Desk is where broadcasts are written, decided and steered.
type Desk struct {
	Store     Store
	Words     Words
	Rehearser Rehearser
	Quotas    Quotas
	Teller    Teller
	// Tell tells open pages that a broadcast has changed.
	Tell  func(id string)
	Clock notify.Clock
	Log   *slog.Logger
	// Many is from how many messages on a count is kept; 20,000 when it is zero.
	Many     int
	counting sync.Map
}

// Actor is who does something, and what they may.
type Actor struct {
	ID, Name string
	// Source is the business system its messages are said to come from.
	Source string
	// Owner is a member who owns the house.
	Owner      bool
	MayApprove bool
}

// house is the actor of what nobody asked for.
var house = Actor{Name: "Clarion"}

func conflict(code, detail string) error {
	return errors.Join(notify.ErrConflict, notify.InvalidField("state", code, detail))
}

func forbidden(code, detail string) error {
	return errors.Join(notify.ErrForbidden, notify.InvalidField("actor", code, detail))
}

// Get returns one broadcast.
func (d *Desk) Get(ctx context.Context, id string) (Broadcast, error) {
	return d.Store.Broadcast(ctx, id)
}

// List returns a page, newest first.
func (d *Desk) List(ctx context.Context, f Filter, p notify.Page) ([]Broadcast, string, error) {
	return d.Store.Broadcasts(ctx, f, p)
}

// History returns what happened to a broadcast, first to last.
func (d *Desk) History(ctx context.Context, id string) ([]Entry, error) {
	if _, err := d.Store.Broadcast(ctx, id); err != nil {
		return nil, err
	}
	return d.Store.History(ctx, id)
}

// Outcomes returns a page of the audience, with what became of each.
func (d *Desk) Outcomes(ctx context.Context, f OutcomeFilter, p notify.Page) ([]Outcome, string, error) {
	if _, err := d.Store.Broadcast(ctx, f.Broadcast); err != nil {
		return nil, "", err
	}
	return d.Store.BroadcastOutcomes(ctx, f, p)
}

// Create begins a broadcast as a draft.
func (d *Desk) Create(ctx context.Context, name string, p Plan, by Actor) (Broadcast, error) {
	if err := checkPlan(name, p); err != nil {
		return Broadcast{}, err
	}
	now := d.Clock.Now()
	b := Broadcast{
		ID: notify.NewID(notify.BroadcastID), Name: name, State: Draft, Revision: 1, Plan: p, Authors: []string{by.ID}, Source: by.Source,
		CreatedBy: by.Name, CreatedAt: now, UpdatedAt: now,
	}
	if err := d.Store.AddBroadcast(ctx, b, Entry{At: now, Kind: "created", By: by.Name}); err != nil {
		return b, err
	}
	d.Tell(b.ID)
	return d.Store.Broadcast(ctx, b.ID)
}

// Edit replaces the plan. Whatever was submitted or approved of it is void.
func (d *Desk) Edit(ctx context.Context, id string, e Edit) (Broadcast, error) {
	if err := checkPlan(e.Name, e.Plan); err != nil {
		return Broadcast{}, err
	}
	return d.change(ctx, id, e.By, func(b *Broadcast) (Change, error) {
		if !b.State.Editable() {
			return Change{}, conflict("wrong_state", fmt.Sprintf("a broadcast that is %s cannot be changed", b.State))
		}
		if e.Revision != 0 && e.Revision != b.Revision {
			return Change{}, errors.Join(notify.ErrConflict, notify.InvalidField("revision", "stale", "it was edited meanwhile"))
		}
		was := b.State
		b.setAside()
		b.Name, b.Plan = e.Name, e.Plan
		if !slices.Contains(b.Authors, e.By.ID) {
			b.Authors = append(b.Authors, e.By.ID)
		}
		change := b.reopen(b.standing(was))
		change.Entry.Kind, b.EndedBy, b.LookAt = "edited", e.By.Name, d.Clock.Now()
		if was == Submitted || was == Approved || was == Scheduled {
			b.Reason = fmt.Sprintf("It was edited while it was %s%s", was, voidEnd)
			change.Entry.Kind, change.Entry.Detail = "voided", b.Reason
		}
		return change, nil
	})
}

// standing is the reason that an edit leaves as it is: further changes do not make
// it less void, and why it was sent back stays in sight while it is mended.
func (b *Broadcast) standing(was State) string {
	sentBack := was == Rejected || was == Draft && b.Before != nil && b.Before.State == Rejected
	if sentBack || was == Draft && strings.HasSuffix(b.Reason, voidEnd) {
		return b.Reason
	}
	return ""
}

// voidEnd ends the reason of a draft that had been submitted or approved.
const voidEnd = ": it needs a new approval."

// Edit is a new plan.
type Edit struct {
	Name string
	Plan
	// Revision is that of the plan its author saw; zero for the present one.
	Revision int
	By       Actor
}

// reopen makes a draft of a broadcast again, and forgets what was decided.
func (b *Broadcast) reopen(reason string) Change {
	b.State, b.Frozen, b.Hash, b.Reason, b.EventID = Draft, nil, "", reason, ""
	b.DecidedBy, b.SubmittedBy, b.Note, b.People, b.Digest = "", "", "", 0, ""
	b.DecidedAt, b.SubmittedAt, b.LookAt = time.Time{}, time.Time{}, time.Time{}
	b.Revision++
	return Change{}
}

// Submit asks for approval. Its audience, versions and cost are frozen next.
func (d *Desk) Submit(ctx context.Context, id string, s Submission) (Broadcast, error) {
	if utf8.RuneCountInString(s.Note) > noteMost {
		return Broadcast{}, notify.InvalidField("note", "too_long", fmt.Sprintf("must be at most %d characters", noteMost))
	}
	return d.change(ctx, id, s.By, func(b *Broadcast) (Change, error) {
		if b.State != Draft && b.State != Rejected {
			return Change{}, conflict("wrong_state", fmt.Sprintf("it is %s", b.State))
		}
		if s.Revision != 0 && s.Revision != b.Revision {
			return Change{}, errors.Join(notify.ErrConflict, notify.InvalidField("revision", "stale", "it was edited meanwhile"))
		}
		if err := barred(lacks(b.Plan)); err != nil {
			return Change{}, err
		}
		if !slices.Contains(b.Authors, s.By.ID) {
			b.Authors = append(b.Authors, s.By.ID)
		}
		b.setAside()
		b.reopen("")
		b.State, b.Note, b.SubmittedBy, b.SubmittedAt = Submitted, s.Note, s.By.Name, d.Clock.Now()
		b.LookAt = d.Clock.Now()
		return Change{Entry: Entry{Kind: "submitted", Detail: s.Note}}, nil
	})
}

// Submission asks for a broadcast to be approved.
type Submission struct {
	Note     string
	Revision int
	By       Actor
}

// barred are findings as the faults of an input.
func barred(list []Finding) error {
	var faults notify.Invalid
	for _, f := range list {
		if f.Level == Bars {
			faults.Add(f.Path, f.Code, f.Detail)
		}
	}
	return faults.Err()
}

// change changes a broadcast and tells the pages.
func (d *Desk) change(ctx context.Context, id string, by Actor, do func(b *Broadcast) (Change, error)) (Broadcast, error) {
	now := d.Clock.Now()
	b, err := d.Store.ChangeBroadcast(ctx, id, now, func(b *Broadcast) (Change, error) {
		c, err := do(b)
		if err != nil {
			return c, err
		}
		b.UpdatedAt = now
		c.Entry.At, c.Entry.By = now, by.Name
		return c, nil
	})
	if err != nil {
		return b, err
	}
	d.Tell(id)
	return b, nil
}

func needsReason(reason string) error {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > noteMost {
		return notify.InvalidField("reason", "required", fmt.Sprintf("say why, in 1 to %d characters", noteMost))
	}
	return nil
}
