package schedule

import (
	"fmt"
	"time"

	"clarion/backend/notify"
	"clarion/backend/recur"
)

const (
	// grace is how late a planned time may be taken up without having been missed.
	grace = time.Minute
	// mostAtOnce bounds what one look at a schedule makes up for; the rest is due
	// at once again.
	mostAtOnce = 1000
)

// plan says which times of a schedule have come, what becomes of each, and which
// is the next.
func plan(s Schedule, now time.Time) Move {
	times, err := s.times(s.Anchor)
	if err != nil { // it was checked when it was written: its zone is not known here
		s.State, s.NextAt, s.Reason = Paused, time.Time{}, err.Error()
		return Move{Schedule: s}
	}
	if s.personal() {
		return planPersonal(s, times, now)
	}
	var passed []time.Time
	next, more := s.NextAt, true
	for more && !next.After(now) && len(passed) < mostAtOnce {
		passed = append(passed, next)
		next, more = times.Next(next)
	}
	s.NextAt = next
	if !more {
		s.State, s.NextAt = Ended, time.Time{}
	}
	m := Move{Schedule: s}
	missed := 0
	for missed < len(passed) && passed[missed].Before(now.Add(-grace)) {
		missed++
	}
	fresh := passed[missed:]
	switch {
	case s.Missed == CatchUp:
		fresh = passed
	case s.Missed == RunOnce && len(fresh) == 0 && (!more || next.After(now)):
		// Of all that were missed the last one counts.
		fresh = passed[missed-1:]
		m.skip(passed[:missed-1], now)
	default:
		m.skip(passed[:missed], now)
	}
	m.due(fresh, now)
	return m
}

// skip leaves times out: one row stands for all of them.
func (m *Move) skip(times []time.Time, now time.Time) {
	if len(times) == 0 {
		return
	}
	reason := "It was missed: nobody looked for it in time."
	if n := len(times); n > 1 {
		reason = fmt.Sprintf("%d times were missed, up to %s: nobody looked for them in time.", n, times[n-1].UTC().Format(time.RFC3339))
	}
	m.Planned = append(m.Planned, Planned{
		ID: notify.NewID(notify.FireID), ScheduleID: m.Schedule.ID, PlannedAt: times[0], Status: Skipped, Missed: len(times), Reason: reason, FiredAt: now,
	})
}

// due lets times happen, as many as it may.
func (m *Move) due(times []time.Time, _ time.Time) {
	s := &m.Schedule
	if s.MaxFires > 0 {
		times = times[:min(len(times), max(0, s.MaxFires-s.Fires))]
	}
	for _, at := range times {
		m.Planned = append(m.Planned, Planned{ID: notify.NewID(notify.FireID), ScheduleID: s.ID, PlannedAt: at, Status: Due})
		s.LastAt = at
	}
	if s.Fires += len(times); s.MaxFires > 0 && s.Fires >= s.MaxFires {
		s.State, s.NextAt = Ended, time.Time{}
	}
}

// upcoming are the times of an active schedule within a time.
func (s Schedule) upcoming(from, to time.Time, most int) ([]recur.Moment, bool, error) {
	times, err := s.times(s.Anchor)
	if err != nil {
		return nil, false, err
	}
	if s.MaxFires > 0 {
		most = min(most, s.MaxFires-s.Fires)
	}
	list := times.Upcoming(from.Add(-1), most+1)
	for i, m := range list {
		if !m.At.Before(to) {
			return list[:i], false, nil
		}
	}
	if len(list) > most {
		return list[:most], s.MaxFires == 0 || most < s.MaxFires-s.Fires, nil
	}
	return list, false, nil
}
