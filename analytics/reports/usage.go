package reports

import "clarion/backend/report"

var usage = definition{
	Info: report.Info{
		ID: "usage", Title: "Used most", Chart: report.Bars,
		Question: "Which source, which channel, which workflow is used most?",
		Params:   params(birth, grouped("source", "channel", "workflow", "category", "priority", "template", "tenant"), limited("20")),
		Columns: []report.Column{
			groupColumn, count("messages", "Messages", messages(asGroup, "=group")), share("messages"),
			{Name: "size", Type: report.Number, Unit: report.Bytes, Title: "Average size", Of: "bytes", By: "messages"},
			{Name: "bytes", Type: report.Count, Unit: report.Bytes, Title: "Size of all"},
		},
	},
	order: []string{"-messages", "group"},
}
