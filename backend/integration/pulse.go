package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/notify"
)

const (
	// pulseWindow is how far back the rate of errors looks, and pulseMost how
	// many calls it counts at most: the newest.
	pulseWindow = 15 * time.Minute
	pulseMost   = 20_000
	// silentAfter is when a process no longer counts as alive.
	silentAfter = 15 * time.Second
)

// Pulses is what telling how integrations fare needs of the database.
type Pulses interface {
	// Calls counts the newest calls made since, by integration and outcome, and
	// how many it looked at.
	Calls(ctx context.Context, since time.Time, most int) ([]Calls, int, error)
	// Reports are the words of the processes seen since.
	Reports(ctx context.Context, since time.Time) ([]Report, error)
}

// Calls is how many calls of one integration ended how.
type Calls struct {
	Integration string
	Outcome     notify.Outcome
	Count       int
}

// Report is what one process says of its breakers: those that are not closed.
type Report struct {
	Worker string
	Text   string
}

// Breaker is the state of one integration's breaker in one process.
type Breaker struct {
	Worker string `json:"worker"`
	State  string `json:"state"`
}

// Pulse is how one integration fared.
type Pulse struct {
	Integration string `json:"integration"`
	Calls       int    `json:"calls"`
	Errors      int    `json:"errors"`
	// Outcomes counts the calls by how they ended.
	Outcomes map[notify.Outcome]int `json:"outcomes"`
	// Breakers are those that are not closed.
	Breakers []Breaker `json:"breakers"`
}

// Health is how all integrations fared lately.
type Health struct {
	Since time.Time `json:"since"`
	// Capped is true when there were more calls than were counted.
	Capped bool `json:"capped"`
	// Workers is how many processes report.
	Workers int     `json:"workers"`
	Pulses  []Pulse `json:"pulses"`
}

// Health reckons it from the books and from what the processes report.
func (c *Catalog) Health(ctx context.Context) (Health, error) {
	now := c.Clock.Now()
	h := Health{Since: now.Add(-pulseWindow)}
	calls, seen, err := c.Pulses.Calls(ctx, h.Since, pulseMost)
	if err != nil {
		return h, fmt.Errorf("count calls by integration: %w", err)
	}
	reports, err := c.Pulses.Reports(ctx, now.Add(-silentAfter))
	if err != nil {
		return h, fmt.Errorf("load the reports of the workers: %w", err)
	}
	list, err := c.List(ctx)
	if err != nil {
		return h, err
	}
	h.Capped, h.Workers = seen >= pulseMost, len(reports)
	h.Pulses = make([]Pulse, len(list))
	place := map[string]*Pulse{}
	for i, each := range list {
		h.Pulses[i] = Pulse{Integration: each.ID, Outcomes: map[notify.Outcome]int{}, Breakers: []Breaker{}}
		place[each.ID] = &h.Pulses[i]
	}
	for _, call := range calls {
		if p := place[call.Integration]; p != nil {
			p.count(call)
		}
	}
	return h, take(reports, place)
}

func (p *Pulse) count(c Calls) {
	p.Calls += c.Count
	p.Outcomes[c.Outcome] += c.Count
	if c.Outcome != notify.OK {
		p.Errors += c.Count
	}
}

func take(reports []Report, place map[string]*Pulse) error {
	for _, r := range reports {
		states := map[string]string{}
		if r.Text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(r.Text), &states); err != nil {
			return fmt.Errorf("report of worker %s: %w", r.Worker, err)
		}
		for id, state := range states {
			if p := place[id]; p != nil {
				p.Breakers = append(p.Breakers, Breaker{r.Worker, state})
			}
		}
	}
	return nil
}
