package report

import (
	"strconv"
	"time"
)

// Answer is what a report says. A row has one value for each column: text, a
// whole number, a fraction, or nothing where there is nothing to say.
type Answer struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
	// Previous is there when it was asked for: the rows of the time before.
	Previous     [][]any    `json:"previous,omitempty"`
	PreviousFrom *time.Time `json:"previous_from,omitempty"`
	From         time.Time  `json:"from"`
	To           time.Time  `json:"to"`
	Zone         string     `json:"zone"`
	Bucket       Bucket     `json:"bucket,omitempty"`
	// Partial are the buckets of which only a part is counted.
	Partial     []time.Time `json:"partial,omitempty"`
	RefreshedAt time.Time   `json:"refreshed_at"`
	Store       Store       `json:"store"`
	Lacks       []Lack      `json:"lacks"`
}

// Store is who answered.
type Store string

// The stores.
const (
	ClickHouse Store = "clickhouse"
	Embedded   Store = "embedded"
)

// Names are the names of the columns, in order.
func (i Info) Names() []string {
	names := make([]string, len(i.Columns))
	for at, c := range i.Columns {
		names[at] = c.Name
	}
	return names
}

// Stored are the columns that a store answers with, in order.
func (i Info) Stored() []Column {
	var list []Column
	for _, c := range i.Columns {
		if !c.Reckoned() {
			list = append(list, c)
		}
	}
	return list
}

// Reckon turns rows of the stored columns into rows of all of them. A row's values
// after its columns are what all rows there are have together of what shares are of;
// without them the rows are all there are.
func (i Info) Reckon(rows [][]any) [][]any {
	totals, stored := map[string]float64{}, len(i.Stored())
	out := make([][]any, len(rows))
	for at, row := range rows {
		full := make([]any, len(i.Columns))
		next := 0
		for n, c := range i.Columns {
			if !c.Reckoned() {
				full[n], next = row[next], next+1
				totals[c.Name] += figure(full[n])
			}
		}
		out[at] = full
	}
	for at, row := range out {
		for n, c := range i.Columns {
			switch {
			case c.Share:
				whole := totals[c.Of]
				if len(rows[at]) > stored {
					whole = figure(rows[at][stored])
				}
				row[n] = part(figure(row[i.Column(c.Of)]), whole)
			case c.Reckoned():
				row[n] = part(figure(row[i.Column(c.Of)]), figure(row[i.Column(c.By)]))
			}
		}
	}
	return out
}

// part is nothing where there is nothing to divide by.
func part(of, by float64) any {
	if by == 0 {
		return nil
	}
	return of / by
}

func figure(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// Table is the answer as text, head and rows, for a table file. Rows of the time
// before stand in columns of their own, place by place: each says itself what it
// is about.
func (a Answer) Table() (head []string, rows [][]string) {
	head = append(head, a.Columns...)
	for _, row := range a.Rows {
		rows = append(rows, cells(row))
	}
	if a.PreviousFrom == nil {
		return head, rows
	}
	for _, name := range a.Columns {
		head = append(head, "previous_"+name)
	}
	for i := range max(len(a.Rows), len(a.Previous)) {
		before := make([]string, len(a.Columns))
		if i < len(a.Previous) {
			before = cells(a.Previous[i])
		}
		if i == len(rows) {
			rows = append(rows, make([]string, len(a.Columns)))
		}
		rows[i] = append(rows[i], before...)
	}
	return head, rows
}

func cells(row []any) []string {
	out := make([]string, len(row))
	for i, v := range row {
		switch v := v.(type) {
		case string:
			out[i] = v
		case int64:
			out[i] = strconv.FormatInt(v, 10)
		case float64:
			out[i] = strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return out
}
