package reports

import "clarion/backend/report"

var providerHealth = definition{
	Info: report.Info{
		ID: "provider-health", Title: "Providers over time", Chart: report.Lines,
		Question: "When did an integration do well, and when did it not?",
		Params:   params(birth, byIntegration, bucket, limited("8"), grouped("integration", "provider", "channel")),
		Columns: []report.Column{
			{Name: "at", Type: report.Time, Title: "Time"}, groupColumn,
			count("tries", "Tries", nil),
			count("taken", "Taken", messages("at", "=at", asGroup, "=group", "status", "sent,delivered")),
			count("failed", "Failed", messages("at", "=at", asGroup, "=group", "status", "failed")),
			count("trouble", "Tries that did not help", nil),
			ratio("taken_rate", "Taken", "taken", "tries"),
		},
	},
	finish: series(4),
}
