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

// TestAnIdleHouseStaysSmallAndDoesNotSpin looks at a restarted house that
// nobody asks anything. How much of a core it uses exactly, and how soon it is
// ready, is measured by the benchmark "idle": here only a loop that never rests
// fails, however slow the machine.
func TestAnIdleHouseStaysSmallAndDoesNotSpin(t *testing.T) {
	lasting := grounds[0].lasting(t)
	house := start(t, lasting)
	_, err := house.stop()
	require.NoError(t, err)
	house = start(t, lasting)
	// What a start leaves to do is not idleness: it may take its time.
	resident, share := 0.0, 0.0
	await(t, 2*time.Minute, "the house to come to rest", func() bool {
		share = busy(t, house, 2*time.Second)
		resident = memory(t, house)
		return share <= 25 && resident <= 150
	})
	t.Logf("ready in %s; idle: %.1f MB resident, %.2f %% of a core", house.readyIn, resident, share)
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
