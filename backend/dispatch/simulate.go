package dispatch

import (
	"context"
	"fmt"
	"time"

	"clarion/backend/notify"
)

// maxSimulated is how many recipients a simulation shows.
const maxSimulated = 50

// Simulator thinks an event through to the words of every message, by the same
// steps as Dispatch, and leaves no trace: what it is given can only read.
type Simulator struct {
	Reader     Reader
	Census     Census
	Workflows  Workflows
	Keys       Keys
	Templates  Templates
	Links      Links
	Views      Views
	Wishes     Wishes
	Routes     Routes
	Candidates Candidates
	Clock      notify.Clock
	// Timezone is that of people who have said none; UTC when nil or empty.
	Timezone func(ctx context.Context) (string, error)
}

// Reader finds people.
type Reader interface {
	Audience(ctx context.Context, q AudienceQuery) ([]Selected, error)
	People(ctx context.Context, ids []string) ([]Person, error)
}

// Census answers what only a simulation asks.
type Census interface {
	// AudienceSize counts the distinct recipients of an audience.
	AudienceSize(ctx context.Context, q AudienceQuery) (int, error)
	// SuppressionsOf returns the suppressions of the given addresses, whoever
	// they belong to.
	SuppressionsOf(ctx context.Context, addresses []notify.Address) ([]notify.Suppression, error)
	// CapCounts counts what people got within the periods that end now.
	CapCounts(ctx context.Context, keys []notify.CapKey, now time.Time) (map[notify.CapKey]int, error)
}

// Candidates answers by which accounts a message would go out now.
type Candidates interface {
	Candidates(ctx context.Context, m *notify.Message) ([]notify.Account, error)
}

// Question is an event that is only thought through.
type Question struct {
	Event notify.Event
	// People are the recipients given inline: what is given stands before what
	// is stored.
	People []notify.Recipient
	// Workflows stand in for the live ones when there are any.
	Workflows []notify.Workflow
	// At is when the event comes; now when it is zero.
	At time.Time
}

// Simulation is what would happen.
type Simulation struct {
	At         time.Time   `json:"at"`
	Recipients []Simulated `json:"recipients"`
	// More counts the recipients that are not shown.
	More int `json:"more"`
}

// Simulated is what would happen to one recipient.
type Simulated struct {
	Recipient notify.RecipientRef `json:"recipient"`
	Steps     []SimulatedStep     `json:"steps"`
}

// SimulatedStep is one step of one workflow for one recipient. A step over time
// has no message: its SendAt is when the run would go on.
type SimulatedStep struct {
	Kind      notify.StepKind    `json:"kind"`
	Workflow  string             `json:"workflow"`
	Version   int                `json:"version"`
	Step      string             `json:"step"`
	Channel   notify.Channel     `json:"channel,omitempty"`
	Priority  notify.Priority    `json:"priority"`
	Status    notify.Status      `json:"status,omitempty"` // queued when it would be sent, held when later
	Reason    *notify.SkipReason `json:"skip_reason"`
	Decisions []notify.Decision  `json:"decisions"`
	Address   string             `json:"address"`
	// Addresses are all that it would go to, where a channel reaches every device.
	Addresses []string           `json:"addresses"`
	Template  notify.TemplateRef `json:"template"`
	Content   notify.Content     `json:"content"`
	SizeBytes int                `json:"size_bytes"`
	// Integrations share the message's traffic; empty when it would not be sent,
	// or when no vendor can be called just now.
	Integrations []Choice   `json:"integrations"`
	SendAt       *time.Time `json:"send_at"`
	ExpiresAt    *time.Time `json:"expires_at"`
}

// Choice is an integration and its share of the traffic in percent.
type Choice struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Sandbox  bool   `json:"sandbox"`
	Share    int    `json:"share"`
}

// Simulate answers what an event would do.
func (s *Simulator) Simulate(ctx context.Context, q Question) (Simulation, error) {
	if q.At.IsZero() {
		q.At = s.Clock.Now()
	}
	q.Event.CreatedAt = q.At
	q.At = later(q.At, q.Event.SendAt)
	flows := q.Workflows
	if len(flows) == 0 {
		var err error
		if flows, err = s.Workflows.ForEvent(ctx, q.Event.Type); err != nil {
			return Simulation{}, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
	}
	work, more, err := s.audience(ctx, q)
	if err != nil {
		return Simulation{}, err
	}
	out := Simulation{At: q.At, Recipients: make([]Simulated, 0, len(work.ids)), More: more}
	if err := s.follow(ctx, work, flows, &out); err != nil {
		return Simulation{}, fmt.Errorf("simulate an event of type %s: %w", q.Event.Type, err)
	}
	return out, nil
}

func (s *Simulator) step(ctx context.Context, n notify.Notification, m notify.Message) (SimulatedStep, error) {
	step := SimulatedStep{
		Kind: notify.StepChannel, Workflow: n.Workflow, Version: n.WorkflowVersion, Channel: m.Channel, Priority: m.Priority, Status: m.Status,
		Decisions: n.Decisions, Address: m.Address, Template: m.Template, Content: m.Content, SizeBytes: m.SizeBytes,
		Integrations: []Choice{},
	}
	if m.SkipReason != "" {
		step.Reason = &m.SkipReason
	}
	if !m.ExpiresAt.IsZero() {
		step.ExpiresAt = &m.ExpiresAt
	}
	switch m.Status {
	case notify.Queued, notify.Held:
		step.SendAt = &m.DueAt
	default:
		return step, nil
	}
	accounts, err := s.Candidates.Candidates(ctx, &m)
	if err != nil {
		return step, fmt.Errorf("find the integrations of %s: %w", m.Channel, err)
	}
	total := 0
	for _, a := range accounts {
		total += max(a.Weight, 1)
	}
	for _, a := range accounts {
		step.Integrations = append(step.Integrations, Choice{
			ID: a.ID, Name: a.Name, Provider: a.Provider, Sandbox: a.Sandbox, Share: 100 * max(a.Weight, 1) / total,
		})
	}
	return step, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// audience is the first page of the event's audience, with the inline people as
// they would be once stored, and how many more there are.
func (s *Simulator) audience(ctx context.Context, q Question) (*job, int, error) {
	wanted := audienceOf(q.Event)
	wanted.Now, wanted.Limit = q.At, maxSimulated
	total := len(wanted.Recipients)
	if !wanted.whole() {
		var err error
		if total, err = s.Census.AudienceSize(ctx, wanted); err != nil {
			return nil, 0, fmt.Errorf("count the audience: %w", err)
		}
	}
	page, err := s.Reader.Audience(ctx, wanted)
	if err != nil {
		return nil, 0, fmt.Errorf("find the audience: %w", err)
	}
	shown, by, rows := split(page)
	people, err := s.people(ctx, shown, q.People)
	if err != nil {
		return nil, 0, err
	}
	return &job{event: q.Event, ids: shown, people: people, by: by, rows: rows}, total - len(shown), nil
}
