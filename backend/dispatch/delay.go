package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// delay parks a run until its time, or lets it pass when that has come.
func (d *Dispatcher) delay(ctx context.Context, p *passage, step *notify.Step, rest []notify.Step) error {
	zone := p.person.Timezone
	if zone == "" && d.Timezone != nil {
		var err error
		if zone, err = d.Timezone(ctx); err != nil {
			return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
	}
	at, err := dueAt(*step.Delay, p.now, p.vars)
	if err != nil {
		p.tell(notify.Decision{Step: "delay", Outcome: "pass", Detail: "No delay: " + err.Error() + ".", Rule: p.rule()})
		return nil //nolint:nilerr // a time that the event does not give is an answer about this run, kept with its reason
	}
	if w := step.Delay.Window; w != nil {
		at = Opening(*w, at, zone)
	}
	if !at.After(p.now) {
		p.tell(notify.Decision{Step: "delay", Outcome: "pass", Detail: "Its time has come already.", Rule: p.rule()})
		return nil
	}
	p.park(step, rest, at, "It waits for its time.")
	return nil
}

// dueAt is when a delay ends, before its window is asked.
func dueAt(delay notify.Delay, now time.Time, vars *Vars) (time.Time, error) {
	switch {
	case delay.Field != "":
		value, _ := lookup(delay.Field, vars)
		text, isText := value.(string)
		at, err := time.Parse(time.RFC3339, text)
		if !isText || err != nil {
			return at, fmt.Errorf("%s is not a time such as 2026-12-24T18:00:00Z", delay.Field)
		}
		return at.Add(seconds(delay.Seconds)), nil
	case !delay.Until.IsZero():
		return delay.Until, nil
	default:
		return now.Add(seconds(delay.Seconds)), nil
	}
}

// Opening is at when it lies within the window, and the next opening of it
// otherwise, by the clock on the wall: what opens or shuts in an hour that a
// change of clocks leaves out does so with the change, and of two equal times it
// opens at the first and shuts at the last.
func Opening(w notify.Window, at time.Time, zone string) time.Time {
	place, err := time.LoadLocation(cmp.Or(w.Timezone, zone))
	if err != nil {
		place = time.UTC
	}
	from, errFrom := time.Parse("15:04", w.From)
	to, errTo := time.Parse("15:04", w.To)
	if errFrom != nil || errTo != nil {
		return at
	}
	past := 0
	if !to.After(from) {
		past = 1
	}
	local := at.In(place)
	for day := -1; day <= 8; day++ {
		on := func(t time.Time, later int) time.Time {
			return time.Date(local.Year(), local.Month(), local.Day()+day+later, t.Hour(), t.Minute(), 0, 0, time.UTC)
		}
		if len(w.Days) > 0 && !slices.Contains(w.Days, notify.Weekdays[on(from, 0).Weekday()]) {
			continue
		}
		opens, closes := notify.OnWall(on(from, 0), place, false), notify.OnWall(on(to, past), place, true)
		switch {
		case opens.After(at) && closes.After(opens):
			return opens.UTC()
		case !opens.After(at) && at.Before(closes):
			return at
		}
	}
	return at
}
