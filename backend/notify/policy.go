package notify

import (
	"fmt"
	"maps"
	"slices"
)

// maxCap bounds a cap: more is no cap.
const maxCap = 10_000

// Check adds what is wrong with a cap.
func (c *Cap) Check(faults *Invalid, path string) {
	if c == nil {
		return
	}
	if c.Max < 1 || c.Max > maxCap {
		faults.Add(path+".max", "out_of_range", fmt.Sprintf("must be 1 to %d", maxCap))
	}
	if !slices.Contains(Periods, c.Per) {
		faults.Add(path+".per", "not_an_option", "must be hour, day or week")
	}
}

// Check adds what is wrong with a cadence.
func (c Cadence) Check(faults *Invalid, path string) {
	switch c {
	case "", Instant, Hourly, Daily, Weekly, Never:
	default:
		faults.Add(path, "not_an_option", "must be instant, hourly, daily, weekly or off")
	}
}

// Check adds what is wrong with the policy of a category.
func (p CategoryPolicy) Check(faults *Invalid) {
	switch p.QuietHours {
	case "", QuietHold, QuietDrop, QuietDigest, QuietPass:
	default:
		faults.Add("quiet_hours", "not_an_option", "must be hold, drop, digest or pass")
	}
	p.Cadence.Check(faults, "cadence")
	p.FrequencyCap.Check(faults, "frequency_cap")
	p.Defaults.Enabled.check(faults, "defaults.enabled")
	for _, channel := range slices.Sorted(maps.Keys(p.Defaults.Channels)) {
		path := "defaults.channels." + string(channel)
		if !channel.Known() {
			faults.Add(path, "unknown_channel", fmt.Sprintf("no channel %q", channel))
		}
		p.Defaults.Channels[channel].check(faults, path)
	}
}

func (s Setting) check(faults *Invalid, path string) {
	switch s {
	case "", On, Off, Required:
	default:
		faults.Add(path, "not_an_option", "must be on, off or required")
	}
}
