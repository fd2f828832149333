package reports

import "clarion/backend/report"

var ledger = definition{
	Info: report.Info{
		ID: "ledger", Title: "The books", Chart: report.Table,
		Question: "Is every message that was made still accounted for?",
		Params:   []report.Param{filter("channel", channels), {Name: "source"}},
		Columns: []report.Column{
			{Name: "status", Type: report.Text, Title: "State"},
			count("messages", "Messages", messages("status", "=status")),
		},
	},
	sqlOnly: true, finish: balance,
}

// balance puts what was made first and what is missing last, which is nothing.
func balance(_ report.Question, rows [][]any) [][]any {
	made, stored := int64(0), int64(0)
	var states [][]any
	for _, row := range rows {
		n := row[1].(int64)
		if row[0] == "created" {
			made = n
			continue
		}
		stored += n
		states = append(states, row)
	}
	out := append([][]any{{"created", made}}, sorted(states, []int{1}, []bool{true})...)
	return append(out, []any{"missing", made - stored})
}
