package report_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/report"
)

// books see the tips they are given and remember up to where was counted.
type books struct {
	tips    []notify.StreamTip
	counted int64
}

func (b *books) StreamTip(context.Context) (notify.StreamTip, error) {
	tip := b.tips[0]
	b.tips = b.tips[1:]
	return tip, nil
}

func (b *books) RollUp(_ context.Context, upTo int64) (int, error) {
	n := int(upTo - b.counted)
	b.counted = upTo
	return n, nil
}

func TestNothingIsCountedThatSomebodyMayStillWriteBefore(t *testing.T) {
	t.Parallel()
	b := &books{tips: []notify.StreamTip{
		{Seq: 10, Writers: []string{"slow", "quick"}}, {Seq: 20, Writers: []string{"slow", "other"}},
		{Seq: 30, Writers: []string{"other"}}, {Seq: 40}, {Seq: 40},
	}}
	r := report.Roller{Books: b, Log: slog.New(slog.DiscardHandler)}
	for i, want := range []int64{0, 0, 10, 30, 40} {
		_, err := r.Pass(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, b.counted, "pass %d", i+1)
	}
}

func TestAStepIsNearWhatIsInIt(t *testing.T) {
	t.Parallel()
	for took := int64(0); took < int64(400*24*time.Hour/time.Microsecond); took += 1 + took/97 {
		step := report.Step(took)
		require.InDelta(t, took, step, float64(took)*0.032, "%d", took)
		require.GreaterOrEqual(t, report.Step(took+1), step, "steps rise")
	}
	require.Zero(t, report.Step(-5))
}

func TestARowIsCountedInItsQuarterAndItsDay(t *testing.T) {
	t.Parallel()
	moment := at(t, "2026-10-24T23:59:59Z")
	row := notify.DeliveryEvent{Seq: 7, At: moment.UnixMicro(), Kind: "sent", Status: "sent", Channel: "sms", Parts: 2, CostMicros: 9, LatencyUS: 5, QueueUS: 3}
	later := row
	later.Seq, later.LatencyUS = 9, 1_000_000
	got := report.Roll([]notify.DeliveryEvent{row, later})
	slot := at(t, "2026-10-24T23:45:00Z").UnixMicro()
	dim := report.Dim{Kind: "sent", Status: "sent", Channel: "sms", Handed: true}
	require.Equal(t, report.Sums{N: 2, Parts: 4, CostMicros: 18}, got.Counts[report.Place{Slot: slot, Dim: dim}])
	require.Equal(t, report.Sums{N: 2, Parts: 4, CostMicros: 18}, got.Counts[report.Place{Span: report.Days, Slot: at(t, "2026-10-24T00:00:00Z").UnixMicro(), Dim: dim}])
	require.Equal(t, report.Sums{N: 1}, got.Counts[report.Place{Measure: report.OfTimes, Slot: slot, Dim: dim, Took: 5}])
	require.Equal(t, report.Sums{N: 2}, got.Counts[report.Place{Measure: report.OfWaits, Slot: slot, Dim: dim, Took: 3}])
	require.Equal(t, map[int64]report.Reach{slot: {First: 7, Last: 9}}, got.Slots)
	other := dim
	other.Reason = "x"
	require.NotEqual(t, dim.Key(), other.Key())
}
