package reports

import "clarion/backend/report"

var heatmap = definition{
	Info: report.Info{
		ID: "heatmap", Title: "Hours of the week", Chart: report.Heat,
		Question: "On which days and at which hours are messages made?",
		Params:   params(birth),
		Columns: []report.Column{
			{Name: "weekday", Type: report.Count, Title: "Weekday, Monday is 1"},
			{Name: "hour", Type: report.Count, Title: "Hour"},
			count("messages", "Messages", nil),
		},
	},
	finish: func(_ report.Question, rows [][]any) [][]any { return report.Week(rows) },
}
