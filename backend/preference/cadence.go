package preference

import (
	"cmp"
	"slices"
	"time"

	"clarion/backend/notify"
)

// When digests leave unless the house says otherwise.
const (
	usualDigestAt  = "09:00"
	usualDigestDay = "mon"
)

// gather answers in which digest a message waits: that of the cadence, or, where
// each would come at once, the one that quiet hours gather.
func (r *resolution) gather(cadence notify.Cadence, rule string, quiet *notify.WishQuiet) *notify.WishGather {
	g := &notify.WishGather{Cadence: cadence, Rule: rule}
	switch {
	case !r.Channel.Worded():
		return nil
	case cadence != notify.Instant:
		g.Until = r.leaves(cadence)
		who := "The category " + r.Category.Key + " is sent " + string(cadence) + "."
		if rule == "preference:cadence" {
			who = "The recipient wants the category " + r.Category.Key + " " + string(cadence) + "."
		}
		g.Detail = who + " It waits in the " + string(cadence) + " digest until " + clockIn(g.Until, r.zone()) + "."
	case quiet != nil && quiet.Policy == notify.QuietDigest:
		g.Cadence, g.Until, g.Rule = notify.OnWake, quiet.Until, quiet.Rule
		g.Detail = quiet.Detail + " It waits for them to end, in a digest of what comes meanwhile."
	default:
		return nil
	}
	return g
}

// leaves is when what comes now leaves: not within quiet hours, unless the category
// passes over them. A digest whose time came within quiet hours that still last
// has not left, and takes what comes meanwhile.
func (r *resolution) leaves(cadence notify.Cadence) time.Time {
	at := nextLeave(cadence, r.House, r.At, r.zone())
	if r.Category.QuietHours == notify.QuietPass {
		return at.UTC()
	}
	before := nextLeave(cadence, r.House, r.At.Add(-periods[cadence]), r.zone())
	for _, due := range []time.Time{before, at} {
		until, quiet := QuietUntil(r.Choices.QuietHours, r.zone(), due)
		if quiet && until.After(r.At) {
			return until.UTC()
		}
	}
	return at.UTC()
}

// periods are how long ago the last digest left, at most.
var periods = map[notify.Cadence]time.Duration{notify.Hourly: time.Hour, notify.Daily: 24 * time.Hour, notify.Weekly: 7 * 24 * time.Hour}

// nextLeave is the first full hour, or the first time of day, after a moment, by
// the clock on the wall. A time that the clock jumps over is that of the jump, and
// of two equal ones the first counts.
func nextLeave(cadence notify.Cadence, rules notify.HouseRules, at time.Time, zone *time.Location) time.Time {
	wall := at.In(zone)
	if cadence == notify.Hourly {
		gone := time.Duration(wall.Minute())*time.Minute + time.Duration(wall.Second())*time.Second + time.Duration(wall.Nanosecond())
		return at.Add(time.Hour - gone)
	}
	clock, err := clockTime(cmp.Or(rules.DigestAt, usualDigestAt))
	if err != nil {
		clock, _ = clockTime(usualDigestAt)
	}
	day := cmp.Or(rules.DigestDay, usualDigestDay)
	if !slices.Contains(weekdays, day) {
		day = usualDigestDay
	}
	for later := range 9 {
		date := time.Date(wall.Year(), wall.Month(), wall.Day()+later, 0, 0, 0, 0, time.UTC)
		if cadence == notify.Weekly && weekdays[date.Weekday()] != day {
			continue
		}
		if leaves := notify.OnWall(date.Add(clock), zone, false); leaves.After(at) {
			return leaves
		}
	}
	return at.AddDate(0, 0, 7)
}
