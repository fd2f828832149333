package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"clarion/backend/notify"
)

const (
	longestName = 255
	mostExcept  = 366
	mostFires   = 1_000_000_000
	mostTarget  = 64 << 10
	// latest keeps times within what any calendar of ours can count.
	latest = 9000
)

// check says what is wrong with a plan, the target included.
func (d *Desk) check(ctx context.Context, p Plan, anchor time.Time) error {
	faults := checkTimes(p)
	if n := utf8.RuneCountInString(p.Name); n == 0 || n > longestName {
		faults.Add("name", "out_of_range", fmt.Sprintf("must be 1 to %d characters", longestName))
	}
	if err := d.checkTarget(ctx, p, faults); err != nil {
		return err
	}
	d.checkPersonal(p, faults)
	if err := faults.Err(); err != nil {
		return err
	}
	times, err := p.times(anchor)
	if err != nil {
		return err
	}
	if p.personal() && tooOften(times, d.Clock.Now()) {
		return notify.InvalidField("rule", "too_often", fmt.Sprintf("each recipient's own clock causes at most %d a day", mostADay))
	}
	if _, ok := times.Next(d.Clock.Now()); !ok {
		return notify.InvalidField("rule", "never_fires", "names no time that is still to come")
	}
	return nil
}

// checkTimes says what is wrong with when it happens.
func checkTimes(p Plan) *notify.Invalid {
	faults := &notify.Invalid{}
	for _, f := range p.Rule.Faults() {
		faults.Add("rule."+f.Path, f.Code, f.Detail)
	}
	if p.personal() {
		checkWalls(p, faults)
	} else if !notify.ValidTimezone(p.Zone) {
		faults.Add("zone", "invalid_timezone", "must be a time zone name such as Europe/London, or recipient")
	}
	for _, end := range []struct {
		path string
		at   time.Time
	}{{"starts_at", p.StartsAt}, {"ends_at", p.EndsAt}} {
		if !end.at.IsZero() && (end.at.Year() < 1970 || end.at.Year() > latest) {
			faults.Add(end.path, "out_of_range", "is too far away")
		}
	}
	if !p.EndsAt.IsZero() && p.EndsAt.Before(p.StartsAt) {
		faults.Add("ends_at", "out_of_range", "must not be before starts_at")
	}
	if p.MaxFires < 0 || p.MaxFires > mostFires {
		faults.Add("max_fires", "out_of_range", fmt.Sprintf("must be 1 to %d", mostFires))
	}
	if len(p.Except) > mostExcept {
		faults.Add("except", "out_of_range", fmt.Sprintf("must be at most %d dates", mostExcept))
	}
	for i, date := range p.Except {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			faults.Add(fmt.Sprintf("except[%d]", i), "not_a_date", "must be a date such as 2030-12-24")
		}
	}
	if !slices.Contains(policies, p.Missed) {
		faults.Add("missed", "not_an_option", fmt.Sprintf("must be one of %v", policies))
	}
	return faults
}

// checkTarget adds what the target says is wrong with it.
func (d *Desk) checkTarget(ctx context.Context, p Plan, faults *notify.Invalid) error {
	if len(p.Target) > mostTarget {
		faults.Add("target", "too_long", fmt.Sprintf("must be at most %d bytes", mostTarget))
		return nil
	}
	target, ok := d.Targets[p.Kind()]
	if !ok {
		faults.Add("target.kind", "not_an_option", fmt.Sprintf("must be one of %v", d.kinds()))
		return nil
	}
	err := target.Check(ctx, p.Target)
	var invalid *notify.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	for _, f := range invalid.Fields {
		path := "target"
		if f.Path != "" {
			path += "." + f.Path
		}
		faults.Add(path, f.Code, f.Detail)
	}
	return nil
}
