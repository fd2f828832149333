package reports

import "clarion/backend/report"

var smsCost = definition{
	Info: report.Info{
		ID: "sms-cost", Title: "Text messages and what they cost", Chart: report.Bars,
		Question: "How many parts do text messages have, and what do they cost by estimate?",
		Params: params([]report.Param{
			{Name: "source"}, birth[2], {Name: "workflow"}, {Name: "category"}, {Name: "template"}, {Name: "tenant"}, {Name: "broadcast"},
		}, byIntegration, grouped("integration", "source", "workflow", "category", "template", "tenant"), limited("20")),
		Columns: []report.Column{
			groupColumn,
			count("messages", "Messages", messages(asGroup, "=group", "channel", "sms", "status", "sent,delivered")),
			{Name: "parts", Type: report.Count, Unit: report.Parts, Title: "Parts"},
			{Name: "cost", Type: report.Count, Unit: report.Micros, Title: "Estimated cost"},
			{Name: "parts_each", Type: report.Number, Unit: report.Parts, Title: "Parts per message", Of: "parts", By: "messages"},
			{Name: "cost_each", Type: report.Number, Unit: report.Micros, Title: "Cost per message", Of: "cost", By: "messages"},
		},
	},
	order: []string{"-parts", "group"},
	lacks: []report.Lack{{Code: "cost_estimated", Detail: "Costs are the unit cost of the integration times the parts; the vendor's bill may differ."}},
}
