package dispatch

import "clarion/backend/notify"

// Turns makes what is less urgent give way before each step that keeps
// processors busy.
type Turns interface {
	Yield(p notify.Priority)
	// Take is Yield for a step after which end is called; of bulk, few take one
	// at once.
	Take(p notify.Priority) (end func())
	// Lead lets one long audience of bulk go first until end is called; it is
	// false when another does.
	Lead(p notify.Priority) (end func(), ok bool)
}

// readSize is how many events are read at a time, with the people they are for.
// Those of bulk may be large ones that wait for many turns, and what others
// dispatch meanwhile is decided in vain.
func readSize(p notify.Priority) int {
	if p == notify.Low {
		return 16
	}
	return 128
}

// saveSize is about how many messages one transaction takes. An urgent commit
// waits until the log of all before it is on the disk, so bulk writes less at a
// time.
func saveSize(p notify.Priority) int {
	if p == notify.Low {
		return maxSave / 4
	}
	return maxSave
}

// alone gives way to nobody: a person waits for the answer.
type alone struct{}

func (alone) Yield(notify.Priority)       {}
func (alone) Take(notify.Priority) func() { return func() {} }

func (alone) Lead(notify.Priority) (func(), bool) { return func() {}, true }
