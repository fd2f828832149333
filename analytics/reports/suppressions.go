package reports

import "clarion/backend/report"

var suppressions = definition{
	Info: report.Info{
		ID: "suppressions", Title: "Suppression list", Chart: report.Stack,
		Question: "How does the list of addresses that must not be written to grow, and why?",
		Params: []report.Param{
			bucket, grouped("reason", "channel"), limited("8"), filter("channel", channels),
		},
		Columns: []report.Column{
			{Name: "at", Type: report.Time, Title: "Time"}, groupColumn,
			{
				Name: "addresses", Type: report.Count, Unit: report.Addresses, Title: "Addresses added",
				Opens: &report.Door{List: "suppressions", From: map[string]string{asGroup: "group"}},
			},
		},
	},
	sqlOnly: true, finish: series(1),
	lacks: []report.Lack{{Code: "removed_not_counted", Detail: "Addresses that were taken off the list again do not count."}},
}
