package roster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"clarion/backend/notify"
)

// State is where an import is.
type State string

// An import is uploaded in parts, checked as often as its mapping changes, and
// then started once. The last three are ends.
const (
	Uploading State = "uploading"
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Cancelled State = "cancelled"
	Failed    State = "failed"
)

// Import is one file of people on its way in.
type Import struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State State  `json:"state"`
	// Columns is the mapping it was checked with, Group who is in it joins.
	Columns []Column `json:"columns"`
	Group   string   `json:"group"`
	// Size is in bytes, Read how far the work under way has come.
	Size int64 `json:"size"`
	Read int64 `json:"read"`
	// Rows were checked, Faulty of them cannot be stored, Stored were.
	Rows   int `json:"rows"`
	Faulty int `json:"faulty"`
	Stored int `json:"stored"`
	// Error says why it failed.
	Error     string    `json:"error,omitempty"`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	// Lines is how many lines were read, Parts how many parts there are.
	Lines int `json:"-"`
	Parts int `json:"-"`
}

// FaultyRow is a row that cannot be stored.
type FaultyRow struct {
	Line   int     `json:"line"`
	Row    string  `json:"row"`
	Faults []Fault `json:"faults"`
}

// Limits of a file.
const (
	// PartMost is how large one part may be, PartsMost how many there may be.
	PartMost  = 4 << 20
	PartsMost = 256
)

// Store keeps imports.
type Store interface { //nolint:interfacebloat // the books of one thing
	AddImport(ctx context.Context, i Import) error
	Import(ctx context.Context, id string) (Import, error)
	// Imports returns a page, newest first.
	Imports(ctx context.Context, f struct{}, p notify.Page) ([]Import, string, error)
	// PutPart keeps one part while the import is uploading.
	PutPart(ctx context.Context, id string, number int, content []byte, now time.Time) error
	ImportPart(ctx context.Context, id string, number int) ([]byte, error)
	// FaultyRows returns a page in the order of the lines.
	FaultyRows(ctx context.Context, id string, p notify.Page) ([]FaultyRow, string, error)
	// MoveImport moves it from one of the states, and begins anew what the next
	// one does. notify.ErrConflict when it is in none of them.
	MoveImport(ctx context.Context, id string, from []State, m Move) error
}

// Move is a change of state.
type Move struct {
	To    State
	Now   time.Time
	Error string
	// Columns and Group are set when it is to be checked.
	Columns []Column
	Group   string
}

// Imports is where files come in.
type Imports struct {
	Store Store
	Clock notify.Clock
	// GroupExists answers notify.ErrNotFound for a group that is not there.
	GroupExists func(ctx context.Context, key string) error
}

// Create begins an import.
func (s *Imports) Create(ctx context.Context, name, by string) (Import, error) {
	if name == "" || len(name) > 255 {
		return Import{}, notify.InvalidField("name", "out_of_range", "must be 1 to 255 characters")
	}
	now := s.Clock.Now()
	i := Import{
		ID: notify.NewID(notify.ImportID), Name: name, State: Uploading, Columns: []Column{}, CreatedBy: by, CreatedAt: now, UpdatedAt: now,
	}
	return i, s.Store.AddImport(ctx, i)
}

// Get returns one import.
func (s *Imports) Get(ctx context.Context, id string) (Import, error) { return s.Store.Import(ctx, id) }

// List returns a page of imports, newest first.
func (s *Imports) List(ctx context.Context, f struct{}, p notify.Page) ([]Import, string, error) {
	return s.Store.Imports(ctx, f, p)
}

// Faulty returns a page of what cannot be stored.
func (s *Imports) Faulty(ctx context.Context, id string, p notify.Page) ([]FaultyRow, string, error) {
	if _, err := s.Store.Import(ctx, id); err != nil {
		return nil, "", err
	}
	return s.Store.FaultyRows(ctx, id, p)
}

// Upload keeps one part of the file; the same number again replaces it.
func (s *Imports) Upload(ctx context.Context, id string, number int, content []byte) error {
	var faults notify.Invalid
	if number < 1 || number > PartsMost {
		faults.Add("number", "out_of_range", fmt.Sprintf("must be 1 to %d", PartsMost))
	}
	if len(content) == 0 || len(content) > PartMost {
		faults.Add("", "out_of_range", fmt.Sprintf("a part holds 1 to %d bytes", PartMost))
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return s.Store.PutPart(ctx, id, number, content, s.Clock.Now())
}

// Headings reads the head of the file and says what its columns probably mean.
func (s *Imports) Headings(ctx context.Context, id string) ([]Heading, error) {
	table, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for len(rows) < 20 {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if row.Fault == nil {
			rows = append(rows, row.Cells)
		}
	}
	return Guess(table.Heads, rows), nil
}

func (s *Imports) open(ctx context.Context, id string) (*Table, error) {
	i, err := s.Store.Import(ctx, id)
	if err != nil {
		return nil, err
	}
	if i.Parts == 0 {
		return nil, fmt.Errorf("import %s has no file, or none any more: %w", id, notify.ErrConflict)
	}
	table, err := NewTable(&parts{ctx: ctx, store: s.Store, id: id, most: i.Parts})
	if err != nil {
		return nil, notify.InvalidField("", "malformed", err.Error())
	}
	return table, nil
}

// Check has every row of the file read and its faults written down. Nothing is
// stored of anybody.
func (s *Imports) Check(ctx context.Context, id string, columns []Column, group string) error {
	if err := CheckMapping(columns); err != nil {
		return err
	}
	if group != "" {
		if err := s.GroupExists(ctx, group); err != nil {
			return notify.InvalidField("group", "unknown_group", "there is no such group")
		}
	}
	table, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	if len(columns) != len(table.Heads) {
		return notify.InvalidField("columns", "out_of_range", fmt.Sprintf("the file has %d columns", len(table.Heads)))
	}
	return s.Store.MoveImport(ctx, id, []State{Uploading, Checked}, Move{To: Checking, Now: s.Clock.Now(), Columns: columns, Group: group})
}

// Start has the good rows stored.
func (s *Imports) Start(ctx context.Context, id string) error {
	return s.Store.MoveImport(ctx, id, []State{Checked}, Move{To: Running, Now: s.Clock.Now()})
}

// Cancel stops an import between two chunks. What is stored stays stored.
func (s *Imports) Cancel(ctx context.Context, id string) error {
	return s.Store.MoveImport(ctx, id, []State{Uploading, Checking, Checked, Running}, Move{To: Cancelled, Now: s.Clock.Now()})
}
