package schedule

import (
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/notify"
	"clarion/backend/recur"
)

// Recipient is the zone of schedules that go by each recipient's own clock.
const Recipient = "recipient"

// A wall shows a time first where clocks are fourteen hours ahead of UTC, and last
// where they are twelve behind. All offsets of our days are quarters of an hour.
const (
	eastmost = 14 * time.Hour
	westmost = 12 * time.Hour
	step     = 15 * time.Minute
	// mostADay is how often in a day a recipient's own clock may cause something.
	mostADay  = 24
	slotShape = "2006-01-02T15:04:05"
)

// Personal is a target that can be caused for some of its recipients at a time.
type Personal interface {
	// Audience is whom a target is for.
	Audience(target json.RawMessage) (Audience, error)
}

// Audience is whom a target is for: all who are on one of the lists.
type Audience struct{ Recipients, Groups, Segments []string }

func (p Plan) personal() bool { return p.Zone == Recipient }

// checkPersonal says what does not go by each recipient's own clock.
func (d *Desk) checkPersonal(p Plan, faults *notify.Invalid) {
	if !p.personal() {
		return
	}
	if _, ok := d.Targets[p.Kind()].(Personal); !ok {
		faults.Add("zone", "not_allowed", "a target of this kind has one time for all")
	} else if _, err := d.Targets[p.Kind()].(Personal).Audience(p.Target); err != nil {
		faults.Add("target.to", "not_allowed", err.Error())
	}
}

func checkWalls(p Plan, faults *notify.Invalid) {
	_, err := time.Parse(time.RFC3339, p.Rule.At)
	switch {
	case p.Rule.Kind == recur.Every:
		faults.Add("zone", "not_allowed", "an interval is the same for everybody")
	case p.Rule.Kind == recur.Once && err == nil:
		faults.Add("rule.at", "not_allowed", "must be what a clock shows, without an offset")
	case p.MaxFires > 0:
		faults.Add("max_fires", "not_allowed", "is counted for all alike: use ends_at")
	}
}

// tooOften reports whether a rule names more times in a day than a recipient's own
// clock may cause.
func tooOften(times *recur.Times, now time.Time) bool {
	list := times.Upcoming(now, 4*mostADay)
	for i := range list {
		if i >= mostADay && list[i].At.Sub(list[i-mostADay].At) < 24*time.Hour {
			return true
		}
	}
	return false
}

// tickAt is the last moment at or before a time at which clocks somewhere may show
// a wall; false when there was none.
func tickAt(wall, at time.Time) (time.Time, bool) {
	first, last := wall.Add(-eastmost), wall.Add(westmost)
	if at.After(last) {
		at = last
	}
	if at.Before(first) {
		return time.Time{}, false
	}
	return first.Add(at.Sub(first) / step * step), true
}

// nextTick is the first moment after a time at which some clock may show a wall of
// the rule. Walls are written in UTC.
func nextTick(times *recur.Times, after time.Time) (time.Time, bool) {
	var best time.Time
	wall, ok := times.Next(after.Add(-westmost))
	for ; ok && (best.IsZero() || wall.Add(-eastmost).Before(best)); wall, ok = times.Next(wall) {
		tick := wall.Add(-eastmost)
		if last, began := tickAt(wall, after); began {
			tick = last.Add(step)
		}
		if best.IsZero() || tick.Before(best) {
			best = tick
		}
	}
	return best, !best.IsZero()
}

// planPersonal says which walls clocks somewhere have shown since the last look.
func planPersonal(s Schedule, times *recur.Times, now time.Time) Move {
	from := s.NextAt
	var walls []time.Time
	wall, more := times.Next(from.Add(-westmost - 1))
	for more && !wall.Add(-eastmost).After(now) && len(walls) < mostAtOnce {
		walls = append(walls, wall)
		wall, more = times.Next(wall)
	}
	m := Move{Schedule: s}
	for i, wall := range walls {
		if first := wall.Add(-eastmost); !first.Before(from) {
			m.Schedule.Fires++
		}
		m.slot(wall, now, s.Missed == Skip || s.Missed == RunOnce && i+1 < len(walls) && !walls[i+1].Add(-eastmost).After(now.Add(-grace)))
	}
	next, ok := nextTick(times, now)
	if more && !wall.Add(-eastmost).After(now) { // there were more walls than one look takes
		next, ok = wall.Add(-eastmost), true
	}
	if m.Schedule.NextAt = next; !ok {
		m.Schedule.State, m.Schedule.NextAt = Ended, time.Time{}
	}
	return m
}

// slot adds what has come of one wall since the last look. Those whose clocks
// showed it while nobody looked are left out when skip says so.
func (m *Move) slot(wall, now time.Time, skip bool) {
	s := m.Schedule
	add := func(at, after time.Time, missed int) {
		m.Planned = append(m.Planned, Planned{
			ID: notify.NewID(notify.FireID), ScheduleID: s.ID, PlannedAt: at, Status: Due, Slot: wall.Format(slotShape), Missed: missed, After: after,
		})
		m.Schedule.LastAt = at
	}
	after := s.AimedAt
	if old, ok := tickAt(wall, now.Add(-grace-1)); ok && skip && !old.Before(s.NextAt) {
		add(old, after, 1)
		after = old
	}
	if tick, ok := tickAt(wall, now); ok && tick.After(after) && !tick.Before(s.NextAt) {
		add(tick, after, 0)
	}
}

// Slot is who is to have what their clocks have shown.
type Slot struct {
	Planned
	Audience Audience
	// Zone is that of people who have said none.
	Zone string
	Now  time.Time
}

// Shows reports whether clocks of a zone have shown the wall of a slot by its
// planned time, and not before it counts.
func (s Slot) Shows(zone string) bool {
	place, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		if place, err = time.LoadLocation(s.Zone); err != nil {
			place = time.UTC
		}
	}
	wall, err := time.Parse(slotShape, s.Planned.Slot)
	if err != nil {
		return false
	}
	at, _ := recur.Resolve(wall, place)
	return !at.After(s.PlannedAt) && at.After(s.After)
}

func leftOut(n int) string {
	return fmt.Sprintf("It was missed for %d recipients: nobody looked for it in time.", n)
}
