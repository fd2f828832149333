package integration

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
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

// Report is what one process says of the integrations that are not at their best.
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
	// Form is the part of its weight that the integration has now, 0 to 1: the
	// mean of the processes. EffectiveWeight is what that leaves.
	Form            float64 `json:"form"`
	EffectiveWeight float64 `json:"effective_weight"`
	// Hanging is in how many processes calls are under way and none was answered
	// for long.
	Hanging int `json:"hanging"`
	// RestsUntil is when there are calls of a day again; zero unless the day's are
	// spent.
	RestsUntil time.Time `json:"rests_until,omitzero"`

	restLimit int
}

// condition is how a process says that an integration fares. One that it does not
// name is at its best.
type condition struct {
	Breaker    string    `json:"breaker"`
	Form       float64   `json:"form"`
	Hangs      bool      `json:"hangs"`
	RestsUntil time.Time `json:"rests_until"`
	Limit      int       `json:"limit"`
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
		h.Pulses[i] = Pulse{Integration: each.ID, Outcomes: map[notify.Outcome]int{}, Breakers: []Breaker{}, Form: 1}
		place[each.ID] = &h.Pulses[i]
	}
	for _, call := range calls {
		if p := place[call.Integration]; p != nil {
			p.count(call)
		}
	}
	if err := take(reports, place); err != nil {
		return h, err
	}
	for i, each := range list {
		h.Pulses[i].weigh(each, now)
	}
	return h, nil
}

// weigh says what form leaves of the weight, and forgets a rest that is over or
// that another limit has ended.
func (p *Pulse) weigh(i notify.Integration, now time.Time) {
	p.EffectiveWeight = math.Round(p.Form*float64(max(i.Weight, 1))*100) / 100
	if !now.Before(p.RestsUntil) || p.restLimit != i.PerDay {
		p.RestsUntil = time.Time{}
	}
	p.restLimit = 0
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
		told := map[string]condition{}
		if r.Text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(r.Text), &told); err != nil {
			return fmt.Errorf("report of worker %s: %w", r.Worker, err)
		}
		for id, c := range told {
			if p := place[id]; p != nil {
				p.take(r.Worker, c, len(reports))
			}
		}
	}
	return nil
}

// take adds what one of so many workers says.
func (p *Pulse) take(worker string, c condition, workers int) {
	if c.Breaker != "" {
		p.Breakers = append(p.Breakers, Breaker{worker, c.Breaker})
	}
	p.Form -= (1 - c.Form) / float64(workers)
	if c.Hangs {
		p.Hanging++
	}
	if c.RestsUntil.After(p.RestsUntil) {
		p.RestsUntil, p.restLimit = c.RestsUntil, c.Limit
	}
}
