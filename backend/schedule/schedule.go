package schedule

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"clarion/backend/recur"
)

// State is where a schedule stands.
type State string

// The states. One has ended when its rule names no further time.
const (
	Active State = "active"
	Paused State = "paused"
	Ended  State = "ended"
)

// States is the closed list.
var States = []State{Active, Paused, Ended}

// Missed is what becomes of planned times that passed while nobody looked.
type Missed string

// The policies: they are left out, the last of them counts for all, or each is
// made up for.
const (
	Skip    Missed = "skip"
	RunOnce Missed = "once"
	CatchUp Missed = "catch_up"
)

var policies = []Missed{Skip, RunOnce, CatchUp}

// Plan is what people write of a schedule.
type Plan struct {
	Name string     `json:"name"`
	Rule recur.Rule `json:"rule"`
	// Zone is a time zone by name, or recipient: each goes by their own clock.
	Zone     string    `json:"zone"`
	StartsAt time.Time `json:"starts_at,omitzero"`
	EndsAt   time.Time `json:"ends_at,omitzero"`
	// MaxFires ends it after so many; zero does not.
	MaxFires int `json:"max_fires,omitempty"`
	// Except are dates in its zone on which nothing happens.
	Except []string `json:"except,omitempty"`
	Missed Missed   `json:"missed"`
	// Target is what is caused: its kind, and what a target of the kind needs.
	Target json.RawMessage `json:"target"`
}

// Schedule is one schedule.
type Schedule struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	Plan
	// Reason is why it does not go on, where nobody asked for it.
	Reason string `json:"reason,omitempty"`
	// Revision counts its edits.
	Revision int       `json:"revision"`
	NextAt   time.Time `json:"next_at,omitzero"`
	LastAt   time.Time `json:"last_at,omitzero"`
	// Fires is how many times something was caused, or is about to be.
	Fires     int       `json:"fires"`
	Source    string    `json:"source"`
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// AimedAt is since when its times count: when it was made, changed or resumed.
	AimedAt time.Time `json:"-"`
	// Anchor is what rules count from where StartsAt is not set.
	Anchor time.Time `json:"-"`
}

// Kind is the kind of its target.
func (p Plan) Kind() string { return KindOf(p.Target) }

// KindOf reads the kind of a target; empty when it has none.
func KindOf(target json.RawMessage) string {
	var t struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(target, &t) != nil {
		return ""
	}
	return t.Kind
}

// times are the moments of a plan, counted from anchor where it does not say
// when it begins.
func (p Plan) times(anchor time.Time) (*recur.Times, error) {
	name := p.Zone
	if p.personal() { // walls are written in UTC
		name = "UTC"
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("find the time zone %s: %w", p.Zone, err)
	}
	if p.Rule.Kind == recur.RRule {
		// A rule that says no time of day shall not happen at the one of its making.
		y, m, d := anchor.In(zone).Date()
		anchor = time.Date(y, m, d, 0, 0, 0, 0, zone)
	}
	if !p.StartsAt.IsZero() {
		anchor = p.StartsAt
	}
	return recur.New(p.Rule, recur.Frame{Zone: zone, Anchor: anchor, From: p.StartsAt, Until: p.EndsAt, Except: p.Except})
}

// Status is where a planned time stands.
type Status string

// The states of planned times.
const (
	Due     Status = "due"
	Fired   Status = "fired"
	Skipped Status = "skipped"
	Failed  Status = "failed"
)

// Planned is one planned time of a schedule, and what became of it.
type Planned struct {
	ID         string    `json:"id"`
	ScheduleID string    `json:"schedule_id"`
	PlannedAt  time.Time `json:"planned_at"`
	FiredAt    time.Time `json:"fired_at,omitzero"`
	Status     Status    `json:"status"`
	// Missed is for how many planned times one that is skipped stands.
	Missed int    `json:"missed,omitzero"`
	Reason string `json:"reason,omitempty"`
	// Ref is the id of what was caused.
	Ref   string `json:"ref,omitempty"`
	Tries int    `json:"tries"`
	// Slot is what each recipient's own clock shows, where that counts, and People
	// how many had it then. After is since when it counts.
	Slot   string    `json:"slot,omitempty"`
	People int       `json:"people,omitzero"`
	After  time.Time `json:"-"`
	// Taken says that it is written down who has it.
	Taken bool `json:"-"`
}

// Fire is one planned time on its way to its target.
type Fire struct {
	ScheduleID string
	Name       string
	// At is the planned time, which may have passed a while ago.
	At     time.Time
	Zone   string
	Target json.RawMessage
	// Key makes it the same again: what was caused by it before must not be
	// caused a second time.
	Key string
	// To are the recipients it is for now, where each goes by their own clock; else
	// the target says.
	To []string
	// Source and CreatedBy are the business system and the person behind it.
	Source, CreatedBy string
}

// Target causes what schedules of a kind are for.
type Target interface {
	// Check answers a *notify.Invalid, with paths below the target, when it cannot
	// be caused.
	Check(ctx context.Context, target json.RawMessage) error
	// Fire causes it, and returns the id of what was caused. Called again with the
	// same key it returns the same and causes nothing.
	Fire(ctx context.Context, f Fire) (ref string, err error)
}

func (s Schedule) fire(p Planned) Fire {
	return Fire{
		ScheduleID: s.ID, Name: s.Name, At: p.PlannedAt, Zone: s.Zone, Target: s.Target, Source: s.Source, CreatedBy: s.CreatedBy,
		Key: fmt.Sprintf("schedule:%s:%d", s.ID, p.PlannedAt.Unix()),
	}
}

// Filter picks schedules; empty fields do not filter.
type Filter struct {
	States []State
	Target string
	Q      string
	// Group and Segment are keys that the target names, itself or by the broadcast
	// that it repeats.
	Group   string
	Segment string
}

// Actor is who writes a schedule.
type Actor struct{ Name, Source string }

// Change is what is written anew of a schedule; nil is left as it is.
type Change struct {
	Name     *string          `json:"name"`
	Rule     *recur.Rule      `json:"rule"`
	Zone     *string          `json:"zone"`
	StartsAt *time.Time       `json:"starts_at"`
	EndsAt   *time.Time       `json:"ends_at"`
	MaxFires *int             `json:"max_fires"`
	Except   *[]string        `json:"except"`
	Missed   *Missed          `json:"missed"`
	Target   *json.RawMessage `json:"target"`
}

func (c Change) over(p Plan) Plan {
	p.Name, p.Rule, p.Zone = *cmp.Or(c.Name, &p.Name), *cmp.Or(c.Rule, &p.Rule), *cmp.Or(c.Zone, &p.Zone)
	p.StartsAt, p.EndsAt = *cmp.Or(c.StartsAt, &p.StartsAt), *cmp.Or(c.EndsAt, &p.EndsAt)
	p.MaxFires, p.Except = *cmp.Or(c.MaxFires, &p.MaxFires), *cmp.Or(c.Except, &p.Except)
	p.Missed, p.Target = *cmp.Or(c.Missed, &p.Missed), *cmp.Or(c.Target, &p.Target)
	return p
}
