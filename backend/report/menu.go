// Package report has the words of reports: what a question is made of, what its
// answer looks like, and how a stretch of time is cut into buckets in anybody's
// time zone. It may not know where the figures come from.
package report

// Info describes one report: enough to ask it, to draw it and to open the list
// behind each of its figures.
type Info struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Question string   `json:"question"`
	Params   []Param  `json:"params"`
	Columns  []Column `json:"columns"`
	Chart    Chart    `json:"chart"`
}

// Param is one thing that may be asked of a report besides the time.
type Param struct {
	Name string `json:"name"`
	// Options is the closed list of values, where there is one.
	Options []string `json:"options,omitempty"`
	Default string   `json:"default,omitempty"`
}

// Column is one column of an answer.
type Column struct {
	Name  string `json:"name"`
	Type  Type   `json:"type"`
	Unit  Unit   `json:"unit,omitempty"`
	Title string `json:"title"`
	// Opens is the list behind a figure of this column; nil where there is none.
	Opens *Door `json:"opens,omitempty"`
	// Of and By make a column that is reckoned: Of divided by By.
	Of string `json:"-"`
	By string `json:"-"`
	// Share makes it the part of its column Of that the row has.
	Share bool `json:"-"`
}

// Reckoned reports whether the column comes from others.
func (c Column) Reckoned() bool { return c.Of != "" }

// Door says which filter of which list a figure opens.
type Door struct {
	// List is the list's name in the pages.
	List string `json:"list"`
	// With are filters that are always the same.
	With map[string]string `json:"with,omitempty"`
	// From are filters whose value is that of another column of the row.
	From map[string]string `json:"from,omitempty"`
}

// Type is what the values of a column are.
type Type string

// The types. Times are RFC 3339, ratios are 0 to 1.
const (
	Time   Type = "time"
	Text   Type = "text"
	Count  Type = "count"
	Ratio  Type = "ratio"
	Number Type = "number"
)

// Unit is what a figure counts.
type Unit string

// The units.
const (
	Messages     Unit = "messages"
	People       Unit = "people"
	Microseconds Unit = "us"
	Bytes        Unit = "bytes"
	Parts        Unit = "parts"
	// Micros are millionths of the currency that unit costs are given in.
	Micros    Unit = "micros"
	Addresses Unit = "addresses"
)

// Chart is how the page draws a report.
type Chart string

// The charts. Figures are the head of the page.
const (
	Figures Chart = "figures"
	Stack   Chart = "stack"
	Lines   Chart = "lines"
	Bars    Chart = "bars"
	Funnel  Chart = "funnel"
	Heat    Chart = "heat"
	Table   Chart = "table"
)

// Lack is something an answer does not have, by a name that pages know and in a
// sentence.
type Lack struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Param returns the parameter of that name.
func (i Info) Param(name string) (Param, bool) {
	for _, p := range i.Params {
		if p.Name == name {
			return p, true
		}
	}
	return Param{}, false
}

// Column returns the place of a column, or -1.
func (i Info) Column(name string) int {
	for at, c := range i.Columns {
		if c.Name == name {
			return at
		}
	}
	return -1
}
