package mailing

import (
	"slices"
	"time"

	"clarion/backend/report"
)

// Data is what a template has to say: the same in each language, and where the
// rest of it is to be had.
type Data struct {
	English Letter `json:"en"`
	Chinese Letter `json:"zh"`
	// Schedule is the name of what sends it regularly; empty when somebody sent it.
	Schedule string `json:"schedule"`
	Links    Links  `json:"links"`
}

// Links lead into the pages.
type Links struct {
	Page   string `json:"page"`
	CSV    string `json:"csv"`
	Manage string `json:"manage"`
}

// Letter is one report in one language.
type Letter struct {
	Title    string   `json:"title"`
	Question string   `json:"question"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Zone     string   `json:"zone"`
	Filters  []Pair   `json:"filters"`
	Head     []Figure `json:"head"`
	Columns  []Head   `json:"columns"`
	Rows     [][]Cell `json:"rows"`
	// Shown and All are how many rows the letter has, and the report.
	Shown int      `json:"shown"`
	All   int      `json:"all"`
	Notes []string `json:"notes"`
}

// Pair is a filter.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Figure is one of the head figures. Before and Change are empty where the time
// before has none.
type Figure struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Before string `json:"before"`
	Change string `json:"change"`
}

// Head is the head of a column; Right says that it has figures.
type Head struct {
	Name  string `json:"name"`
	Right bool   `json:"right"`
}

// Cell is one value of the table.
type Cell struct {
	Text   string `json:"text"`
	Before string `json:"before"`
	Right  bool   `json:"right"`
}

// maxRows is how many rows a letter has: what is beyond is in the page and the
// table file.
const maxRows = 50

// made is a question with its answers.
type made struct {
	info, headInfo report.Info
	asked          report.Asked
	answer, head   report.Answer
	format         Format
}

// heads are the four figures at the head of the page.
var heads = []string{"accepted", "delivered_rate", "p50", "failed"}

// letter says what was found in one language.
func (m made) letter(s speech) Letter {
	zone, err := time.LoadLocation(m.answer.Zone)
	if err != nil {
		zone = time.UTC
	}
	l := Letter{
		Title: s.word("report_title", m.info.ID, m.info.Title), Question: s.word("report_question", m.info.ID, m.info.Question),
		From: m.answer.From.In(zone).Format("2006-01-02 15:04"), To: m.answer.To.In(zone).Format("2006-01-02 15:04"), Zone: zone.String(),
		Filters: []Pair{}, Head: []Figure{}, Columns: []Head{}, Rows: [][]Cell{}, Notes: []string{},
	}
	for _, name := range report.FilterNames {
		for _, value := range m.asked.Filters[name] {
			l.Filters = append(l.Filters, Pair{s.word("report_column", name, name), s.value(value, name)})
		}
	}
	for _, name := range heads {
		at := m.headInfo.Column(name)
		if at < 0 || len(m.head.Rows) == 0 {
			continue
		}
		c := m.headInfo.Columns[at]
		f := Figure{Name: s.word("report_column", name, c.Title), Value: figure(m.head.Rows[0][at], c)}
		if len(m.head.Previous) > 0 {
			f.Before, f.Change = figure(m.head.Previous[0][at], c), change(m.head.Rows[0][at], m.head.Previous[0][at], c)
		}
		l.Head = append(l.Head, f)
	}
	if m.format != Brief {
		t := m.table(s, zone)
		l.Columns, l.Rows, l.Shown, l.All = t.columns, t.rows, len(t.rows), t.all
	}
	for _, lack := range m.answer.Lacks {
		l.Notes = append(l.Notes, s.word("report_lack", lack.Code, lack.Detail))
	}
	return l
}

// table is the rows of a report as a letter shows them.
type table struct {
	columns []Head
	rows    [][]Cell
	all     int
}

func (m made) table(s speech, zone *time.Location) table {
	if across, down, of, ok := sides(m.info); ok {
		return m.crossed(s, zone, crossing{across, down, of})
	}
	t := table{all: len(m.answer.Rows)}
	for _, c := range m.info.Columns {
		t.columns = append(t.columns, Head{m.columnName(s, c.Name, c.Title), right(c)})
	}
	rows := m.answer.Rows
	if len(rows) > maxRows && m.info.Column("at") >= 0 {
		rows = rows[len(rows)-maxRows:] // the newest
	}
	before := map[string][]any{}
	if m.info.Column("at") < 0 {
		for _, row := range m.answer.Previous {
			before[m.about(row)] = row
		}
	}
	for _, row := range rows[:min(len(rows), maxRows)] {
		var cells []Cell
		old := before[m.about(row)]
		for i, c := range m.info.Columns {
			cell := Cell{Text: m.cell(s, zone, place{c, row[i]}), Right: right(c)}
			if old != nil && right(c) {
				cell.Before = figure(old[i], c)
			}
			cells = append(cells, cell)
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

// about is what a row says of what.
func (m made) about(row []any) string {
	key := ""
	for i, c := range m.info.Columns {
		if c.Type == report.Text {
			text, _ := row[i].(string)
			key += text + "\x1f"
		}
	}
	return key
}

func right(c report.Column) bool { return c.Type != report.Text && c.Type != report.Time }

// sides are the columns of a report that is read across: a series of one figure,
// or the hours of a week.
func sides(i report.Info) (across, down, of int, ok bool) {
	if i.Chart == report.Heat {
		return i.Column("weekday"), i.Column("hour"), i.Column("messages"), true
	}
	var figures []int
	for at, c := range i.Columns {
		if right(c) {
			figures = append(figures, at)
		}
	}
	across, down = i.Column("group"), i.Column("at")
	if across < 0 || down < 0 || len(figures) != 1 {
		return 0, 0, 0, false
	}
	return across, down, figures[0], true
}

type crossing struct{ across, down, of int }

func (m made) crossed(s speech, zone *time.Location, x crossing) table {
	columns := m.info.Columns
	t := table{columns: []Head{{Name: m.columnName(s, columns[x.down].Name, columns[x.down].Title)}}}
	names, lines := map[any]int{}, map[any]int{}
	for _, row := range m.answer.Rows {
		if _, known := names[row[x.across]]; !known {
			names[row[x.across]] = len(t.columns)
			t.columns = append(t.columns, Head{m.cell(s, zone, place{columns[x.across], row[x.across]}), true})
		}
	}
	for _, row := range m.answer.Rows {
		at, known := lines[row[x.down]]
		if !known {
			at = len(t.rows)
			lines[row[x.down]] = at
			line := slices.Repeat([]Cell{{Text: none, Right: true}}, len(t.columns))
			line[0] = Cell{Text: m.cell(s, zone, place{columns[x.down], row[x.down]})}
			t.rows = append(t.rows, line)
		}
		t.rows[at][names[row[x.across]]].Text = figure(row[x.of], columns[x.of])
	}
	if t.all = len(t.rows); t.all > maxRows {
		t.rows = t.rows[t.all-maxRows:]
	}
	return t
}

func (m made) columnName(s speech, name, title string) string {
	if name == "group" && m.asked.Group != "" {
		return s.word("report_column", m.asked.Group, m.asked.Group)
	}
	return s.word("report_column", name, title)
}

type place struct {
	column report.Column
	value  any
}

func (m made) cell(s speech, zone *time.Location, p place) string {
	text, isText := p.value.(string)
	switch {
	case p.column.Type == report.Time && isText:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return text
		}
		if m.answer.Bucket == report.Day {
			return at.In(zone).Format("2006-01-02")
		}
		return at.In(zone).Format("2006-01-02 15:04")
	case p.column.Type == report.Text:
		name := p.column.Name
		if name == "group" {
			name = m.asked.Group
		}
		return s.value(text, name)
	case m.info.Chart == report.Heat && p.column.Name == "weekday":
		day, _ := p.value.(int64)
		return weekdays[s.language][(day+6)%7]
	case m.info.Chart == report.Heat && p.column.Name == "hour":
		hour, _ := p.value.(int64)
		return time.Unix(hour*3600, 0).UTC().Format("15:04")
	}
	return figure(p.value, p.column)
}
