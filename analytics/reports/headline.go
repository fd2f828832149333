package reports

import "clarion/backend/report"

var headline = definition{
	Info: report.Info{
		ID: "headline", Title: "At a glance", Chart: report.Figures,
		Question: "How many messages were accepted, how many of them arrived, how long did it take, and how many failed?",
		Params:   params(birth),
		Columns: []report.Column{
			count("accepted", "Accepted", messages()),
			count("delivered", "Delivered", messages("status", "delivered")),
			count("ended", "Known end", messages("status", "delivered,failed,expired")),
			count("failed", "Failed", messages("status", "failed")),
			ratio("delivered_rate", "Delivered", "delivered", "ended"),
			took("p50", "Median time to deliver"), took("p95", "95th percentile of the time to deliver"),
		},
	},
	steps: true, lacks: []report.Lack{needsProof},
}

// needsProof is said where figures of delivery depend on a vendor's word.
var needsProof = report.Lack{
	Code:   "needs_receipt",
	Detail: "Only vendors that report deliveries can prove them; where none reports, messages end as sent and count on neither side of a rate.",
}
