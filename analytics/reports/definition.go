// Package reports is the questions that people ask of what Clarion did. Each is a
// file of its own, with its SQL for ClickHouse and for the database of the line
// beside it. It may read both stores through an Asker and write to neither.
package reports

import (
	"embed"
	"fmt"

	"clarion/backend/notify"
	"clarion/backend/report"
)

//go:embed *.sql
var texts embed.FS

// definition is one question.
type definition struct {
	report.Info
	// sqlOnly says that ClickHouse does not have what it asks for.
	sqlOnly bool
	// steps says that its times come from a histogram where roll-ups answer.
	steps bool
	// finish makes the rows of a store whole; nil leaves them as they are.
	finish func(q report.Question, rows [][]any) [][]any
	// order is the columns to sort by, a falling one with a minus.
	order []string
	lacks []report.Lack
}

// definitions are all questions, in the order of the menu.
var definitions = []definition{
	headline, volume, usage, rates, reasons, deliveryTime, people, overMessaged, priorities, providers, providerHealth,
	templates, engagement, optOuts, suppressions, smsCost, heatmap, funnel, deadLetters, ledger,
}

// text is the report's SQL for a store.
func (d definition) text(s report.Store) string {
	name := d.ID + ".sql"
	if s == report.ClickHouse {
		name = d.ID + ".clickhouse.sql"
	}
	text, err := texts.ReadFile(name)
	if err != nil { // a test asks for the text of every report
		panic(fmt.Sprintf("report %s has no SQL for %s", d.ID, s))
	}
	return string(text)
}

// OfClickHouse are the reports that ClickHouse answers, by their ids.
func OfClickHouse() []string {
	var ids []string
	for _, d := range definitions {
		if !d.sqlOnly {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

func find(id string) (definition, bool) {
	for _, d := range definitions {
		if d.ID == id {
			return d, true
		}
	}
	return definition{}, false
}

func filter[T ~string](name string, values []T) report.Param {
	p := report.Param{Name: name}
	for _, v := range values {
		p.Options = append(p.Options, string(v))
	}
	return p
}

var channels = func() []notify.Channel {
	var list []notify.Channel
	for _, c := range notify.Channels {
		list = append(list, c.Channel)
	}
	return list
}()

// birth are the filters by what is known of a message when it is made; the
// integration is not among them, nor the status.
var birth = []report.Param{
	filter("channel", channels), {Name: "source"}, filter("priority", notify.Priorities), {Name: "workflow"},
	{Name: "category"}, {Name: "template"}, {Name: "tenant"}, {Name: "broadcast"},
}

var (
	byIntegration = report.Param{Name: "integration"}
	byStatus      = filter("status", notify.Statuses)
	bucket        = report.Param{Name: "bucket", Options: report.Buckets, Default: string(report.Auto)}
)

// grouped is the parameter by which rows are counted; the first is the default.
func grouped(options ...string) report.Param {
	return report.Param{Name: "group", Options: options, Default: options[0]}
}

func limited(usual string) report.Param { return report.Param{Name: "limit", Default: usual} }

func params(filters []report.Param, more ...report.Param) []report.Param {
	return append(append([]report.Param{}, more...), filters...)
}

// groupColumn is what the rows are counted by; pages name it after the group.
var groupColumn = report.Column{Name: "group", Type: report.Text, Title: "Group"}

func count(name, title string, opens *report.Door) report.Column {
	return report.Column{Name: name, Type: report.Count, Unit: report.Messages, Title: title, Opens: opens}
}

func ratio(name, title, of, by string) report.Column {
	return report.Column{Name: name, Type: report.Ratio, Title: title, Of: of, By: by}
}

func share(of string) report.Column {
	return report.Column{Name: "share", Type: report.Ratio, Title: "Share", Of: of, Share: true}
}

func took(name, title string) report.Column {
	return report.Column{Name: name, Type: report.Number, Unit: report.Microseconds, Title: title}
}

// messages opens the list of messages; pairs are a filter and its value, or a
// filter and, after an equals sign, the column its value is in.
func messages(pairs ...string) *report.Door {
	d := &report.Door{List: "messages", With: map[string]string{}, From: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if column := pairs[i+1]; column[0] == '=' {
			d.From[pairs[i]] = column[1:]
		} else {
			d.With[pairs[i]] = column
		}
	}
	return d
}

// asGroup is the filter that is named like the group that was asked for.
const asGroup = "$group"
