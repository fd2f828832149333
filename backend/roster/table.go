package roster

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Row is one row of a file.
type Row struct {
	// Line is the line of the file on which it begins; the head is line 1.
	Line int
	// Cells are nil when the row cannot be read at all; Fault says why.
	Cells []string
	Fault *Fault
}

// Table reads a CSV file row by row. Commas, semicolons or tabs stand between
// the cells: the head tells which.
type Table struct {
	Heads []string
	in    *csv.Reader
	comma rune
	// base is where in the file the reader began.
	base int64
	// lines were before that, and done lines have been read since.
	lines, done int
}

// maxHead bounds the first line.
const maxHead = 64 << 10

var errNoHead = errors.New("the file has no first line with the names of its columns")

// NewTable reads the head of a file.
func NewTable(r io.Reader) (*Table, error) {
	in := bufio.NewReaderSize(r, maxHead)
	mark, _ := in.Peek(3)
	base := int64(0)
	if bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
		base = 3
	}
	first, _ := in.Peek(maxHead)
	if end := bytes.IndexByte(first, '\n'); end >= 0 {
		first = first[:end]
	}
	t := &Table{comma: separator(first), base: base}
	t.read(in)
	heads, err := t.in.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errNoHead
	case err != nil:
		return nil, fmt.Errorf("read the head of the file: %w", err)
	}
	t.passed(heads)
	for i, head := range heads {
		heads[i] = strings.TrimSpace(head)
	}
	t.Heads = heads
	return t, nil
}

// Resume continues a file whose head is known at a place between two rows.
func (t *Table) Resume(r io.Reader, offset int64, lines int) *Table {
	next := &Table{Heads: t.Heads, comma: t.comma, base: offset, lines: lines}
	next.read(r)
	return next
}

// headless reads a file from its start whose first line is a row like the others;
// its rows may differ in length.
func (t *Table) headless(r io.Reader) *Table { return (&Table{comma: t.comma}).Resume(r, 0, 0) }

func (t *Table) read(r io.Reader) {
	t.in = csv.NewReader(r)
	t.in.Comma, t.in.FieldsPerRecord = t.comma, -1
}

func separator(head []byte) rune {
	best, most := ',', -1
	for _, c := range []rune{',', ';', '\t'} {
		if n := strings.Count(string(head), string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// Offset is the place in the file after the last row, and how many lines came before it.
func (t *Table) Offset() (int64, int) {
	return t.base + t.in.InputOffset(), t.lines + t.done
}

// Next returns the next row, or io.EOF.
func (t *Table) Next() (Row, error) {
	cells, err := t.in.Read()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		t.done = broken.Line
		row := Row{Line: t.lineOf(broken.StartLine), Fault: &Fault{Code: "malformed", Detail: sentence(broken)}}
		return row, nil
	}
	if err != nil {
		return Row{}, err
	}
	t.passed(cells)
	line, _ := t.in.FieldPos(0)
	row := Row{Line: t.lineOf(line), Cells: cells}
	if t.Heads != nil && len(cells) != len(t.Heads) {
		row.Fault = &Fault{Code: "columns", Detail: fmt.Sprintf("has %d columns, the head has %d", len(cells), len(t.Heads))}
	}
	for _, cell := range cells {
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
			row.Fault = &Fault{Code: "encoding", Detail: "is not UTF-8 text"}
		}
	}
	return row, nil
}

// passed counts the lines of a row: its last cell may have several.
func (t *Table) passed(cells []string) {
	last := len(cells) - 1
	line, _ := t.in.FieldPos(last)
	t.done = line + strings.Count(cells[last], "\n")
}

// lineOf turns a line of the reader into one of the file.
func (t *Table) lineOf(line int) int { return t.lines + line }

func sentence(err *csv.ParseError) string {
	if errors.Is(err.Err, csv.ErrQuote) {
		return "a quotation mark is opened and never closed, or closed in the middle of a cell"
	}
	return "a quotation mark stands in the middle of a cell"
}

// Text writes a row as it would stand in a file with commas.
func Text(cells []string) string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.Write(cells) // a Builder takes everything
	w.Flush()
	return strings.TrimRight(out.String(), "\r\n")
}
