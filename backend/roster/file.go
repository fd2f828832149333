package roster

import (
	"errors"
	"io"
	"strings"

	"clarion/backend/notify"
)

// file is a file of people in one of the formats: a table, or lines of JSON.
type file struct {
	table *Table
	lines *Lines
	heads []string
}

func open(r io.Reader, format Format) (*file, error) {
	if format == NDJSON {
		return &file{lines: NewLines(r)}, nil
	}
	table, err := NewTable(r)
	if err != nil {
		return nil, err
	}
	return &file{table: table, heads: table.Heads}, nil
}

// resume continues at a place between two rows.
func (f *file) resume(r io.Reader, offset int64, lines int) *file {
	if f.table == nil {
		next := NewLines(r)
		next.at, next.done = offset, lines
		return &file{lines: next}
	}
	return &file{table: f.table.Resume(r, offset, lines), heads: f.heads}
}

// Next returns the next row, or io.EOF.
func (f *file) Next() (Row, error) {
	if f.table == nil {
		return f.lines.Next()
	}
	return f.table.Next()
}

// Offset is the place after the last row, and how many lines came before it.
func (f *file) Offset() (int64, int) {
	if f.table == nil {
		return f.lines.at, f.lines.done
	}
	return f.table.Offset()
}

// some returns the next few rows.
func (f *file) some(most int) (rows []Row, ended bool, err error) {
	for len(rows) < most {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return rows, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		rows = append(rows, row)
	}
	return rows, false, nil
}

// person makes a recipient of a row. In an audience the data is what is said to
// this one alone.
func (f *file) person(i Import, row Row) (notify.Recipient, []Fault) {
	read := func() (notify.Recipient, []Fault) {
		if f.table == nil {
			return ReadJSON(row.Cells[0])
		}
		return Read(i.Columns, f.heads, row.Cells)
	}
	r, faults := read()
	if i.Purpose == ForAudience && len(r.Data) > rowDataMost {
		faults = append(faults, Fault{Code: "too_large", Detail: "the data of a row holds at most 16 KiB"})
	}
	return r, faults
}

// text writes a row as it stood in its file; what is no text in it is marked.
func (f *file) text(row Row) string {
	if f.table == nil {
		return row.Cells[0]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(Text(row.Cells), "\ufffd"), "\x00", "\ufffd")
}
