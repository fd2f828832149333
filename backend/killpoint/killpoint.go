// Package killpoint lets a test kill the process with SIGKILL at a named point
// of the code, which is how we prove that nothing accepted is lost. Armed by
// nothing but app, and only in development; it imports nothing of ours.
package killpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// The points.
const (
	BeforeCommit = "before_commit" // the event is checked and not yet saved
	AfterCommit  = "after_commit"  // the event is saved and not yet queued
	BeforeCall   = "before_call"   // the attempt row is written, the vendor not yet called
	AfterCall    = "after_call"    // the vendor has answered, the result is not stored
	AfterResult  = "after_result"  // the result is stored, the queue not yet told
	AfterInsert  = "after_insert"  // a batch of events is in ClickHouse, the cursor has not moved
	AfterPlan    = "after_plan"    // planned times of schedules are written down, nothing is caused yet
	AfterFire    = "after_fire"    // what schedules are for is caused, that is not written down
	AfterLaunch  = "after_launch"  // a broadcast is handed to the line, its saga does not know yet
	BeforePage   = "before_page"   // a page of a long audience is decided and not saved
	AfterPage    = "after_page"    // a page is saved with how far it came, the queue not yet told
	AfterEnd     = "after_end"     // a broadcast is complete, its saga does not know yet
)

var points = []string{
	BeforeCommit, AfterCommit, BeforeCall, AfterCall, AfterResult, AfterInsert, AfterPlan, AfterFire, AfterLaunch, BeforePage, AfterPage, AfterEnd,
}

type armed struct {
	name  string
	times atomic.Int64
}

var current atomic.Pointer[armed]

// Arm makes the process kill itself the nth time it reaches a point, written
// as "name" or "name:n". An empty text disarms.
func Arm(text string) error {
	if text == "" {
		current.Store(nil)
		return nil
	}
	name, count, _ := strings.Cut(text, ":")
	n := int64(1)
	if count != "" {
		var err error
		if n, err = strconv.ParseInt(count, 10, 64); err != nil || n < 1 {
			return fmt.Errorf("kill point %q: the number after the colon must be 1 or more", text)
		}
	}
	for _, known := range points {
		if known == name {
			a := &armed{name: name}
			a.times.Store(n)
			current.Store(a)
			return nil
		}
	}
	return fmt.Errorf("kill point %q: must be one of %s", name, strings.Join(points, ", "))
}

// Reach kills the process when the point is armed and its time has come.
func Reach(name string) {
	a := current.Load()
	if a == nil || a.name != name || a.times.Add(-1) != 0 {
		return
	}
	// Nothing may run after this: no deferred call, no flush, as in a real death.
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
