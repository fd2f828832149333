package app

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCollectorShiftsUpUnderLoadAndDownWhenItIsQuiet(t *testing.T) {
	t.Parallel()
	var g gear
	for i, second := range []struct {
		collected uint64
		percent   int
	}{
		{0, 0}, {2, 0}, {3, busyPercent}, {1, 0}, {0, 0}, {0, 0}, {1, 0}, // one collection in three seconds is still work
		{0, 0}, {0, 0}, {0, quietPercent}, {0, 0}, {9, busyPercent},
	} {
		require.Equal(t, second.percent, g.shift(second.collected), "second %d", i)
	}
}
