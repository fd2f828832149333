package reports

import "clarion/backend/report"

var providers = definition{
	Info: report.Info{
		ID: "providers", Title: "Providers compared", Chart: report.Table,
		Question: "Which integration delivers best, fastest and at what cost?",
		Params:   params(birth, byIntegration, limited("50")),
		Columns: []report.Column{
			{Name: "integration", Type: report.Text, Title: "Integration"},
			{Name: "provider", Type: report.Text, Title: "Provider"},
			{Name: "channel", Type: report.Text, Title: "Channel"},
			count("sent", "Sent", messages("integration", "=integration", "status", "sent,delivered")),
			count("delivered", "Delivered", messages("integration", "=integration", "status", "delivered")),
			count("failed", "Failed", messages("integration", "=integration", "status", "failed")),
			count("trouble", "Tries that did not help", nil),
			count("ended", "Known end", nil),
			ratio("delivered_rate", "Delivered", "delivered", "ended"),
			ratio("failed_rate", "Failed", "failed", "ended"),
			took("p50", "Median time to deliver"), took("p95", "95th percentile"),
			{Name: "cost", Type: report.Count, Unit: report.Micros, Title: "Estimated cost"},
		},
	},
	steps: true, order: []string{"-sent", "integration", "channel"}, lacks: []report.Lack{needsProof},
}
