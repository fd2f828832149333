package schedule

import (
	"context"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
	"clarion/backend/recur"
)

const (
	longestView = 62 * 24 * time.Hour
	// mostEntries and mostOfOne bound a calendar: what is planned every few seconds
	// is not shown one by one.
	mostEntries = 2000
	mostOfOne   = 200
	mostShown   = 1000
)

// Entry is one thing in the calendar.
type Entry struct {
	At time.Time `json:"at"`
	// Kind is schedule or broadcast, ID is that of the one of them.
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
	// Target is the kind of a schedule's target.
	Target string `json:"target,omitempty"`
	// Status is planned, or what became of it; of a broadcast its state.
	Status string `json:"status"`
	// Wall is what each recipient's own clock shows, where each goes by their own;
	// At is then when the first of them does.
	Wall string      `json:"wall,omitempty"`
	Note *recur.Note `json:"note,omitempty"`
}

// Calendar is what is planned within a time.
type Calendar struct {
	Entries []Entry `json:"entries"`
	// Truncated says that more is planned than is shown; Dense are the schedules of
	// which not every time is.
	Truncated bool     `json:"truncated"`
	Dense     []string `json:"dense"`
}

// Calendar returns what happens within a time: what has come as it became, what
// is to come as it is planned now.
func (d *Desk) Calendar(ctx context.Context, from, to time.Time) (Calendar, error) {
	if !to.After(from) || to.Sub(from) > longestView {
		return Calendar{}, notify.InvalidField("to", "out_of_range", "must be after from, by at most 62 days")
	}
	c := Calendar{Dense: []string{}}
	others, err := d.Others(ctx, from, to)
	if err != nil {
		return c, err
	}
	c.Entries = append([]Entry{}, others...)
	if err := d.happened(ctx, &c, from, to); err != nil {
		return c, err
	}
	if err := d.expected(ctx, &c, from, to); err != nil {
		return c, err
	}
	slices.SortFunc(c.Entries, func(a, b Entry) int {
		if n := a.At.Compare(b.At); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	if len(c.Entries) > mostEntries {
		c.Entries, c.Truncated = c.Entries[:mostEntries], true
	}
	return c, nil
}

// happened adds what has come.
func (d *Desk) happened(ctx context.Context, c *Calendar, from, to time.Time) error {
	list, err := d.Store.PlannedWithin(ctx, from, to, mostEntries+1)
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range list {
		ids = append(ids, p.ScheduleID)
	}
	names, err := d.Store.SchedulesByID(ctx, ids)
	if err != nil {
		return err
	}
	seen := map[string]int{}
	for _, p := range list {
		s := names[p.ScheduleID]
		if place, ok := seen[p.ScheduleID+p.Slot]; ok && p.Slot != "" {
			c.Entries[place].worse(p)
			continue
		}
		seen[p.ScheduleID+p.Slot] = len(c.Entries)
		c.Entries = append(c.Entries, Entry{
			At: p.PlannedAt, Kind: "schedule", ID: p.ScheduleID, Name: s.Name, Target: s.Kind(), Status: string(p.Status), Wall: p.Slot,
		})
	}
	return nil
}

// worse takes another part of the same wall into an entry: it began with the
// first, and went as the worst of them.
func (e *Entry) worse(p Planned) {
	if p.PlannedAt.Before(e.At) {
		e.At = p.PlannedAt
	}
	order := []string{string(Fired), string(Skipped), string(Due), string(Failed)}
	if slices.Index(order, string(p.Status)) > slices.Index(order, e.Status) {
		e.Status = string(p.Status)
	}
}

// expected adds what is to come.
func (d *Desk) expected(ctx context.Context, c *Calendar, from, to time.Time) error {
	list, err := d.Store.ActiveBefore(ctx, to, mostShown+1)
	if err != nil {
		return err
	}
	if len(list) > mostShown {
		list, c.Truncated = list[:mostShown], true
	}
	for _, s := range list {
		begin, end := s.NextAt, to
		if from.After(begin) {
			begin = from
		}
		if s.personal() { // its walls, of which some clock shows one within the time
			begin, end = begin.Add(-westmost), to.Add(eastmost)
		}
		moments, dense, err := s.upcoming(begin, end, mostOfOne)
		if err != nil {
			return err
		}
		if dense {
			c.Dense = append(c.Dense, s.ID)
		}
		for _, m := range moments {
			e := Entry{At: m.At, Kind: "schedule", ID: s.ID, Name: s.Name, Target: s.Kind(), Status: "planned", Note: m.Note}
			if s.personal() {
				e.At, e.Wall = m.At.Add(-eastmost), m.Local
				if c.underWay(e) {
					continue
				}
			}
			c.Entries = append(c.Entries, e)
		}
		if len(c.Entries) > 2*mostEntries {
			c.Truncated = true
			break
		}
	}
	return nil
}

// underWay reports whether a wall has come for some already, and marks that it
// is still to come for others.
func (c *Calendar) underWay(e Entry) bool {
	for i := range c.Entries {
		if began := &c.Entries[i]; began.ID == e.ID && began.Wall == e.Wall {
			if began.Status == string(Fired) {
				began.Status = string(Due)
			}
			return true
		}
	}
	return false
}
