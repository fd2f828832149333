package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestASmokeRunMeasuresEverything runs each benchmark with little work: its
// exact-delivery checks must hold and its lines must be printed.
func TestASmokeRunMeasuresEverything(t *testing.T) {
	lines := map[string]string{
		"ingest": "ratio by the clock", "drain": "drain-singles, 300 items", "latency": "ratio of the medians", "priority": "the backlog drained at",
		"limiter":    "cost of a message beside one script",
		"hung":       "the first text went by the second account",
		"idle":       "one event, ten messages arrived",
		"broadcasts": "until all messages are saved, 1000 items",
		"lists":      "lists above 100 ms, sqlite",
		"stream":     "freshness, 5 batches",
		"segments":   "| rule | recipients | median",
		"reports":    "reports above 300 ms",
	}
	require.Len(t, lines, len(benchmarks))
	for name, line := range lines {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			require.NoError(t, run(t.Context(), options{only: name, quick: true}, &out))
			require.Contains(t, out.String(), line)
			require.Contains(t, out.String(), "fsync of 8 KiB")
		})
	}
}

func TestJudging(t *testing.T) {
	t.Parallel()
	require.Equal(t, span{1, 2.5, 4}, spreadOf([]float64{4, 1, 2, 3}))
	require.Equal(t, span{1, 2, 9}, spreadOf([]float64{9, 1, 2}))
	require.Empty(t, span{0.9, 1, 1.1}.noise())
	require.NotEmpty(t, span{0.7, 1, 1.1}.noise())
	for got, want := range map[float64]string{0.2: "BELOW THE FLOOR", 0.25: "above the floor", 0.45: "aim reached"} {
		require.Equal(t, want, judge(got, 0.25, 0.45))
	}
	sorted := []time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	require.Equal(t, time.Duration(6), quantile(sorted, .5))
	require.Equal(t, time.Duration(10), quantile(sorted, .99))
}

func TestTheSinkTellsRepeatedAndNamelessMessagesApart(t *testing.T) {
	t.Parallel()
	s := &sink{changed: make(chan struct{}, 1)}
	s.clear()
	for _, id := range []string{"msg_1", "msg_1", "msg_2", ""} {
		s.note(id, -1, time.Now())
	}
	require.Equal(t, tally{calls: 4, distinct: 2, repeated: 1, unnamed: 1}, s.tally())
	require.Equal(t, 7, probeOf([]byte("Body=x&To=%2B"+probePhone(7)[1:]+"&From=y")))
	require.Equal(t, -1, probeOf([]byte("Body=x&To=%2B447000000007")))
}

func TestAnUnknownBenchmarkIsRefused(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), options{only: "drian"}, &strings.Builder{}), "no benchmark")
}
