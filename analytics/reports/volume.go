package reports

import "clarion/backend/report"

var volume = definition{
	Info: report.Info{
		ID: "volume", Title: "Volume", Chart: report.Stack,
		Question: "How many messages were made in each second, minute, hour or day, and of what kind?",
		Params: params(birth, bucket, byStatus, limited("8"),
			grouped("channel", "source", "priority", "workflow", "category", "status", "template", "tenant")),
		Columns: []report.Column{
			{Name: "at", Type: report.Time, Title: "Time"}, groupColumn,
			count("messages", "Messages", messages("at", "=at", asGroup, "=group")),
		},
	},
	finish: series(1),
}

// series fills the gaps of rows of bucket, group and so many figures.
func series(figures int) func(report.Question, [][]any) [][]any {
	return func(q report.Question, rows [][]any) [][]any {
		return report.Series{Grouped: true, Keep: q.Limit, Figures: figures}.Whole(q, rows)
	}
}
