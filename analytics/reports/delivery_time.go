package reports

import "clarion/backend/report"

var deliveryTime = definition{
	Info: report.Info{
		ID: "delivery-time", Title: "Time to deliver", Chart: report.Bars,
		Question: "How long does it take from the acceptance of an event until a vendor has the message, and until it is delivered?",
		Params: params(birth, byIntegration, grouped("channel", "integration", "priority", "source", "workflow", "category", "template"),
			limited("20")),
		Columns: []report.Column{
			groupColumn, {Name: "stage", Type: report.Text, Title: "Until"},
			count("messages", "Messages", messages(asGroup, "=group", "status", "=stage")),
			took("p50", "Median"), took("p95", "95th percentile"), took("p99", "99th percentile"),
		},
	},
	steps: true, order: []string{"-messages", "group", "stage"}, lacks: []report.Lack{needsProof},
}
