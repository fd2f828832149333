package reports

import "clarion/backend/report"

var optOuts = definition{
	Info: report.Info{
		ID: "opt-outs", Title: "Opt-outs and complaints", Chart: report.Bars,
		Question: "What makes people unsubscribe, complain or switch messages off?",
		Params:   params(birth, grouped("category", "workflow", "template", "channel", "source"), limited("20")),
		Columns: []report.Column{
			groupColumn,
			count("messages", "Messages", messages(asGroup, "=group")),
			count("unsubscribed", "Unsubscribed", nil), count("complained", "Complained", nil),
			count("opted_out", "Not wanted", messages(asGroup, "=group", "skip_reason", "opted_out")),
			ratio("unsubscribed_rate", "Unsubscribed", "unsubscribed", "messages"),
			ratio("complained_rate", "Complained", "complained", "messages"),
		},
	},
	order: []string{"-unsubscribed", "-complained", "-messages", "group"},
}
