package reports

import "clarion/backend/report"

var deadLetters = definition{
	Info: report.Info{
		ID: "dead-letters", Title: "Dead letters by cause", Chart: report.Table,
		Question: "What did messages fail of, where and with which words?",
		Params:   params(birth, byIntegration, limited("50")),
		Columns: []report.Column{
			{Name: "channel", Type: report.Text, Title: "Channel"},
			{Name: "integration", Type: report.Text, Title: "Integration"},
			{Name: "error_class", Type: report.Text, Title: "Class"},
			{Name: "error_code", Type: report.Text, Title: "Code"},
			{Name: "template", Type: report.Text, Title: "Template"},
			count("messages", "Messages", &report.Door{List: "dead-letters", From: map[string]string{
				"channel": "channel", "integration": "integration", "error_code": "error_code", "template": "template",
			}}),
			share("messages"),
		},
	},
	order: []string{"-messages", "channel", "integration", "error_class", "error_code", "template"},
	lacks: []report.Lack{{Code: "counted_when_it_happened", Detail: "A message that was sent again and failed again counts each time; the list behind the figure has it once."}},
}
