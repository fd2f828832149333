package digest

import (
	"time"

	"clarion/backend/notify"
)

// Entry asks for a place in the digest of a scope.
type Entry struct {
	// Scope names one stream of items, such as a workflow, its step, a recipient
	// and a key. Nothing else may use it.
	Scope string
	Rule  notify.Digest
	// ClosesAt is when the window closes, whatever the rule's seconds say; zero
	// leaves it to the rule.
	ClosesAt time.Time
	// ItemID is the notification or message that is gathered, EventID the event
	// that it is of.
	ItemID  string
	EventID string
}

// Role is what became of an entry.
type Role string

// The roles.
const (
	// Opened: it is the first item and carries the window.
	Opened Role = "opened"
	// Joined: another item carries it.
	Joined Role = "joined"
	// Led: it goes on at once by itself; the window behind it is empty.
	Led Role = "led"
)

// Place is the answer to an entry.
type Place struct {
	// DigestID is empty for what leads.
	DigestID string
	Role     Role
	// Carrier is the item that carries the window, ClosesAt when it closes.
	Carrier  string
	ClosesAt time.Time
}

// Window is the state of an open digest: one row, locked by who changes it.
type Window struct {
	ID string
	// OpenedAt is zero for one that was never used.
	OpenedAt time.Time
	ClosesAt time.Time
	Total    int
	// Carrier is empty while nothing but a leading item came.
	Carrier string
}

// Add puts an entry into a window and says which role it has. A window whose
// time has come takes what still comes until its carrier closes it: that is how
// none is lost and there is never a second one. One that a leading item left
// empty has nobody to close it, and opens anew.
func (w Window) Add(e Entry, now time.Time) (Window, Role) {
	fresh := w.OpenedAt.IsZero() || w.Carrier == "" && !now.Before(w.ClosesAt)
	if fresh {
		w = Window{ID: w.ID, OpenedAt: now, ClosesAt: w.opens(e, now)}
		if e.Rule.Leading {
			return w, Led
		}
	}
	role := Joined
	if w.Carrier == "" {
		w.Carrier, role = e.ItemID, Opened
	}
	w.Total++
	if e.Rule.Sliding && !fresh && e.ClosesAt.IsZero() {
		w.ClosesAt = w.slides(e.Rule, now)
	}
	if e.Rule.Count > 0 && w.Total >= e.Rule.Count && now.Before(w.ClosesAt) {
		w.ClosesAt = now
	}
	return w, role
}

func (w Window) opens(e Entry, now time.Time) time.Time {
	if !e.ClosesAt.IsZero() {
		return e.ClosesAt
	}
	return now.Add(seconds(e.Rule.Seconds))
}

// slides is the later end that a new item gives the window, up to the longest.
// A window that was closed early by its count stays closed.
func (w Window) slides(rule notify.Digest, now time.Time) time.Time {
	if !now.Before(w.ClosesAt) {
		return w.ClosesAt
	}
	end := now.Add(seconds(rule.Seconds))
	if most := w.OpenedAt.Add(seconds(rule.MaxSeconds)); rule.MaxSeconds > 0 && end.After(most) {
		end = most
	}
	if end.Before(w.ClosesAt) {
		return w.ClosesAt
	}
	return end
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
