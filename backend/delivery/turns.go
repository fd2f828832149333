package delivery

import (
	"runtime"

	"clarion/backend/notify"
)

// turns bound how many bulk claims and bulk results this process writes at
// once: calls to vendors wait for the network, but statements keep processors
// busy, and an urgent message must find one free.
type turns chan struct{}

func newTurns() turns { return make(turns, max(1, runtime.GOMAXPROCS(0)/2)) }

// take waits for a turn where the priority needs one, and returns what ends it.
func (t turns) take(p notify.Priority) (end func()) {
	if p != notify.Low {
		return func() {}
	}
	t <- struct{}{}
	return func() { <-t }
}
