package reports

import "clarion/backend/report"

var overMessaged = definition{
	Info: report.Info{
		ID: "over-messaged", Title: "Over-messaged people", Chart: report.Table,
		Question: "Who got the most messages, and whom did a frequency cap spare some?",
		Params:   params(birth, limited("20")),
		Columns: []report.Column{
			{Name: "recipient", Type: report.Text, Title: "Recipient", Opens: &report.Door{List: "recipients", From: map[string]string{"id": "recipient"}}},
			count("messages", "Messages", messages("recipient", "=recipient")),
			{Name: "channels", Type: report.Count, Title: "Channels"},
			count("capped", "Spared by a cap", messages("recipient", "=recipient", "skip_reason", "frequency_capped")),
		},
	},
	order: []string{"-messages", "recipient"},
}
