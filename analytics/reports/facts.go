package reports

import (
	"fmt"
	"strings"
	"time"

	"clarion/backend/report"
)

// handed are the rows at which a vendor has a message. Where delivery follows at
// once, as into the inbox, no row says sent, but the delivered one has waited.
const handed = "(kind = 'sent' OR kind = 'delivered' AND queue_us > 0)"

// said is what a count knows of the rows it counts.
const said = "kind, first, handed, status, source, workflow, category, template, tenant, broadcast, channel, provider, " +
	"integration, priority, reason, error_class, error_code"

const (
	quarter = int64(15 * time.Minute / time.Microsecond)
	day     = int64(24 * time.Hour / time.Microsecond)
)

// facts is the relation that a name in the text of a report stands for: "events"
// are rows to be counted by n, "times" and "waits" how long the messages took and
// waited, "rows" single rows. All are of the time asked for. Counted are whole
// quarters of an hour, or whole days; the rows before and after them, and those
// that the roll-ups have not seen yet, are read one by one. All of it is one
// statement, which is one snapshot: no row is in both or in neither.
func facts(name string, q report.Question, timed bool) string {
	from, to := q.From.UnixMicro(), q.To.UnixMicro()
	var parts []string
	begin, end := up(from, quarter), down(to, quarter)
	fine := timed && (q.Bucket == report.Second || q.Bucket == report.Minute)
	if name == "rows" || fine || begin >= end {
		parts = append(parts, counted(name, from, to))
	} else {
		parts = append(parts, rolled(name, begin, end, timed))
		if from < begin {
			parts = append(parts, counted(name, from, begin))
		}
		if end < to {
			parts = append(parts, counted(name, end, to))
		}
	}
	parts = append(parts, single(name, fmt.Sprintf("seq > (SELECT seq FROM report_progress) AND at >= %d AND at < %d", from, to)))
	return "(" + strings.Join(parts, "\n    UNION ALL ") + ")"
}

func up(at, width int64) int64   { return (at + width - 1) / width * width }
func down(at, width int64) int64 { return at / width * width }

// measures are the numbers of the relations in the roll-ups, and what a single
// row says of them.
var measures = map[string]struct {
	number int
	took   string
	where  string
}{
	"events": {0, "", ""},
	"times":  {1, ", latency_us AS took", " AND kind IN ('sent', 'delivered')"},
	"waits":  {2, ", queue_us AS took", " AND " + handed},
	"rows":   {0, ", message_id, recipient", ""},
}

// rolled reads counts. A report without buckets reads whole days where it can.
func rolled(name string, begin, end int64, timed bool) string {
	when := fmt.Sprintf("r.span = 0 AND r.slot >= %d AND r.slot < %d", begin, end)
	if first, last := up(begin, day), down(end, day); !timed && first < last {
		when = fmt.Sprintf("(r.span = 1 AND r.slot >= %d AND r.slot < %d OR r.span = 0 AND r.slot >= %d AND r.slot < %d OR r.span = 0 AND r.slot >= %d AND r.slot < %d)",
			first, last, begin, first, last, end)
	}
	took := ""
	if name != "events" {
		took = ", r.took"
	}
	return fmt.Sprintf("SELECT r.slot AS at, r.n, %s, r.size_bytes, r.parts, r.cost_micros%s FROM report_rollups AS r JOIN report_dims AS d ON d.id = r.dim WHERE r.measure = %d AND %s",
		said, took, measures[name].number, when)
}

// counted reads single rows that the roll-ups have seen: the marks of the
// quarters say between which places of the stream they are.
func counted(name string, from, to int64) string {
	marks := fmt.Sprintf("FROM report_slots WHERE slot >= %d AND slot < %d", down(from, quarter), to)
	return single(name, fmt.Sprintf("seq >= (SELECT min(first_seq) %s) AND seq <= (SELECT max(last_seq) %s) AND seq <= (SELECT seq FROM report_progress) AND at >= %d AND at < %d",
		marks, marks, from, to))
}

// single reads rows one by one.
func single(name, where string) string {
	m := measures[name]
	return fmt.Sprintf("SELECT at, 1 AS n, %s, size_bytes, parts, cost_micros%s FROM delivery_events WHERE %s%s",
		strings.Replace(said, "handed", handed+" AS handed", 1), m.took, where, m.where)
}
