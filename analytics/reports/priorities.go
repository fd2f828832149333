package reports

import "clarion/backend/report"

var priorities = definition{
	Info: report.Info{
		ID: "priorities", Title: "Priorities", Chart: report.Bars,
		Question: "How are the messages divided among the priorities, and how long does each wait in the queue?",
		Params:   params(birth),
		Columns: []report.Column{
			{Name: "priority", Type: report.Text, Title: "Priority"},
			count("messages", "Messages", messages("priority", "=priority")), share("messages"),
			count("sent", "Sent", messages("priority", "=priority", "status", "sent,delivered")),
			took("wait_p50", "Median wait"), took("wait_p95", "95th percentile of the wait"),
		},
	},
	steps: true, order: []string{"-messages", "priority"},
}
