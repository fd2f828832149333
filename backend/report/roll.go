package report

import (
	"math/bits"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Measure is what a roll-up counts.
type Measure int

// The measures: rows, and rows by how long the message took or waited.
const (
	OfEvents Measure = iota
	OfTimes
	OfWaits
)

// Span is how much time one count covers.
type Span int

// The spans; days are those of UTC.
const (
	Quarters Span = iota
	Days
)

const (
	quarterMicros = int64(15 * time.Minute / time.Microsecond)
	// fineness is how many steps there are between a time and its double: a step's
	// middle is at most 1/(2×16) away from what is in it.
	fineness = 16
)

// Step is the middle of the step that a time is in, in microseconds: what roll-ups
// keep of it.
func Step(took int64) int64 {
	if took < fineness {
		return max(took, 0)
	}
	width := int64(1) << (bits.Len64(uint64(took)) - bits.Len64(fineness))
	return took/width*width + width/2
}

// Handed reports whether the row is a message's arrival at a vendor. Where
// delivery follows at once, as into the inbox, no row says sent, but the delivered
// one has waited.
func Handed(e notify.DeliveryEvent) bool {
	return e.Kind == string(notify.Sent) || e.Kind == string(notify.Delivered) && e.QueueUS > 0
}

// Dim is what a count is about.
type Dim struct {
	Kind          string
	First, Handed bool

	Status, Source, Workflow, Category, Template, Tenant, Broadcast, Channel, Provider, Integration, Priority,
	Reason, ErrorClass, ErrorCode string
}

// Key is all of it in one text.
func (d Dim) Key() string {
	return strings.Join([]string{
		d.Kind, strconv.FormatBool(d.First), strconv.FormatBool(d.Handed), d.Status, d.Source, d.Workflow, d.Category, d.Template,
		d.Tenant, d.Broadcast, d.Channel, d.Provider, d.Integration, d.Priority, d.Reason, d.ErrorClass, d.ErrorCode,
	}, "\x1f")
}

// Place is which count a row belongs to.
type Place struct {
	Measure Measure
	Span    Span
	// Slot is where the quarter or the day begins, in microseconds since 1970.
	Slot int64
	Dim  Dim
	Took int64
}

// Sums are what a count says.
type Sums struct{ N, SizeBytes, Parts, CostMicros int64 }

// Reach is between which places of the stream the rows of a quarter are.
type Reach struct{ First, Last int64 }

// Rolled is what rows of the stream add to the roll-ups.
type Rolled struct {
	Counts map[Place]Sums
	Slots  map[int64]Reach
}

// Roll counts rows.
func Roll(rows []notify.DeliveryEvent) Rolled {
	r := Rolled{Counts: map[Place]Sums{}, Slots: map[int64]Reach{}}
	for _, e := range rows {
		d := dimOf(e)
		one := Sums{1, e.SizeBytes, int64(e.Parts), e.CostMicros}
		r.add(e.At, Place{Measure: OfEvents, Dim: d}, one)
		if e.Kind == string(notify.Sent) || e.Kind == string(notify.Delivered) {
			r.add(e.At, Place{Measure: OfTimes, Dim: d, Took: Step(e.LatencyUS)}, Sums{N: 1})
		}
		if d.Handed {
			r.add(e.At, Place{Measure: OfWaits, Dim: d, Took: Step(e.QueueUS)}, Sums{N: 1})
		}
		slot := e.At / quarterMicros * quarterMicros
		reach, known := r.Slots[slot]
		if !known {
			reach = Reach{e.Seq, e.Seq}
		}
		r.Slots[slot] = Reach{min(reach.First, e.Seq), max(reach.Last, e.Seq)}
	}
	return r
}

// add counts a row in its quarter and in its day.
func (r Rolled) add(at int64, p Place, s Sums) {
	for span, width := range map[Span]int64{Quarters: quarterMicros, Days: dayMicros} {
		p.Span, p.Slot = span, at/width*width
		sum := r.Counts[p]
		r.Counts[p] = Sums{sum.N + s.N, sum.SizeBytes + s.SizeBytes, sum.Parts + s.Parts, sum.CostMicros + s.CostMicros}
	}
}

func dimOf(e notify.DeliveryEvent) Dim {
	return Dim{
		Kind: e.Kind, First: e.First, Handed: Handed(e), Status: e.Status, Source: e.Source, Workflow: e.Workflow,
		Category: e.Category, Template: e.Template, Tenant: e.Tenant, Broadcast: e.Broadcast, Channel: e.Channel,
		Provider: e.Provider, Integration: e.Integration, Priority: e.Priority, Reason: e.Reason,
		ErrorClass: e.ErrorClass, ErrorCode: e.ErrorCode,
	}
}
