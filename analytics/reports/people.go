package reports

import "clarion/backend/report"

var people = definition{
	Info: report.Info{
		ID: "people", Title: "Messages per recipient", Chart: report.Bars,
		Question: "How often does a recipient get a message, and how large is it, on average?",
		Params:   params(birth, grouped("channel", "source", "workflow", "category", "priority", "tenant"), limited("20")),
		Columns: []report.Column{
			groupColumn,
			count("messages", "Messages", messages(asGroup, "=group")),
			{Name: "recipients", Type: report.Count, Unit: report.People, Title: "Recipients"},
			{Name: "bytes", Type: report.Count, Unit: report.Bytes, Title: "Size of all"},
			{Name: "each", Type: report.Number, Unit: report.Messages, Title: "Messages per recipient", Of: "messages", By: "recipients"},
			{Name: "size", Type: report.Number, Unit: report.Bytes, Title: "Average size", Of: "bytes", By: "messages"},
		},
	},
	order: []string{"-messages", "group"},
}
