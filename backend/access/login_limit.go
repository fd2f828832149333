package access

import (
	"context"
	"fmt"
	"slices"
	"time"
)

const (
	// A door closes after this many failures within loginWindow: soon for one
	// account from one address, later for an account from anywhere (or a
	// stranger could lock its owner out), later still for an address.
	pairFailures    = 5
	accountFailures = 50
	addressFailures = 100
	// codeFailures is for second steps: who fails them knows the password.
	codeFailures = 10
	loginWindow  = 15 * time.Minute
)

// LimitedError says that a caller must wait.
type LimitedError struct {
	RetryAfter time.Duration
}

// Error tells how long.
func (e *LimitedError) Error() string {
	return fmt.Sprintf("too many attempts; try again in %s", e.RetryAfter)
}

// Door is one thing that attempts are counted at.
type Door struct {
	Failures int
	// Since is the first failure of the window.
	Since time.Time
}

// DoorStore counts failures for all processes together.
type DoorStore interface {
	// CountDoors adds a failure to every door and returns what they are then. A
	// door whose window began at or before stale begins anew.
	CountDoors(ctx context.Context, names []string, now, stale time.Time) (map[string]Door, error)
	// ReleaseDoors forgets some doors and takes one failure back from others.
	ReleaseDoors(ctx context.Context, forget, lower []string) error
	// PruneDoors forgets those whose window began before, and returns how many.
	PruneDoors(ctx context.Context, before time.Time) (int, error)
}

// attempt is one try at a set of doors, each with its limit. What is stored of
// a door is a hash: an address somebody typed is nobody's business.
type attempt map[string]int

func (a attempt) names() []string {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names) // one order for all, so that nobody waits for another in a circle
	return names
}

func doorName(kind, who string) string { return digestOf(kind + " " + who).text() }

func pairDoor(email, ip string) string { return doorName("pair", ip+" "+email) }

func signInDoors(email, ip string) attempt {
	return attempt{pairDoor(email, ip): pairFailures, doorName("account", email): accountFailures, doorName("address", ip): addressFailures}
}

func codeDoors(memberID string) attempt {
	return attempt{doorName("code", memberID): codeFailures}
}

// try counts an attempt as failed until it is forgiven, so that a burst of
// parallel guesses is counted too. One that comes to a closed door is not
// counted: waiting must help.
func (m *Members) try(ctx context.Context, a attempt) error {
	now, names := m.Clock.Now(), a.names()
	doors, err := m.Doors.CountDoors(ctx, names, now, now.Add(-loginWindow))
	if err != nil {
		return fmt.Errorf("count an attempt: %w", err)
	}
	var wait time.Duration
	for name, limit := range a {
		if d := doors[name]; d.Failures > limit {
			wait = max(wait, d.Since.Add(loginWindow).Sub(now), time.Second)
		}
	}
	if wait == 0 {
		return nil
	}
	if err := m.Doors.ReleaseDoors(ctx, nil, names); err != nil {
		return fmt.Errorf("uncount an attempt: %w", err)
	}
	return &LimitedError{RetryAfter: wait}
}

// forgive takes an attempt back; the doors named are opened wide.
func (m *Members) forgive(ctx context.Context, a attempt, forget ...string) error {
	var lower []string
	for _, name := range a.names() {
		if !slices.Contains(forget, name) {
			lower = append(lower, name)
		}
	}
	if err := m.Doors.ReleaseDoors(ctx, forget, lower); err != nil {
		return fmt.Errorf("forgive an attempt: %w", err)
	}
	return nil
}
