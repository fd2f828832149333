package reports

import "clarion/backend/report"

var reasons = definition{
	Info: report.Info{
		ID: "reasons", Title: "Why not", Chart: report.Bars,
		Question: "Why were messages not sent, and why did they fail?",
		Params:   params(birth, filter("status", []string{"skipped", "failed", "unknown", "expired", "cancelled"}), byIntegration, limited("50")),
		Columns: []report.Column{
			{Name: "status", Type: report.Text, Title: "State"},
			{Name: "reason", Type: report.Text, Title: "Reason"},
			{Name: "error_code", Type: report.Text, Title: "Code"},
			count("messages", "Messages", messages("status", "=status", "error_code", "=error_code")), share("messages"),
		},
	},
	order: []string{"-messages", "status", "reason", "error_code"},
}
