package recur

import (
	"fmt"
	"time"
)

// Oddity is what clocks that are set forward or back do to a time.
type Oddity string

// The oddities. A time that is skipped happens in the moment in which the clocks
// are set forward; of a time that comes twice the first counts, unless the rule
// names every hour, which then counts as often as it comes.
const (
	None    Oddity = ""
	Skipped Oddity = "skipped"
	Twice   Oddity = "first_of_two"
	Both    Oddity = "both"
)

// Resolve finds the moment at which a wall shows a time.
func Resolve(wall time.Time, zone *time.Location) (time.Time, Oddity) {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := t.ZoneBounds()
	shown := wallOf(t, zone)
	switch {
	case shown.After(wall):
		return start, Skipped
	case shown.Before(wall):
		return end, Skipped
	}
	if !start.IsZero() {
		if first := wall.Add(-offset(start.Add(-1))); first.Before(start) {
			return first.In(zone), Twice
		}
	}
	if !end.IsZero() && !wall.Add(-offset(end)).Before(end) {
		return t, Twice
	}
	return t, None
}

// Explain finds the moment at which a wall shows a time, and says what is odd
// about it, if anything is.
func Explain(wall time.Time, zone *time.Location) (time.Time, *Note) {
	at, odd := Resolve(wall, zone)
	return at, noteOf(odd, wall, at)
}

// offset is how far the wall is ahead of UTC.
func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

// Note explains why a rule does not happen, or happens twice, when the wall shows
// what it names.
type Note struct {
	Code Oddity `json:"code"`
	// Wall is what the rule names.
	Wall   string `json:"wall"`
	Detail string `json:"detail"`
}

func noteOf(odd Oddity, wall, at time.Time) *Note {
	clock := func(t time.Time) string {
		if t.Second() != 0 {
			return t.Format("15:04:05")
		}
		return t.Format("15:04")
	}
	day := wall.Format("2 January 2006")
	n := &Note{Code: odd, Wall: wall.Format(secondShape)}
	switch odd {
	case Skipped:
		n.Detail = fmt.Sprintf("%s does not exist on %s: the clocks are set forward. It happens at %s.", clock(wall), day, clock(at))
	case Twice:
		n.Detail = fmt.Sprintf("%s comes twice on %s: the clocks are set back. It happens the first time.", clock(wall), day)
	case Both:
		n.Detail = fmt.Sprintf("%s comes twice on %s: the clocks are set back. It happens both times.", clock(wall), day)
	default:
		return nil
	}
	return n
}
