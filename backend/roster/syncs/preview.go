package syncs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Preview is what the first rows would become. Nothing of them is stored.
type Preview struct {
	TookMS int64 `json:"took_ms"`
	// Headings are the columns there are, with what each probably fills.
	Headings []roster.Heading `json:"headings"`
	// People are the rows read by the mapping that was given; none without one.
	People []Sample `json:"people"`
	// More says that there are further rows.
	More bool `json:"more"`
}

// Sample is one row of a preview.
type Sample struct {
	Line      int              `json:"line"`
	Row       string           `json:"row"`
	Recipient notify.Recipient `json:"recipient"`
	Groups    []string         `json:"groups"`
	Gone      bool             `json:"gone"`
	Faults    []roster.Fault   `json:"faults"`
}

const (
	previewRows   = 50
	previewWithin = 20 * time.Second
)

var errEnough = errors.New("enough was read")

// Preview connects, reads the first rows and says what they would become.
func (s *Syncs) Preview(ctx context.Context, in Input) (Preview, error) {
	before, err := s.before(ctx, in.Key)
	if err != nil {
		return Preview{}, err
	}
	var faults notify.Invalid
	s.checkSource(&in, before, &faults)
	if len(in.Columns) > 0 {
		checkColumns(in, &faults)
	}
	if err := faults.Err(); err != nil {
		return Preview{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, previewWithin)
	defer cancel()
	start := s.Clock.Now()
	page, more, err := s.first(ctx, in.ask(nil))
	if err != nil {
		return Preview{}, shown(err)
	}
	out := Preview{
		TookMS: s.Clock.Now().Sub(start).Milliseconds(), Headings: roster.Guess(page.Heads, (plan{}).all(page.Rows)),
		People: []Sample{}, More: more,
	}
	if len(in.Columns) > 0 {
		out.People, err = s.samples(ctx, in)
	}
	return out, shown(err)
}

// ask is what reading the sync asks for.
func (in Input) ask(columns []string) Ask {
	a := Ask{Secret: in.Secret, Columns: columns, Memberships: in.Memberships.From}
	if in.LDAP != nil {
		a.LDAP = *in.LDAP
	}
	if in.SQL != nil {
		a.SQL = *in.SQL
	}
	return a
}

// first reads the first rows.
func (s *Syncs) first(ctx context.Context, a Ask) (page Page, more bool, err error) {
	a.LDAP.PageSize = min(max(a.LDAP.PageSize, 1), previewRows)
	reader := s.Readers[KindLDAP]
	if a.SQL.Query != "" {
		reader = s.Readers[KindSQL]
	}
	err = reader.Read(ctx, a, func(p Page) error {
		page.Heads = p.Heads
		page.Rows = append(page.Rows, p.Rows...)
		if len(page.Rows) >= previewRows {
			more = true
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	page.Rows = page.Rows[:min(len(page.Rows), previewRows)]
	return page, more, err
}

func (s *Syncs) samples(ctx context.Context, in Input) ([]Sample, error) {
	plan := in.plan()
	page, _, err := s.first(ctx, in.ask(plan.heads))
	if err != nil {
		return nil, err
	}
	out := make([]Sample, 0, len(page.Rows))
	first := map[string]int{}
	for i, row := range page.Rows {
		person, cells, faults := plan.person(row)
		if line := first[person.ID]; line > 0 && person.ID != "" {
			faults = append(faults, duplicate(line))
		} else {
			first[person.ID] = i + 1
		}
		sample := Sample{Line: i + 1, Row: roster.Text(cells), Recipient: person.Recipient, Groups: person.Groups, Gone: row.Gone, Faults: faults}
		if sample.Groups == nil {
			sample.Groups = []string{}
		}
		if sample.Faults == nil {
			sample.Faults = []roster.Fault{}
		}
		if sample.Recipient.Addresses == nil {
			sample.Recipient.Addresses = []notify.Address{}
		}
		out = append(out, sample)
	}
	return out, nil
}

// all is the text of rows whose columns mean nothing yet.
func (p plan) all(rows []Row) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = p.text(row)
	}
	return out
}

// shown turns what a person can mend into a fault of the field to mend.
func shown(err error) error {
	var trouble *Trouble
	if errors.As(err, &trouble) {
		return notify.InvalidField(trouble.Field, trouble.Code, trouble.Detail)
	}
	if err != nil {
		return fmt.Errorf("preview a sync: %w", err)
	}
	return nil
}
