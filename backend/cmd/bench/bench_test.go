package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestASmokeRunMeasuresEverything runs each benchmark with little work: its
// exact-delivery checks must hold and its lines must be printed.
func TestASmokeRunMeasuresEverything(t *testing.T) {
	lines := map[string]string{
		"ingest": "ratio by the clock", "drain": "drain-singles, 300 items", "latency": "ratio of the medians", "priority": "the backlog drained at",
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

func TestAnUnknownBenchmarkIsRefused(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), options{only: "drian"}, &strings.Builder{}), "no benchmark")
}
