package recur

import (
	"fmt"
	"slices"
	"time"
)

// Times are the moments of a rule.
type Times struct {
	frame Frame
	// One of the three is set: a moment, an interval, or times on the wall.
	moment   time.Time
	interval time.Duration
	walls    walls
	// hourly rules name every hour: they follow the hours that pass, not those
	// that the wall shows.
	hourly bool
}

// Moment is one time at which a rule happens.
type Moment struct {
	At time.Time `json:"at"`
	// Local is what the clock on the wall then shows.
	Local string `json:"local"`
	// Note explains a moment that is not when the wall shows what the rule names.
	Note *Note `json:"note,omitempty"`
	// wall is what the rule names.
	wall time.Time
}

// Next returns the first moment after a time; false when there is none.
func (t *Times) Next(after time.Time) (time.Time, bool) {
	m, ok := t.next(after)
	return m.At, ok
}

// Upcoming returns the first moments after a time, with what is odd about them.
func (t *Times) Upcoming(after time.Time, most int) []Moment {
	list := []Moment{}
	for len(list) < most {
		m, ok := t.next(after)
		if !ok {
			break
		}
		list, after = append(list, m), m.At
	}
	return list
}

func (t *Times) next(after time.Time) (Moment, bool) {
	if before := t.frame.From.Add(-1); !t.frame.From.IsZero() && after.Before(before) {
		after = before
	}
	for {
		m, ok := t.any(after)
		if !ok || !t.frame.Until.IsZero() && m.At.After(t.frame.Until) {
			return Moment{}, false
		}
		if !t.excepted(m.wall) {
			m.At = m.At.UTC()
			m.Local = m.At.In(t.frame.Zone).Format(secondShape)
			return m, true
		}
		// Nothing of this day is wanted: go on with the next one.
		next, _ := Resolve(endOfDay(m.wall), t.frame.Zone)
		after = later(m.At, next)
	}
}

// any is the next moment, whether its date is wanted or not.
func (t *Times) any(after time.Time) (Moment, bool) {
	switch {
	case !t.moment.IsZero():
		return Moment{At: t.moment, wall: wallOf(t.moment, t.frame.Zone)}, t.moment.After(after)
	case t.interval > 0:
		at := t.frame.Anchor
		if !at.After(after) {
			at = at.Add((after.Sub(at)/t.interval + 1) * t.interval)
		}
		return Moment{At: at, wall: wallOf(at, t.frame.Zone)}, true
	case t.hourly:
		return t.flowing(after)
	default:
		return t.onWall(after)
	}
}

// onWall finds a rule's time and then the moment of it.
func (t *Times) onWall(after time.Time) (Moment, bool) {
	wall := wallOf(after, t.frame.Zone)
	for {
		next, ok := t.walls(wall)
		if !ok {
			return Moment{}, false
		}
		at, odd := Resolve(next, t.frame.Zone)
		if at.After(after) {
			return Moment{At: at, wall: next, Note: noteOf(odd, next, at)}, true
		}
		wall = next
	}
}

// flowing goes from one setting of the clocks to the next, and between them with
// the hours as they pass.
func (t *Times) flowing(after time.Time) (Moment, bool) {
	local := after.In(t.frame.Zone)
	wall := wallOf(local, t.frame.Zone)
	for {
		next, ok := t.walls(wall)
		if !ok {
			return Moment{}, false
		}
		_, end := local.ZoneBounds()
		if at := next.Add(-offset(local)); end.IsZero() || at.Before(end) {
			_, odd := Resolve(next, t.frame.Zone)
			if odd == Twice {
				odd = Both
			}
			return Moment{At: at, wall: next, Note: noteOf(odd, next, at)}, true
		}
		local = end
		wall = wallOf(end, t.frame.Zone).Add(-1)
	}
}

func (t *Times) excepted(wall time.Time) bool {
	return len(t.frame.Except) > 0 && slices.Contains(t.frame.Except, wall.Format(dateShape))
}

func endOfDay(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 23, 59, 59, 999_999_999, time.UTC)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// New makes the moments of a rule that has no faults.
func New(r Rule, f Frame) (*Times, error) {
	if f.Zone == nil {
		f.Zone = time.UTC
	}
	if faults := r.Faults(); len(faults) > 0 {
		return nil, fmt.Errorf("rule %s: %s", faults[0].Path, faults[0].Detail)
	}
	t := &Times{frame: f}
	var err error
	switch r.Kind {
	case Once:
		wall, moment, _ := readAt(r.At)
		t.moment = moment
		if moment.IsZero() {
			t.walls = only(wall)
		}
	case Every:
		t.interval = r.Every.length()
	case Cron:
		t.walls, t.hourly, err = cronWalls(r.Cron)
	case RRule:
		t.walls, t.hourly, err = rruleWalls(r.RRule, f)
	default:
		t.walls = calendarWalls(r)
	}
	return t, err
}

// only is a rule that names a single time.
func only(wall time.Time) walls {
	return func(after time.Time) (time.Time, bool) { return wall, wall.After(after) }
}
