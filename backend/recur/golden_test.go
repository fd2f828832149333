package recur

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTwoYearsAreAsOtherLibrariesSay holds the rules against what testdata/golden.py
// wrote with dateutil and croniter.
func TestTwoYearsAreAsOtherLibrariesSay(t *testing.T) {
	t.Parallel()
	from, until := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2029, 2, 1, 0, 0, 0, 0, time.UTC)
	file, err := os.Open("testdata/golden.txt")
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	seen := 0
	for lines.Scan() {
		var golden struct {
			Name, Zone string
			Rule       Rule
			Times      []string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &golden))
		seen++
		t.Run(golden.Name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(golden.Zone)
			require.NoError(t, err)
			// The rules count from what the wall shows at the beginning.
			anchor, _ := Resolve(from, zone)
			times, err := New(golden.Rule, Frame{Zone: zone, Anchor: anchor})
			require.NoError(t, err)
			var found []string
			for at, ok := times.Next(from); ok && at.Before(until); at, ok = times.Next(at) {
				found = append(found, at.Format(time.RFC3339))
			}
			require.Equal(t, golden.Times, found)
		})
	}
	require.NoError(t, lines.Err())
	require.GreaterOrEqual(t, seen, 30)
}
