package reports

import "clarion/backend/report"

var engagement = definition{
	Info: report.Info{
		ID: "engagement", Title: "Opens, clicks and reads", Chart: report.Bars,
		Question: "What did people do with the messages that reached them?",
		Params:   params(birth, grouped("channel", "source", "workflow", "category", "template", "priority"), limited("20")),
		Columns: []report.Column{
			groupColumn,
			count("delivered", "Delivered", messages(asGroup, "=group", "status", "delivered")),
			count("seen", "Seen", nil), count("read", "Read", nil), count("opened", "Opened", nil), count("clicked", "Clicked", nil),
			ratio("read_rate", "Read", "read", "delivered"), ratio("opened_rate", "Opened", "opened", "delivered"),
			ratio("clicked_rate", "Clicked", "clicked", "delivered"),
		},
	},
	order: []string{"-delivered", "group"}, lacks: []report.Lack{opens},
}
