package roster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// NamedMost is how many people one list may name.
const NamedMost = 50_000

// Joined is what became of a list of people who are to join a group.
type Joined struct {
	// Named is how often the list names somebody, Known how many people that is.
	Named int `json:"named"`
	Known int `json:"known"`
	// Members were in the group before, Added came to it.
	Members int `json:"members"`
	Added   int `json:"added"`
	// Faults are all rows with somebody who cannot be added.
	Faults []FaultyRow `json:"faults"`
}

// People finds those whom a list names, and lets them join a group.
type People interface {
	// KnownAs returns whom ids lead to. Who is not known, or was erased, is not in it.
	KnownAs(ctx context.Context, ids []string) (map[string]string, error)
	// ReadersAt returns who has an email address, by the address in small letters.
	ReadersAt(ctx context.Context, emails []string) (map[string][]string, error)
	// MembersAmong counts who is in a group already.
	MembersAmong(ctx context.Context, group string, ids []string) (int, error)
	// JoinMembers adds all of them or, when it fails, nobody; it returns how many
	// were not there yet.
	JoinMembers(ctx context.Context, group string, ids []string, now time.Time) (int, error)
}

// Joining brings people who are known into a group, by a list of them. It creates
// nobody.
type Joining struct {
	People People
	Clock  notify.Clock
	// GroupExists answers notify.ErrNotFound for a group that is not there.
	GroupExists func(ctx context.Context, key string) error
}

// joining is the work on one list.
type joining struct {
	people map[string]bool
	out    Joined
}

// Join adds those whom a list names, and tells every row with somebody who is not
// known. A preview adds nobody.
func (j *Joining) Join(ctx context.Context, group string, text []byte, preview bool) (Joined, error) {
	to := &joining{people: map[string]bool{}, out: Joined{Faults: []FaultyRow{}}}
	if err := j.GroupExists(ctx, group); err != nil {
		return to.out, err
	}
	list, err := openNames(text)
	if err != nil {
		return to.out, err
	}
	for ended := false; !ended; {
		var rows []Row
		if rows, ended, err = take(list.file); err == nil {
			err = j.find(ctx, list, rows, to)
		}
		if err != nil {
			return to.out, err
		}
	}
	ids := slices.Sorted(maps.Keys(to.people))
	to.out.Known = len(ids)
	switch {
	case len(ids) == 0:
	case preview:
		to.out.Members, err = j.People.MembersAmong(ctx, group, ids)
	default:
		to.out.Added, err = j.People.JoinMembers(ctx, group, ids, j.Clock.Now())
		to.out.Members = to.out.Known - to.out.Added
	}
	return to.out, err
}

// find looks for the people of some rows and writes down who is not known.
func (j *Joining) find(ctx context.Context, list *nameList, rows []Row, to *joining) error {
	named := make([][]name, len(rows))
	var ids, emails []string
	for i, row := range rows {
		if row.Fault == nil {
			named[i] = list.names(row)
		}
		if to.out.Named += len(named[i]); to.out.Named > NamedMost {
			return notify.InvalidField("", "too_long", fmt.Sprintf("must name at most %d people", NamedMost))
		}
		for _, n := range named[i] {
			if n.id != "" {
				ids = append(ids, n.id)
			}
			if n.email != "" {
				emails = append(emails, n.email)
			}
		}
	}
	known, err := j.People.KnownAs(ctx, ids)
	if err != nil {
		return err
	}
	at, err := j.People.ReadersAt(ctx, emails)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if faults := to.take(row, named[i], known, at); len(faults) > 0 {
			to.out.Faults = append(to.out.Faults, FaultyRow{Line: row.Line, Row: cutRow(list.file.text(row)), Faults: faults})
		}
	}
	return nil
}

// take notes who is known of a row and returns what is wrong with the others.
func (to *joining) take(row Row, named []name, known map[string]string, at map[string][]string) []Fault {
	if row.Fault != nil {
		return []Fault{*row.Fault}
	}
	var faults []Fault
	for _, n := range named {
		who := at[strings.ToLower(n.email)]
		switch id, ok := known[n.id]; {
		case ok:
			to.people[id] = true
		case len(who) == 1:
			to.people[who[0]] = true
		case len(who) > 1:
			faults = append(faults, Fault{Column: n.column, Code: "ambiguous", Detail: fmt.Sprintf("%d people have the address %s: name the id", len(who), cutText(n.email))})
		case n.id == "" && n.email == "":
			faults = append(faults, Fault{Column: n.column, Code: "required", Detail: "names nobody"})
		case n.id == "":
			faults = append(faults, Fault{Column: n.column, Code: "unknown_recipient", Detail: "nobody has the address " + cutText(n.email)})
		default:
			faults = append(faults, Fault{Column: n.column, Code: "unknown_recipient", Detail: "there is no recipient " + cutText(n.id)})
		}
	}
	return faults
}

// cutRow is a row as it can be shown.
func cutRow(text string) string {
	if len(text) > shownMost {
		text = text[:shownMost] + "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}
