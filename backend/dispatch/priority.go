package dispatch

import "clarion/backend/notify"

// moreUrgent returns the more urgent of two priorities; empty is the least.
func moreUrgent(a, b notify.Priority) notify.Priority {
	for _, p := range notify.Priorities {
		if a == p || b == p {
			return p
		}
	}
	return a
}

func priorityOr(p, fallback notify.Priority) notify.Priority {
	if p == "" {
		return fallback
	}
	return p
}
