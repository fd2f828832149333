package approval

import (
	"context"
	"encoding/json"
	"fmt"

	"clarion/backend/notify"
)

// Difference is one section of two versions next to each other. A version that
// has no such section has empty text.
type Difference struct {
	Path    string `json:"path"`
	Before  string `json:"before"`
	After   string `json:"after"`
	Changed bool   `json:"changed"`
}

// View is an approval with everything it is decided on.
type View struct {
	Approval
	// Present is the hash of what would go live now; it is what approving takes.
	Present  string          `json:"present_hash"`
	Document json.RawMessage `json:"document"`
	Live     json.RawMessage `json:"live"`
	Sections []Difference    `json:"sections"`
	Pins     []Pin           `json:"pins"`
	Reach    []string        `json:"reach"`
	Comments []Comment       `json:"comments"`
	// Bar says why the caller may not decide; empty when they may.
	Bar string `json:"bar,omitempty"`
	// Names are those of the people and keys that are named by id.
	Names map[string]string `json:"names"`
}

// View returns an approval as its caller sees it.
func (d *Desk) View(ctx context.Context, id string, actor Actor) (View, error) {
	a, err := d.Store.Approval(ctx, id)
	if err != nil {
		return View{}, fmt.Errorf("approval %s: %w", id, err)
	}
	v := View{Approval: a, Bar: Bar(a, actor)}
	if err := d.compare(ctx, &v); err != nil {
		return v, err
	}
	if v.Comments, err = d.Store.Comments(ctx, id); err != nil {
		return v, fmt.Errorf("comments on approval %s: %w", id, err)
	}
	ids := append([]string{a.SubmittedBy, a.DecidedBy}, a.Authors...)
	for _, c := range v.Comments {
		ids = append(ids, c.By)
	}
	v.Names, err = d.People.Names(ctx, ids)
	return v, err
}

// compare fills in the two documents and what differs.
func (d *Desk) compare(ctx context.Context, v *View) error {
	if desk := d.Elsewheres[v.Kind]; desk != nil {
		return desk.Fill(ctx, v)
	}
	after, hash, err := d.snapshot(ctx, v.target(), v.Version)
	if err != nil {
		return err
	}
	if v.State == Waiting {
		head, err := d.Head(ctx, v.target())
		if err != nil {
			return err
		}
		v.Base = head.LiveVersion
	}
	before := Snapshot{}
	if v.Base != 0 {
		if before, _, err = d.snapshot(ctx, v.target(), v.Base); err != nil {
			return err
		}
	}
	v.Present, v.Document, v.Live = hash, after.Document, before.Document
	v.Pins, v.Reach = append([]Pin{}, after.Pins...), append([]string{}, after.Reach...)
	v.Sections = differences(before.Sections, after.Sections)
	return nil
}

// differences pairs sections by path: those of after in their order, then those
// that only before has.
func differences(before, after []Section) []Difference {
	old := make(map[string]string, len(before))
	for _, s := range before {
		old[s.Path] = s.Text
	}
	list := make([]Difference, 0, len(after))
	seen := make(map[string]bool, len(after))
	for _, s := range after {
		seen[s.Path] = true
		list = append(list, Difference{s.Path, old[s.Path], s.Text, old[s.Path] != s.Text})
	}
	for _, s := range before {
		if !seen[s.Path] {
			list = append(list, Difference{s.Path, s.Text, "", s.Text != ""})
		}
	}
	return list
}

// Diff compares two versions of a subject; version zero is one without words.
func (d *Desk) Diff(ctx context.Context, t Target, from, to int) ([]Difference, error) {
	var sides [2]Snapshot
	for i, version := range []int{from, to} {
		if version == 0 {
			continue
		}
		var err error
		if sides[i], _, err = d.snapshot(ctx, t, version); err != nil {
			return nil, err
		}
	}
	return differences(sides[0].Sections, sides[1].Sections), nil
}

// List returns a page of approvals, newest first, with the names of who
// submitted and decided them.
func (d *Desk) List(ctx context.Context, f Filter, p notify.Page) ([]Row, string, error) {
	list, next, err := d.Store.Approvals(ctx, f, p)
	if err != nil {
		return nil, "", fmt.Errorf("list approvals: %w", err)
	}
	var ids []string
	for _, a := range list {
		ids = append(ids, a.SubmittedBy, a.DecidedBy)
	}
	names, err := d.People.Names(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	rows := make([]Row, len(list))
	for i, a := range list {
		rows[i] = Row{a, orElse(names[a.SubmittedBy], a.SubmittedBy), orElse(names[a.DecidedBy], a.DecidedBy)}
	}
	return rows, next, nil
}

// Row is an approval in a list.
type Row struct {
	Approval
	SubmittedByName string `json:"submitted_by_name"`
	DecidedByName   string `json:"decided_by_name,omitempty"`
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Counts is how many approvals wait.
type Counts struct {
	Waiting int          `json:"waiting"`
	Kinds   map[Kind]int `json:"kinds"`
}

// Counts counts what waits.
func (d *Desk) Counts(ctx context.Context) (Counts, error) {
	kinds, err := d.Store.CountApprovals(ctx)
	if err != nil {
		return Counts{}, fmt.Errorf("count approvals: %w", err)
	}
	c := Counts{Kinds: kinds}
	for _, n := range kinds {
		c.Waiting += n
	}
	return c, nil
}

// History is everything that happened to a subject.
type History struct {
	Versions     []Version         `json:"versions"`
	Publications []Publication     `json:"publications"`
	Names        map[string]string `json:"names"`
}

// History returns the versions of a subject and the moves of its pointer.
func (d *Desk) History(ctx context.Context, t Target) (History, error) {
	var h History
	var err error
	if h.Versions, err = d.Store.VersionsOf(ctx, t.Kind, t.Key); err != nil {
		return h, fmt.Errorf("versions of %s %s: %w", t.Kind, t.Key, err)
	}
	if h.Publications, err = d.Store.Publications(ctx, t.Kind, t.Key); err != nil {
		return h, fmt.Errorf("publications of %s %s: %w", t.Kind, t.Key, err)
	}
	var ids []string
	for _, v := range h.Versions {
		ids = append(append(ids, v.CreatedBy, v.UpdatedBy, v.PublishedBy), v.Editors...)
	}
	for _, p := range h.Publications {
		ids = append(ids, p.By)
	}
	h.Names, err = d.People.Names(ctx, ids)
	return h, err
}
