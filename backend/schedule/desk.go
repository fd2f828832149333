package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"clarion/backend/notify"
)

// Desk is where schedules are written and steered.
type Desk struct {
	Store Store
	// Targets are what can be caused, by kind.
	Targets map[string]Target
	// Others are what else is planned within a time, for the calendar.
	Others func(ctx context.Context, from, to time.Time) ([]Entry, error)
	// Tell tells open pages that a schedule has changed.
	Tell  func(id string)
	Clock notify.Clock
}

func (d *Desk) kinds() []string { return slices.Sorted(maps.Keys(d.Targets)) }

// Get returns one schedule.
func (d *Desk) Get(ctx context.Context, id string) (Schedule, error) {
	return d.Store.FindSchedule(ctx, id)
}

// List returns a page, newest first.
func (d *Desk) List(ctx context.Context, f Filter, p notify.Page) ([]Schedule, string, error) {
	return d.Store.Schedules(ctx, f, p)
}

// History returns a page of what became of its planned times, newest first.
func (d *Desk) History(ctx context.Context, id string, p notify.Page) ([]Planned, string, error) {
	if _, err := d.Store.FindSchedule(ctx, id); err != nil {
		return nil, "", err
	}
	return d.Store.PlannedOf(ctx, id, p)
}

// settle fills in what was left out.
func settle(p Plan) Plan {
	p.Zone, p.Missed = cmp.Or(p.Zone, "UTC"), cmp.Or(p.Missed, Skip)
	p.StartsAt, p.EndsAt = p.StartsAt.UTC().Truncate(time.Microsecond), p.EndsAt.UTC().Truncate(time.Microsecond)
	return p
}

// Create begins a schedule.
func (d *Desk) Create(ctx context.Context, p Plan, by Actor) (Schedule, error) {
	now := d.Clock.Now()
	s := Schedule{
		ID: notify.NewID(notify.ScheduleID), State: Active, Plan: settle(p), Revision: 1, Anchor: now.Truncate(time.Second),
		Source: by.Source, CreatedBy: by.Name, CreatedAt: now, UpdatedAt: now,
	}
	if err := d.check(ctx, s.Plan, s.Anchor); err != nil {
		return s, err
	}
	if err := s.aim(now); err != nil {
		return s, err
	}
	if err := d.Store.AddSchedule(ctx, s); err != nil {
		return s, err
	}
	d.Tell(s.ID)
	return s, nil
}

// aim finds the next time after one.
func (s *Schedule) aim(after time.Time) error {
	times, err := s.times(s.Anchor)
	if err != nil {
		return err
	}
	next, ok := times.Next(after)
	if s.personal() {
		next, ok = nextTick(times, after)
	}
	s.AimedAt = after
	if s.NextAt = next; !ok {
		s.State, s.NextAt = Ended, time.Time{}
	}
	return nil
}

// Edit writes a schedule anew. Times that have passed are not made up for.
func (d *Desk) Edit(ctx context.Context, id string, c Change) (Schedule, error) {
	s, err := d.Store.FindSchedule(ctx, id)
	if err != nil {
		return s, err
	}
	seen := s.Revision
	p := settle(c.over(s.Plan))
	if err := d.check(ctx, p, s.Anchor); err != nil {
		return s, err
	}
	return d.change(ctx, id, func(s *Schedule) error {
		if s.Revision != seen {
			return conflict("it was edited meanwhile")
		}
		s.Plan, s.Reason = p, ""
		if p.MaxFires > 0 && s.Fires >= p.MaxFires {
			return notify.InvalidField("max_fires", "out_of_range", fmt.Sprintf("it has fired %d times", s.Fires))
		}
		if s.State == Paused {
			return nil
		}
		s.State = Active
		return s.aim(d.Clock.Now())
	})
}

// Pause stops it until somebody resumes it.
func (d *Desk) Pause(ctx context.Context, id string) (Schedule, error) {
	return d.change(ctx, id, func(s *Schedule) error {
		if s.State != Active {
			return conflict(fmt.Sprintf("it is %s", s.State))
		}
		s.State, s.NextAt = Paused, time.Time{}
		return nil
	})
}

// Resume lets it go on from now: what passed while it was paused was not missed.
func (d *Desk) Resume(ctx context.Context, id string) (Schedule, error) {
	return d.change(ctx, id, func(s *Schedule) error {
		if s.State != Paused {
			return conflict(fmt.Sprintf("it is %s", s.State))
		}
		s.State, s.Reason = Active, ""
		return s.aim(d.Clock.Now())
	})
}

func conflict(detail string) error {
	return errors.Join(notify.ErrConflict, notify.InvalidField("state", "wrong_state", detail))
}

func (d *Desk) change(ctx context.Context, id string, change func(s *Schedule) error) (Schedule, error) {
	s, err := d.Store.ChangeSchedule(ctx, id, func(s *Schedule) error {
		if err := change(s); err != nil {
			return err
		}
		s.Revision++
		s.UpdatedAt = d.Clock.Now()
		return nil
	})
	if err == nil {
		d.Tell(id)
	}
	return s, err
}

// Delete forgets a schedule. What it has caused stays.
func (d *Desk) Delete(ctx context.Context, id string) error {
	err := d.Store.DeleteSchedule(ctx, id)
	if err == nil {
		d.Tell(id)
	}
	return err
}

// Next returns its next times, as if it were not paused.
func (d *Desk) Next(ctx context.Context, id string, count int) ([]Moment, error) {
	s, err := d.Store.FindSchedule(ctx, id)
	if err != nil {
		return nil, err
	}
	if s.State == Ended {
		return []Moment{}, nil
	}
	if s.MaxFires > 0 {
		count = min(count, s.MaxFires-s.Fires)
	}
	times, err := s.times(s.Anchor)
	if err != nil {
		return nil, err
	}
	return s.moments(times, d.Clock.Now(), count), nil
}

// Preview says when something would happen; nothing is stored.
func (d *Desk) Preview(_ context.Context, p Plan, count int) ([]Moment, error) {
	p = settle(p)
	if err := checkTimes(p).Err(); err != nil {
		return nil, err
	}
	if p.MaxFires > 0 {
		count = min(count, p.MaxFires)
	}
	times, err := p.times(d.Clock.Now().Truncate(time.Second))
	if err != nil {
		return nil, err
	}
	return p.moments(times, d.Clock.Now(), count), nil
}
