package delivery

import (
	"math"
	"sync"
	"time"
)

const (
	// formStep is how much one call tells of a vendor's form: about the last
	// twenty count.
	formStep = 0.05
	// formFloor is the part of its weight that an account in the worst form
	// keeps: enough to see it recover, little enough to hurt few.
	formFloor = 0.05
	// formHalf is how long half of the lost form takes to come back by itself:
	// a vendor that got little to do must not be judged by old calls for ever.
	formHalf = 30 * time.Second
	// slowCall is an answer that came, but too late to be content with.
	slowCall = 3 * time.Second
)

// form is how well a vendor has served this process lately. It shifts weight
// long before the breaker opens, and drifts back.
type form struct {
	mu    sync.Mutex
	score float64
	at    time.Time
	// until is when the day's quota is there again, of which there were limit.
	until time.Time
	limit int
}

func (f *form) now(at time.Time) float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(f.drifted(at), formFloor)
}

func (f *form) drifted(at time.Time) float64 {
	if f.score == 1 {
		return 1
	}
	since := max(at.Sub(f.at), 0)
	return 1 - (1-f.score)*math.Exp2(-since.Seconds()/formHalf.Seconds())
}

// note takes one call into account.
func (f *form) note(at time.Time, good bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if good && f.score == 1 {
		return
	}
	score := f.drifted(at)
	if good {
		score += (1 - score) * formStep
	} else {
		score -= score * formStep
	}
	f.score, f.at = score, at
}

// rest keeps the account out of the choice until its quota is there again.
func (f *form) rest(until time.Time, limit int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.until, f.limit = until, limit
}

func (f *form) resting() (until time.Time, limit int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.until, f.limit
}

// spent reports whether the day's quota is used up. It is not when another limit
// was set meanwhile: the books will tell.
func (f *form) spent(at time.Time, limit int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return at.Before(f.until) && limit == f.limit
}
