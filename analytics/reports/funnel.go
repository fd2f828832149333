package reports

import (
	"slices"

	"clarion/backend/report"
)

var funnel = definition{
	Info: report.Info{
		ID: "funnel", Title: "From accepted to read", Chart: report.Funnel,
		Question: "How many messages come how far: accepted, sent, delivered, read?",
		Params:   params(birth),
		Columns: []report.Column{
			{Name: "stage", Type: report.Text, Title: "Stage"},
			count("messages", "Messages", nil),
			{Name: "accepted", Type: report.Count, Unit: report.Messages, Title: "Accepted"},
			ratio("share", "Of the accepted", "messages", "accepted"),
		},
	},
	finish: stages, lacks: []report.Lack{needsProof, opens},
}

// stages puts the rows in the order in which messages pass.
func stages(_ report.Question, rows [][]any) [][]any {
	order := []string{"accepted", "sent", "delivered", "read"}
	slices.SortFunc(rows, func(a, b []any) int {
		return slices.Index(order, a[0].(string)) - slices.Index(order, b[0].(string))
	})
	return rows
}
