package reports

import "clarion/backend/report"

var templates = definition{
	Info: report.Info{
		ID: "templates", Title: "Templates", Chart: report.Table,
		Question: "Which templates are used, arrive, are opened and clicked?",
		Params:   params(birth, limited("50")),
		Columns: []report.Column{
			{Name: "template", Type: report.Text, Title: "Template"},
			count("messages", "Messages", messages("template", "=template")),
			count("delivered", "Delivered", messages("template", "=template", "status", "delivered")),
			count("failed", "Failed", messages("template", "=template", "status", "failed")),
			count("opened", "Opened", nil), count("clicked", "Clicked", nil),
			ratio("opened_rate", "Opened", "opened", "delivered"), ratio("clicked_rate", "Clicked", "clicked", "delivered"),
		},
	},
	order: []string{"-messages", "template"}, lacks: []report.Lack{opens},
}

// opens is said wherever they are counted.
var opens = report.Lack{
	Code:   "opens_unreliable",
	Detail: "Opens are what mail programs tell: some open every message by themselves, others never tell. Clicks and reads are people's.",
}
