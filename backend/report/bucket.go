package report

import "time"

// Bucket is a step of time.
type Bucket string

// The steps. Auto chooses one that fits the time asked for.
const (
	Auto   Bucket = "auto"
	Second Bucket = "second"
	Minute Bucket = "minute"
	Hour   Bucket = "hour"
	Day    Bucket = "day"
)

// Buckets are the steps that can be asked for.
var Buckets = []string{string(Auto), string(Second), string(Minute), string(Hour), string(Day)}

// maxBuckets is how many steps one answer has at most: a pixel or two for each.
const maxBuckets = 1500

// Width is how long a step is; a day's is what most days have.
func (b Bucket) Width() time.Duration {
	switch b {
	case Second:
		return time.Second
	case Minute:
		return time.Minute
	case Hour:
		return time.Hour
	}
	return 24 * time.Hour
}

// fitting is the narrowest step that leaves a curve readable.
func fitting(from, to time.Time) Bucket {
	switch span := to.Sub(from); {
	case span <= 5*time.Minute:
		return Second
	case span <= 6*time.Hour:
		return Minute
	case span <= 8*24*time.Hour:
		return Hour
	}
	return Day
}

// buckets is about how many steps the question needs, without making them.
func (q Question) buckets() int {
	return int((q.To.Sub(q.From) + q.Bucket.Width() - 1) / q.Bucket.Width())
}

// Stage is a stretch of time in which a zone keeps one offset to UTC.
type Stage struct {
	// Until is its end, in microseconds since 1970; zero for the last one.
	Until int64
	// Offset is what to add to UTC for the clock on the wall, in microseconds.
	Offset int64
}

// Stages are the offsets of the question's zone from its beginning to its end.
func (q Question) Stages() []Stage {
	var list []Stage
	at := q.From
	for {
		_, seconds := at.In(q.Zone).Zone()
		_, end := at.In(q.Zone).ZoneBounds()
		stage := Stage{Offset: int64(seconds) * 1_000_000}
		if end.IsZero() || !end.Before(q.To) {
			return append(list, stage)
		}
		stage.Until = end.UnixMicro()
		// A zone may have a bound at which only its name changes.
		if n := len(list); n > 0 && list[n-1].Offset == stage.Offset {
			list[n-1].Until = stage.Until
		} else {
			list = append(list, stage)
		}
		at = end
	}
}

const dayMicros = int64(24 * time.Hour / time.Microsecond)

// Key is what the stores name a bucket by: of days the number of the local day
// since 1970, of shorter steps their beginning in microseconds since 1970.
func (q Question) Key(at time.Time) int64 {
	_, seconds := at.In(q.Zone).Zone()
	offset := int64(seconds) * 1_000_000
	local := at.UnixMicro() + offset
	if q.Bucket == Day {
		return local / dayMicros
	}
	width := q.Bucket.Width().Microseconds()
	return local/width*width - offset
}

// Beginning is where the bucket of a key begins.
func (q Question) Beginning(key int64) time.Time {
	if q.Bucket != Day {
		return time.UnixMicro(key).UTC()
	}
	return q.midnight(key)
}

// midnight is the first moment of a local day. Where the clocks skip midnight,
// Date answers with the hour before the gap, which is still the day before.
func (q Question) midnight(day int64) time.Time {
	date := time.UnixMicro(day * dayMicros).UTC()
	at := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, q.Zone)
	if at.Day() != date.Day() {
		if _, end := at.ZoneBounds(); !end.IsZero() {
			at = end
		}
	}
	return at.UTC()
}

// after is where the bucket of a key ends.
func (q Question) after(key int64) time.Time {
	if q.Bucket == Day {
		return q.midnight(key + 1)
	}
	return q.Beginning(key).Add(q.Bucket.Width())
}

// Keys are all buckets of the question, in order.
func (q Question) Keys() []int64 {
	var list []int64
	for at := q.From; at.Before(q.To); {
		key := q.Key(at)
		if n := len(list); n == 0 || list[n-1] != key {
			list = append(list, key)
		}
		next := q.after(key)
		if !next.After(at) { // a bucket that the clocks put back into: leave it by its width
			next = at.Add(q.Bucket.Width())
		}
		at = next
	}
	return list
}

// Partial are the beginnings of those buckets of which the answer has only a
// part: the question begins or ends inside them, or they are not over yet.
func (q Question) Partial(now time.Time) []time.Time {
	list := []time.Time{}
	keys := q.Keys()
	for i, key := range keys {
		if i > 0 && i < len(keys)-1 && !q.after(key).After(now) {
			continue
		}
		begins, ends := q.Beginning(key), q.after(key)
		if begins.Before(q.From) || ends.After(q.To) || (ends.After(now) && !begins.After(now)) {
			list = append(list, begins)
		}
	}
	return list
}

// Previous is the same question of the time just before: as many local days
// where the time asked for is whole days, the same length where it is not.
func (q Question) Previous() Question {
	p := q
	p.Compare = false
	from, to := q.From.In(q.Zone), q.To.In(q.Zone)
	days := 0
	for at := from; at.Before(to); days++ {
		at = from.AddDate(0, 0, days+1)
	}
	if from.AddDate(0, 0, days).Equal(to) && clock(from) == clock(to) {
		p.From, p.To = from.AddDate(0, 0, -days).UTC(), q.From
		return p
	}
	p.From, p.To = q.From.Add(-q.To.Sub(q.From)), q.From
	return p
}

func clock(at time.Time) [3]int { return [3]int{at.Hour(), at.Minute(), at.Second()} }
