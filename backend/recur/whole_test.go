package recur

import (
	"time"

	"github.com/teambition/rrule-go"
)

// newWhole works a rule from its beginning, in its own years.
func newWhole(o rrule.ROption) (func(after time.Time) time.Time, error) {
	r, err := rrule.NewRRule(o)
	if err != nil {
		return nil, err
	}
	return func(after time.Time) time.Time { return r.After(after, false) }, nil
}
