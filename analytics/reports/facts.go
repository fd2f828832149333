package reports

import (
	"fmt"

	"clarion/backend/report"
)

// handed are the rows at which a vendor has a message. Where delivery follows at
// once, as into the inbox, no row says sent, but the delivered one has waited.
const handed = "(kind = 'sent' OR kind = 'delivered' AND queue_us > 0)"

// facts is where a database's rows come from.
type facts struct{}

// from is the relation that a name in the text of a report stands for: "events"
// are rows to be counted by n, "times" and "waits" how long the messages took and
// waited, "rows" single rows. All are of the time asked for.
func (facts) from(name string, q report.Question) string {
	const all = "(SELECT d.*, 1 AS n, " + handed + " AS handed%s FROM delivery_events AS d WHERE at >= %d AND at < %d%s)"
	from, to := q.From.UnixMicro(), q.To.UnixMicro()
	switch name {
	case "times":
		return fmt.Sprintf(all, ", latency_us AS took", from, to, " AND kind IN ('sent', 'delivered')")
	case "waits":
		return fmt.Sprintf(all, ", queue_us AS took", from, to, " AND "+handed)
	}
	return fmt.Sprintf(all, "", from, to, "")
}
