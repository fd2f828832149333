package e2e_test

import (
	"testing"
	"time"
)

// A condition is looked at often at first and then less, so that looking does
// not become the load.
const (
	firstLook = 2 * time.Millisecond
	slowLook  = 100 * time.Millisecond
)

// slack is how many times longer a machine may take that has much else to do.
// What a story waits for comes or does not: how long it took is told and judged
// nowhere. Speed is measured by make bench.
const slack = 5

// patience is what a connection or an answer is given at most.
const patience = slack * time.Minute

// await looks at a condition until it holds and returns how long that took. It
// is the only place in which a story waits. How long it waits is for a machine
// that has nothing else to do.
func await(tb testing.TB, within time.Duration, what string, holds func() bool) time.Duration {
	tb.Helper()
	start := time.Now()
	for pause := firstLook; ; pause = min(pause*5/4, slowLook) {
		if holds() {
			return time.Since(start)
		}
		if time.Since(start) > slack*within {
			tb.Fatalf("waited %s in vain: %s", slack*within, what)
		}
		<-time.After(pause)
	}
}
