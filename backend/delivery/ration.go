package delivery

import (
	"slices"
	"time"
)

// ration parks what the rate does not allow now, before all that waits, and has
// the lane woken after a while. Until then its chunks hold no worker, and none
// goes round through the queue only to be refused.
func (l *lane) ration(c chunk, after time.Duration, wake func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.parked) < maxParked {
		l.parked = slices.Insert(l.parked, 0, c)
	}
	if !l.rationed {
		l.rationed = true
		time.AfterFunc(after, wake)
	}
}

// ready ends the wait and returns the chunks whose turn has come: as many as the
// rate will allow then, at most those that the lane has places for. Each takes the
// next with it.
func (l *lane) ready(turns int) []chunk {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rationed = false
	var list []chunk
	for range min(turns, max(laneChunks-l.inside, 1)) {
		next, ok := l.first()
		if !ok {
			break
		}
		list = append(list, next)
	}
	return list
}
