package roster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// Purpose is what a file is for.
type Purpose string

// Its rows become what is known of people, or are whom a broadcast is for and
// what is said to each of them.
const (
	ForRecipients Purpose = "recipients"
	ForAudience   Purpose = "audience"
)

// Format is how a file is written.
type Format string

// A table whose first line names the columns, or a JSON value on each line.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
)

// Strangers is what becomes of ids in an audience that nobody has.
type Strangers string

// Their rows are faulty, or they are created with what the row says of them.
// Who is there already is never changed by an audience.
const (
	Refuse Strangers = "refuse"
	Create Strangers = "create"
)

// Terms are what a file is taken by.
type Terms struct {
	Purpose   Purpose   `json:"purpose"`
	Format    Format    `json:"format"`
	Strangers Strangers `json:"unknown,omitempty"`
}

func (t Terms) check() error {
	var faults notify.Invalid
	if t.Purpose != ForRecipients && t.Purpose != ForAudience {
		faults.Add("purpose", "not_an_option", "must be recipients or audience")
	}
	if t.Format != CSV && t.Format != NDJSON {
		faults.Add("format", "not_an_option", "must be csv or ndjson")
	}
	switch {
	case t.Purpose == ForRecipients && t.Strangers != "":
		faults.Add("unknown", "not_allowed", "is for audiences: an import creates whom it does not know")
	case t.Purpose == ForAudience && t.Strangers != Refuse && t.Strangers != Create:
		faults.Add("unknown", "not_an_option", "must be refuse or create")
	}
	return faults.Err()
}

// New is a file that is about to come in.
type New struct {
	// ID is given by whoever has to know it before; made when it is empty.
	ID   string
	Name string
	Terms
	Errand *Errand
	By     string
}

func (n *New) check() error {
	if n.Name == "" || len(n.Name) > 255 {
		return notify.InvalidField("name", "out_of_range", "must be 1 to 255 characters")
	}
	if n.Purpose == "" {
		n.Purpose = ForRecipients
	}
	if n.Format == "" {
		n.Format = CSV
	}
	if n.Purpose == ForAudience && n.Strangers == "" {
		n.Strangers = Refuse
	}
	return n.Terms.check()
}

// Mapping is how the rows of a file are read.
type Mapping struct {
	Columns   []Column
	Group     string
	Strangers Strangers
}

// Errand is what a file goes on to when its rows are stored.
type Errand struct {
	// Broadcast is the one that its rows are for; it is submitted.
	Broadcast string `json:"broadcast"`
	// Auto says that whoever asked may let it go out with nobody looking.
	Auto bool `json:"auto,omitempty"`
	// Columns is the mapping that was given beforehand.
	Columns []Column `json:"columns,omitempty"`
	By      Asker    `json:"by"`
}

// Asker is who gave an errand.
type Asker struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Source string `json:"source"`
}

// Errands does what files go on to.
type Errands interface {
	// Go does the next step, and reports whether it was the last. Every step may be
	// done again. A *notify.Invalid refuses it for good.
	Go(ctx context.Context, i Import) (done bool, err error)
}

// AudienceRow is a row that can be stored.
type AudienceRow struct {
	Line int
	// Recipient has in its data what is said to this one alone.
	Recipient notify.Recipient
}

// AcceptedRow is a row that was stored.
type AcceptedRow struct {
	Line      int    `json:"line"`
	Recipient string `json:"recipient"`
}

// Part is a part of a file that has arrived.
type Part struct {
	Number int `json:"number"`
	Size   int `json:"size"`
}

// AudienceKept is how long the rows of an audience are kept: they hold what is
// said to people.
const AudienceKept = 90 * 24 * time.Hour

// errandEvery is how long an errand waits for the next step.
const errandEvery = 500 * time.Millisecond

// close goes on with the errand of an import.
func (w *Worker) close(ctx context.Context, i Import) error {
	done, err := w.Errands.Go(ctx, i)
	p := w.progress(i, i.Read, i.Lines)
	var invalid *notify.Invalid
	switch {
	case errors.As(err, &invalid):
		p.Next, p.Error = Failed, invalid.Error()
	case err != nil:
		return fmt.Errorf("go on with import %s: %w", i.ID, err)
	case done:
		p.Next = Done
	default:
		p.Until = p.Now.Add(errandEvery)
	}
	return w.Books.SaveChecked(ctx, p, nil)
}

// Arrived lists the parts of a file that are here.
func (s *Imports) Arrived(ctx context.Context, id string) ([]Part, error) {
	return s.Store.PartsOf(ctx, id)
}

// Accepted returns a page of the rows that were stored.
func (s *Imports) Accepted(ctx context.Context, id string, p notify.Page) ([]AcceptedRow, string, error) {
	if _, err := s.Store.Import(ctx, id); err != nil {
		return nil, "", err
	}
	return s.Store.AudienceRows(ctx, id, p)
}

// Whole is what a caller says of a file when all of it has been sent.
type Whole struct {
	// Size is how many bytes it has; unchecked when it is zero.
	Size int64
	// Columns is the mapping; the one that was given beforehand when it is empty,
	// and what the heads probably mean when there was none.
	Columns []Column
}

// Complete has a file checked of which all parts have arrived, and refuses one
// that lacks some.
func (s *Imports) Complete(ctx context.Context, id string, whole Whole) error {
	i, err := s.Store.Import(ctx, id)
	if err != nil {
		return err
	}
	if i.State != Uploading {
		return fmt.Errorf("import %s is %s: %w", id, i.State, notify.ErrConflict)
	}
	here, err := s.Store.PartsOf(ctx, id)
	if err != nil {
		return err
	}
	if err := i.lacks(here, whole.Size); err != nil {
		return err
	}
	columns := whole.Columns
	if len(columns) == 0 && i.Errand != nil {
		columns = i.Errand.Columns
	}
	if len(columns) == 0 && i.Format == CSV {
		heads, err := s.Headings(ctx, id)
		if err != nil {
			return err
		}
		for _, head := range heads {
			columns = append(columns, head.Guess)
		}
	}
	return s.Check(ctx, id, Mapping{Columns: columns, Strangers: i.Strangers})
}

// lacks says what is missing of an upload.
func (i Import) lacks(here []Part, size int64) error {
	if len(here) == 0 {
		return notify.InvalidField("parts", "missing", "no part of the file has arrived")
	}
	for at, part := range here {
		if part.Number != at+1 {
			return notify.InvalidField("parts", "missing", fmt.Sprintf("part %d has not arrived", at+1))
		}
	}
	if size > 0 && size != i.Size {
		return notify.InvalidField("size", "incomplete", fmt.Sprintf("%d bytes have arrived", i.Size))
	}
	return nil
}
