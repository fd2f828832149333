package roster

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"

	"clarion/backend/notify"
)

// Headings reads the head of the file and says what its columns probably mean.
// A file of JSON has none.
func (s *Imports) Headings(ctx context.Context, id string) ([]Heading, error) {
	file, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	if file.table == nil {
		return []Heading{}, nil
	}
	var rows [][]string
	first, _, err := file.some(20)
	if err != nil {
		return nil, err
	}
	for _, row := range first {
		if row.Fault == nil {
			rows = append(rows, row.Cells)
		}
	}
	return Guess(file.heads, rows), nil
}

func (s *Imports) open(ctx context.Context, id string) (*file, error) {
	i, err := s.Store.Import(ctx, id)
	if err != nil {
		return nil, err
	}
	if i.Parts == 0 {
		return nil, fmt.Errorf("import %s has no file, or none any more: %w", id, notify.ErrConflict)
	}
	opened, err := open(&parts{ctx: ctx, store: s.Store, id: id, most: i.Parts}, i.Format)
	if err != nil {
		return nil, notify.InvalidField("", "malformed", err.Error())
	}
	return opened, nil
}

// Check has every row of the file read and its faults written down. Nothing is
// stored of anybody.
func (s *Imports) Check(ctx context.Context, id string, m Mapping) error {
	i, err := s.Store.Import(ctx, id)
	if err != nil {
		return err
	}
	if m.Strangers == "" {
		m.Strangers = i.Strangers
	}
	if err := s.fits(ctx, i, m); err != nil {
		return err
	}
	return s.Store.MoveImport(ctx, id, []State{Uploading, Checked}, Move{
		To: Checking, Now: s.Clock.Now(), Columns: m.Columns, Group: m.Group, Strangers: m.Strangers,
	})
}

// fits finds what a mapping of this file may not be.
func (s *Imports) fits(ctx context.Context, i Import, m Mapping) error {
	if i.Format != NDJSON {
		if err := CheckMapping(m.Columns); err != nil {
			return err
		}
	} else if len(m.Columns) > 0 {
		return notify.InvalidField("columns", "out_of_range", "the rows of a JSON file name their fields themselves")
	}
	if err := (Terms{Purpose: i.Purpose, Format: i.Format, Strangers: m.Strangers}).check(); err != nil {
		return err
	}
	if m.Group != "" {
		if i.Purpose == ForAudience {
			return notify.InvalidField("group", "not_allowed", "an audience joins no group")
		}
		if err := s.GroupExists(ctx, m.Group); err != nil {
			return notify.InvalidField("group", "unknown_group", "there is no such group")
		}
	}
	file, err := s.open(ctx, i.ID)
	if err != nil {
		return err
	}
	if file.table != nil && len(m.Columns) != len(file.heads) {
		return notify.InvalidField("columns", "out_of_range", fmt.Sprintf("the file has %d columns", len(file.heads)))
	}
	return nil
}

// check reads the whole file. It always begins at its start: which ids came
// before is only in memory.
func (w *Worker) check(ctx context.Context, i Import, file *file) error {
	first, good, all := map[[12]byte]int{}, 0, 0
	for {
		rows, ended, err := take(file)
		if all += len(rows); err == nil && all > cmp.Or(w.RowsMost, rowsMost) {
			err = fmt.Errorf("it has more than %d rows: split it", cmp.Or(w.RowsMost, rowsMost))
		}
		if err != nil {
			return w.fail(ctx, i, err)
		}
		faulty, err := w.faulty(ctx, i, file, rows, first)
		if err != nil {
			return err
		}
		read, lines := file.Offset()
		p := w.progress(i, read, lines)
		p.Rows = len(rows)
		good += len(rows) - len(faulty)
		if ended {
			p.checked(i, good)
		}
		if err := w.Books.SaveChecked(ctx, p, faulty); err != nil || ended {
			return err
		}
	}
}

// checked is where an import goes from its check: it waits for a person, or goes
// on with its errand from the start of the file.
func (p *Progress) checked(i Import, good int) {
	switch {
	case i.Errand == nil:
		p.Next = Checked
	case good == 0:
		p.Next, p.Error = Failed, "None of its rows can be taken: see what is wrong with each."
	default:
		p.Next, p.Read, p.Lines = Running, 0, 0
	}
}

// faulty finds what is wrong with a chunk of rows.
func (w *Worker) faulty(ctx context.Context, i Import, file *file, rows []Row, first map[[12]byte]int) ([]FaultyRow, error) {
	var list []FaultyRow
	var ids []string
	places := map[string]Row{}
	for _, row := range rows {
		r, faults := file.faultsOf(i, row, first)
		if len(faults) > 0 {
			list = append(list, FaultyRow{Line: row.Line, Row: file.text(row), Faults: faults})
		} else if i.Purpose == ForAudience && i.Strangers != Create {
			ids, places[r.ID] = append(ids, r.ID), row
		}
	}
	if len(ids) == 0 {
		return list, nil
	}
	strange, err := w.Books.Strange(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look for the people of import %s: %w", i.ID, err)
	}
	for _, id := range ids {
		if strange[id] {
			fault := Fault{Column: headOf(i.Columns, file.heads, "id"), Code: "unknown_recipient", Detail: fmt.Sprintf("there is no recipient %s", cutText(id))}
			list = append(list, FaultyRow{Line: places[id].Line, Row: file.text(places[id]), Faults: []Fault{fault}})
		}
	}
	return list, nil
}

func (f *file) faultsOf(i Import, row Row, first map[[12]byte]int) (notify.Recipient, []Fault) {
	if row.Fault != nil {
		return notify.Recipient{}, []Fault{*row.Fault}
	}
	r, faults := f.person(i, row)
	if r.ID == "" {
		return r, faults
	}
	sum := sha256.Sum256([]byte(r.ID))
	key := [12]byte(sum[:12])
	if line, twice := first[key]; twice {
		return r, append(faults, Fault{Column: headOf(i.Columns, f.heads, "id"), Code: "duplicate", Detail: fmt.Sprintf("line %d has the same id", line)})
	}
	first[key] = row.Line
	return r, faults
}
