package recur

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

var cronParser = cron.NewParser(cron.SecondOptional | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)

// everyValue is the bit by which the library marks a field that says "*".
const everyValue = 1 << 63

// searches is how often the library, which looks five years ahead, is asked
// before a rule counts as one that never comes.
const searches = 3

func parseCron(text string) (*cron.SpecSchedule, error) {
	if strings.Contains(text, "=") {
		return nil, errors.New("the time zone is a field of its own")
	}
	parsed, err := cronParser.Parse(text)
	if err != nil {
		return nil, err
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, errors.New("@every is a rule of kind every")
	}
	spec.Location = time.UTC
	return spec, nil
}

// cronWalls are the times of a cron expression, and whether it names every hour.
func cronWalls(text string) (walls, bool, error) {
	spec, err := parseCron(text)
	if err != nil {
		return nil, false, fmt.Errorf("read the cron expression: %w", err)
	}
	return func(after time.Time) (time.Time, bool) {
		for range searches {
			if next := spec.Next(after); !next.IsZero() {
				return next, true
			}
			after = after.AddDate(5, 0, 0)
		}
		return time.Time{}, false
	}, spec.Hour&everyValue != 0, nil
}
