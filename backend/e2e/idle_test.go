package e2e_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnIdleHouseIsSmallQuietAndQuickToStart runs alone, because it is measured.
func TestAnIdleHouseIsSmallQuietAndQuickToStart(t *testing.T) {
	lasting := grounds[0].lasting(t)
	first := start(t, lasting)
	t.Logf("first start, with a new database and the demo: ready in %s", first.readyIn)
	_, err := first.stop()
	require.NoError(t, err)

	var house *process
	quickest := time.Hour
	for range 3 {
		if house != nil {
			house.kill()
		}
		house = start(t, lasting)
		quickest = min(quickest, house.readyIn)
	}
	share := 100.0
	for range 3 { // what a start leaves to do is not idleness
		share = min(share, busy(t, house, 5*time.Second))
		if share <= 2 {
			break
		}
	}
	resident := memory(t, house)
	t.Logf("restart to ready %s; idle: %.1f MB resident, %.2f %% of a core", quickest, resident, share)
	require.LessOrEqual(t, quickest, time.Second)
	require.LessOrEqual(t, resident, 150.0)
	require.LessOrEqual(t, share, 2.0)
}

// busy is the share of one core a process uses over a stretch of time, in
// percent.
func busy(t *testing.T, p *process, over time.Duration) float64 {
	t.Helper()
	before, begun := ticks(t, p), time.Now()
	<-time.After(over)
	const perSecond = 100 // USER_HZ is 100 on every Linux there is
	return 100 * float64(ticks(t, p)-before) / perSecond / time.Since(begun).Seconds()
}

// ticks is the processor time a process has used.
func ticks(t *testing.T, p *process) int {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.command.Process.Pid))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(raw), ") ") // the name may hold spaces
	require.True(t, found)
	fields := strings.Fields(rest)
	user, err := strconv.Atoi(fields[11])
	require.NoError(t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(t, err)
	return user + system
}

// memory is the resident size of a process in megabytes.
func memory(t *testing.T, p *process) float64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(raw), "VmRSS:")
	require.True(t, found)
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return float64(kilobytes) / 1024
}
