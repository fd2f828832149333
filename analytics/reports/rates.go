package reports

import "clarion/backend/report"

var rates = definition{
	Info: report.Info{
		ID: "rates", Title: "Delivered, failed, skipped", Chart: report.Bars,
		Question: "What share of the messages arrived, failed or was not sent on purpose?",
		Params:   params(birth, grouped("channel", "source", "priority", "workflow", "category", "template", "tenant"), limited("20")),
		Columns: []report.Column{
			groupColumn,
			count("accepted", "Accepted", messages(asGroup, "=group")),
			count("sent", "Sent", messages(asGroup, "=group", "status", "sent,delivered")),
			count("delivered", "Delivered", messages(asGroup, "=group", "status", "delivered")),
			count("failed", "Failed", messages(asGroup, "=group", "status", "failed")),
			count("skipped", "Skipped", messages(asGroup, "=group", "status", "skipped")),
			count("expired", "Expired", messages(asGroup, "=group", "status", "expired")),
			count("cancelled", "Cancelled", messages(asGroup, "=group", "status", "cancelled")),
			count("unknown", "Unknown", messages(asGroup, "=group", "status", "unknown")),
			count("ended", "Known end", messages(asGroup, "=group", "status", "delivered,failed,expired")),
			ratio("delivered_rate", "Delivered", "delivered", "ended"),
			ratio("failed_rate", "Failed", "failed", "ended"),
			ratio("skipped_rate", "Skipped", "skipped", "accepted"),
		},
	},
	order: []string{"-accepted", "-ended", "group"}, lacks: []report.Lack{needsProof},
}
