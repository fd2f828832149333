package app

import (
	"context"
	"os"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// The collector's two gears, as Go's GOGC. A quiet process stays small; one that
// works trades memory for a tenth of its processor time, which collecting a
// small heap many times a second would cost.
const (
	quietPercent = 75
	busyPercent  = 400
	// busyCollections in a second shift up; as many seconds without one shift
	// down, and what was used goes back to the system.
	busyCollections = 3
	collectorTick   = time.Second
)

// Collect shifts the garbage collector between its gears until ctx is done. It
// leaves it alone where the operator has set GOGC. GOMEMLIMIT is obeyed in any
// gear.
func Collect(ctx context.Context) {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(quietPercent)
	ticker := time.NewTicker(collectorTick)
	defer ticker.Stop()
	g := gear{}
	last := collections()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := collections()
		switch g.shift(now - last) {
		case busyPercent:
			debug.SetGCPercent(busyPercent)
		case quietPercent:
			debug.SetGCPercent(quietPercent)
			debug.FreeOSMemory()
			now = collections()
		}
		last = now
	}
}

// gear is the collector's state between two looks.
type gear struct {
	busy  bool
	still int
}

// shift takes the number of collections of the last second and returns the
// percent to set, or zero to leave it.
func (g *gear) shift(collected uint64) int {
	switch {
	case !g.busy && collected >= busyCollections:
		g.busy, g.still = true, 0
		return busyPercent
	case g.busy && collected > 0:
		g.still = 0
	case g.busy:
		if g.still++; g.still >= busyCollections {
			g.busy = false
			return quietPercent
		}
	}
	return 0
}

func collections() uint64 {
	sample := []runtimemetrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}
	runtimemetrics.Read(sample)
	return sample[0].Value.Uint64()
}
