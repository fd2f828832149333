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

// await looks at a condition until it holds and returns how long that took. It
// is the only place in which a story waits.
func await(tb testing.TB, within time.Duration, what string, holds func() bool) time.Duration {
	tb.Helper()
	start := time.Now()
	for pause := firstLook; ; pause = min(pause*5/4, slowLook) {
		if holds() {
			return time.Since(start)
		}
		if time.Since(start) > within {
			tb.Fatalf("waited %s in vain: %s", within, what)
		}
		<-time.After(pause)
	}
}
