package notify

import (
	"slices"
	"time"
)

// OnWall is the moment at which the clock on the wall of a zone shows what naive
// says in UTC. Of two such moments it is the first or the last as asked; where the
// clock jumps over the time it is the moment of the jump.
func OnWall(naive time.Time, zone *time.Location, last bool) time.Time {
	before, after := offsetAt(naive.Add(-24*time.Hour), zone), offsetAt(naive.Add(24*time.Hour), zone)
	var found []time.Time
	for _, offset := range []time.Duration{before, after} {
		if t := naive.Add(-offset); offsetAt(t, zone) == offset {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		jump, _ := naive.Add(-before).In(zone).ZoneBounds()
		return jump
	}
	slices.SortFunc(found, time.Time.Compare)
	if last {
		return found[len(found)-1]
	}
	return found[0]
}

func offsetAt(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}
