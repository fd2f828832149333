package suppression

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// ImportMost is how many rows one import may have.
const ImportMost = 50_000

// Columns are those of an import and of an export, in the order of the export.
var Columns = []string{"channel", "address", "reason", "detail", "scope", "expires_at"}

// Imported says what an import did, or would do.
type Imported struct {
	// Rows is how many rows the file has.
	Rows int `json:"rows"`
	// New would be added; Known are suppressed already and stay as they are.
	New   int `json:"new"`
	Known int `json:"known"`
	// Added is how many were stored.
	Added int `json:"added"`
	// Faults are all faulty rows. While there is one, nothing is stored.
	Faults []RowFault `json:"faults"`
}

// RowFault is what is wrong with one row of a file.
type RowFault struct {
	// Line is the line of the file, as an editor counts it.
	Line   int    `json:"line"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Import reads a CSV file whose first row names its columns. A preview stores
// nothing; neither does a file with a fault.
func (s *Suppressions) Import(ctx context.Context, file string, preview bool) (Imported, error) {
	list, out, err := readFile(file, s.Clock.Now())
	if err != nil || len(out.Faults) > 0 {
		return out, err
	}
	if out.Known, err = s.Store.KnownSuppressions(ctx, list); err != nil {
		return out, err
	}
	out.New = len(list) - out.Known
	if preview {
		return out, nil
	}
	if out.Added, err = s.Store.AddSuppressions(ctx, list, s.Clock.Now()); err != nil {
		return out, err
	}
	return out, nil
}

func readFile(file string, now time.Time) ([]notify.Suppression, Imported, error) {
	out := Imported{Faults: []RowFault{}}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	reader.FieldsPerRecord = -1
	head, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, out, notify.InvalidField("csv", "required", "the file is empty")
	}
	if err != nil {
		return nil, out, notify.InvalidField("csv", "malformed", "the first line is not CSV")
	}
	places, err := placesOf(head)
	if err != nil {
		return nil, out, err
	}
	var list []notify.Suppression
	first := map[string]int{}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return list, out, nil
		}
		if out.Rows++; out.Rows > ImportMost {
			return nil, out, notify.InvalidField("csv", "too_long", fmt.Sprintf("must have at most %d rows", ImportMost))
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			out.Faults = append(out.Faults, RowFault{Line: broken.Line, Code: "malformed", Detail: "is not CSV: " + broken.Err.Error()})
			continue
		}
		line, _ := reader.FieldPos(0)
		entry, faults := readRow(record, places, now)
		at := string(entry.Channel) + "\n" + entry.Address
		if entry.Channel == notify.Email {
			at = strings.ToLower(at)
		}
		at += "\n" + string(entry.Scope)
		if before, double := first[at]; double && len(faults) == 0 {
			faults = append(faults, RowFault{Field: "address", Value: entry.Address, Code: "duplicate", Detail: fmt.Sprintf("is in line %d already", before)})
		}
		first[at] = line
		for i := range faults {
			faults[i].Line = line
		}
		out.Faults = append(out.Faults, faults...)
		list = append(list, entry)
	}
}

// placesOf says in which column of the file each of ours is.
func placesOf(head []string) (map[string]int, error) {
	places := map[string]int{}
	var faults notify.Invalid
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if slices.Contains(Columns, name) {
			places[name] = i
		}
	}
	for _, needed := range []string{"channel", "address"} {
		if _, ok := places[needed]; !ok {
			faults.Add("csv", "missing_column", fmt.Sprintf("the first line must name the column %q", needed))
		}
	}
	return places, faults.Err()
}

func readRow(record []string, places map[string]int, now time.Time) (notify.Suppression, []RowFault) {
	value := func(name string) string {
		i, ok := places[name]
		if !ok || i >= len(record) {
			return ""
		}
		// An export guards what a spreadsheet would take for a formula.
		return strings.TrimPrefix(strings.TrimSpace(record[i]), "'")
	}
	entry := notify.Suppression{
		Channel: notify.Channel(strings.ToLower(value("channel"))), Address: value("address"),
		Reason: notify.SuppressionReason(strings.ToLower(value("reason"))), Detail: value("detail"),
		Scope: notify.SuppressionScope(value("scope")),
	}
	var invalid notify.Invalid
	if until := value("expires_at"); until != "" {
		at, err := time.Parse(time.RFC3339, until)
		if err != nil {
			invalid.Add("expires_at", "malformed", "must be a time such as 2026-12-31T23:59:59Z")
		}
		entry.ExpiresAt = at
	}
	if len(invalid.Fields) > 0 {
		now = time.Time{} // one fault is enough
	}
	check(&invalid, "", &entry, now)
	faults := make([]RowFault, len(invalid.Fields))
	for i, f := range invalid.Fields {
		faults[i] = RowFault{Field: f.Path, Value: value(f.Path), Code: f.Code, Detail: f.Detail}
	}
	return entry, faults
}

// Row is an entry as a row of an export. A cell that a spreadsheet would take
// for a formula is guarded; the plus of a phone number is left alone.
func Row(s notify.Suppression) []string {
	until := ""
	if !s.ExpiresAt.IsZero() {
		until = s.ExpiresAt.UTC().Format(time.RFC3339)
	}
	row := []string{string(s.Channel), s.Address, string(s.Reason), s.Detail, string(s.Scope), until}
	for i, cell := range row {
		if cell != "" && strings.ContainsRune("=-@\t\r", rune(cell[0])) {
			row[i] = "'" + cell
		}
	}
	return row
}
