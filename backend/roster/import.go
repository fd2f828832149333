package roster

import (
	"cmp"
	"context"
	"fmt"
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
	// Closing is of a file that has an errand: its rows are stored, and it goes on.
	Closing   State = "closing"
	Done      State = "done"
	Cancelled State = "cancelled"
	Failed    State = "failed"
)

// Import is one file of people on its way in.
type Import struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	State State  `json:"state"`
	Terms
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
	// Errand is what it goes on to by itself; nil when a person does.
	Errand *Errand `json:"-"`
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
	// PartsOf lists the parts that have arrived, in their order.
	PartsOf(ctx context.Context, id string) ([]Part, error)
	// AudienceRows returns a page of what was stored, in the order of the lines.
	AudienceRows(ctx context.Context, id string, p notify.Page) ([]AcceptedRow, string, error)
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
	// Columns, Group and Strangers are set when it is to be checked.
	Columns   []Column
	Group     string
	Strangers Strangers
}

// Imports is where files come in.
type Imports struct {
	Store Store
	Clock notify.Clock
	// GroupExists answers notify.ErrNotFound for a group that is not there.
	GroupExists func(ctx context.Context, key string) error
}

// Create begins an import.
func (s *Imports) Create(ctx context.Context, n New) (Import, error) {
	if err := n.check(); err != nil {
		return Import{}, err
	}
	now := s.Clock.Now()
	i := Import{
		ID: cmp.Or(n.ID, notify.NewID(notify.ImportID)), Name: n.Name, State: Uploading, Terms: n.Terms, Columns: []Column{}, Errand: n.Errand,
		CreatedBy: n.By, CreatedAt: now, UpdatedAt: now,
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

// Start has the good rows stored.
func (s *Imports) Start(ctx context.Context, id string) error {
	return s.Store.MoveImport(ctx, id, []State{Checked}, Move{To: Running, Now: s.Clock.Now()})
}

// Cancel stops an import between two chunks. People who are stored stay stored; the
// rows of an audience go.
func (s *Imports) Cancel(ctx context.Context, id string) error {
	return s.Store.MoveImport(ctx, id, []State{Uploading, Checking, Checked, Running}, Move{To: Cancelled, Now: s.Clock.Now()})
}
