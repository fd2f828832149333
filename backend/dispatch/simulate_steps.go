package dispatch

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"clarion/backend/notify"
)

// follow thinks every workflow through for every recipient of the page. What
// waits is taken to wait as long as it can: nobody reacts to anything, and
// nothing else comes that would be gathered or counted.
func (s *Simulator) follow(ctx context.Context, work *job, flows []notify.Workflow, out *Simulation) error {
	d := &Dispatcher{Deps: Deps{
		Workflows: s.Workflows, Keys: s.Keys, Templates: s.Templates, Views: s.Views, Wishes: s.Wishes, Routes: s.Routes, Clock: s.Clock,
		Timezone: s.Timezone, Turns: alone{}, Links: s.Links,
	}}
	d.steps = d.policy()
	categories, err := s.Workflows.Categories(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	view, err := s.Views.Event(work.event)
	if err != nil {
		return err
	}
	mind := &thought{Dispatcher: d, counts: map[notify.CapKey]int{}}
	for _, id := range work.ids {
		person, found := work.people[id]
		if !found {
			person = Person{Recipient: notify.Recipient{ID: id}}
		}
		vars, err := work.varsOf(id, view, s.Views)
		if err != nil {
			return err
		}
		if vars.Recipient, err = s.Views.Recipient(person.Recipient); err != nil {
			return err
		}
		shown := Simulated{Recipient: notify.RecipientRef{ID: person.ID, Name: person.Name}, Steps: []SimulatedStep{}}
		for i := range flows {
			theirs := vars
			r := &run{
				event: &work.event, workflow: &flows[i], category: categories[flows[i].Category], person: &person, found: found,
				vars: &theirs, now: out.At, by: work.by[id],
			}
			if err := s.think(ctx, mind, r, &shown); err != nil {
				return fmt.Errorf("recipient %s: %w", id, err)
			}
		}
		out.Recipients = append(out.Recipients, shown)
	}
	return nil
}

// thought is a dispatcher that stores nothing, and what it has counted so far.
type thought struct {
	*Dispatcher
	counts map[notify.CapKey]int
	// made are the messages that would have been queued so far: a cap that is
	// first met later counts them too.
	made []notify.Message
}

// think takes one run through its steps, moving its clock on where it waits.
func (s *Simulator) think(ctx context.Context, d *thought, r *run, shown *Simulated) error {
	n := r.notification()
	p := &passage{run: r, notification: &n, sent: map[notify.Channel]Sent{}}
	for rest := r.workflow.Steps; len(rest) > 0; {
		step, before := rest[0], len(p.messages)
		n.Decisions, p.parked = nil, nil
		var err error
		if rest, err = d.one(ctx, p, &step, rest[1:]); err != nil {
			return err
		}
		if len(p.messages) == before {
			if err := s.pass(p, step, shown); err != nil {
				return err
			}
			continue
		}
		batch := Batch{Now: p.now, Notifications: []notify.Notification{n}, Messages: p.messages[before:]}
		if err := s.holdAgainst(ctx, &batch, d); err != nil {
			return err
		}
		messages, addresses := together(batch.Messages)
		simulated, err := s.step(ctx, batch.Notifications[0], messages[0])
		if err != nil {
			return err
		}
		simulated.Step, simulated.Addresses = step.Key, addresses[0]
		shown.Steps = append(shown.Steps, simulated)
	}
	return nil
}

// holdAgainst counts as saving would, after all that was thought before.
func (s *Simulator) holdAgainst(ctx context.Context, batch *Batch, d *thought) error {
	keys := slices.DeleteFunc(batch.CapKeys(), func(key notify.CapKey) bool { _, counted := d.counts[key]; return counted })
	if len(keys) > 0 {
		found, err := s.Census.CapCounts(ctx, keys, batch.Now)
		if err != nil {
			return fmt.Errorf("count what %d recipients got: %w", len(keys), err)
		}
		for i := range d.made {
			CountFor(&d.made[i], found)
		}
		maps.Copy(d.counts, found)
	}
	batch.HoldAgainst(d.counts, func(string) bool { return false })
	for _, m := range batch.Messages {
		if m.Status == notify.Queued && !m.IsTest() {
			d.made = append(d.made, m)
		}
	}
	return nil
}

// pass shows a step over time and moves the clock to where it ends.
func (s *Simulator) pass(p *passage, step notify.Step, shown *Simulated) error {
	over := SimulatedStep{
		Kind: step.Kind, Workflow: p.workflow.Key, Version: p.workflow.Version, Step: step.Key, Priority: p.notification.Priority,
		Decisions: append([]notify.Decision{}, p.notification.Decisions...), Integrations: []Choice{}, Addresses: []string{},
	}
	if p.parked != nil {
		p.run.now = later(p.now, p.parked.ResumeAt)
		at := p.now
		over.SendAt = &at
	}
	shown.Steps = append(shown.Steps, over)
	if step.Kind != notify.StepDigest {
		return nil
	}
	var err error
	p.vars.Digest, err = s.Views.Digest(single(p.event))
	return err
}
