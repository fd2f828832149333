package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clarion/backend/notify"
)

// Resume goes on with a chunk of runs whose time has come: it asks the policy
// anew, as things are now. Should two do it at once, the second one's work is
// not stored.
func (d *Dispatcher) Resume(ctx context.Context, p notify.Priority, ids []string) error {
	defer d.Turns.Take(p)()
	digests, ids := apart(ids)
	if err := d.leave(ctx, p, digests); err != nil || len(ids) == 0 {
		return err
	}
	now := d.Clock.Now()
	parked, err := d.Runs.Parked(ctx, ids, now)
	if err != nil {
		return fmt.Errorf("read %d runs: %w", len(ids), err)
	}
	if len(parked) == 0 {
		return nil
	}
	people, err := d.peopleOf(ctx, parked)
	if err != nil {
		return err
	}
	categories, err := d.Workflows.Categories(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	batch := RunBatch{Now: now, LeaseUntil: now.Add(queueLease)}
	for i := range parked {
		d.Turns.Yield(p)
		person, found := people[parked[i].RecipientID]
		if !found {
			person = Person{Recipient: notify.Recipient{ID: parked[i].RecipientID}}
		}
		r := &run{event: &parked[i].Event, person: &person, found: found, now: now, promised: parked[i].ID}
		if err := d.resumeOne(ctx, r, parked[i], categories, &batch); err != nil {
			return err
		}
	}
	saved, err := d.Runs.SaveRuns(ctx, batch)
	if err != nil {
		return fmt.Errorf("save %d runs: %w", len(batch.Runs), err)
	}
	d.enqueueMessages(ctx, batch.Messages, saved, func(m *notify.Message) string { return m.NotificationID })
	return nil
}

func (d *Dispatcher) peopleOf(ctx context.Context, parked []Parked) (map[string]Person, error) {
	ids := make([]string, len(parked))
	for i := range parked {
		ids[i] = parked[i].RecipientID
	}
	list, err := d.Store.People(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load %d recipients: %w", len(ids), err)
	}
	people := make(map[string]Person, len(list))
	for _, p := range list {
		people[p.ID] = p
	}
	return people, nil
}

// resumeOne goes on with one run. A fault of that run alone ends it, with the
// reason on record; a fault of the house is returned, and the chunk is tried
// again later.
func (d *Dispatcher) resumeOne(ctx context.Context, r *run, parked Parked, categories map[string]notify.Category, batch *RunBatch) error {
	workflow, err := d.pinned(ctx, parked)
	if err != nil {
		return err
	}
	r.workflow, r.category = &workflow, categories[workflow.Category]
	p := &passage{
		run: r, notification: &parked.Notification, sent: parked.Sent, turn: parked.Turn + 1, digestID: parked.DigestID, full: parked.Full,
	}
	known := len(parked.Notification.Decisions)
	waits, err := d.resumed(ctx, p, parked)
	switch {
	case err != nil && (errors.Is(err, notify.ErrUnavailable) || ctx.Err() != nil):
		return fmt.Errorf("go on with run %s: %w", parked.ID, err)
	case err != nil:
		d.Log.Error("a run cannot go on", "run", parked.ID, "error", err)
		p.messages, p.parked = nil, nil
		p.tell(notify.Decision{Step: "resume", Outcome: "stop", Detail: "It cannot go on: " + err.Error(), Rule: p.rule()})
	case waits:
		batch.Runs = append(batch.Runs, RunDone{Next: parked.Run, Waits: true})
		return nil
	}
	next := parked.Run
	next.Status, next.Awaits = notify.RunDone, ""
	if p.parked != nil {
		next = *p.parked
	}
	next.Turn = parked.Turn
	done := RunDone{Next: next, Decisions: p.notification.Decisions[known:]}
	if parked.Kind == notify.StepDigest {
		done.Closed = parked.DigestID
	}
	batch.Runs, batch.Messages = append(batch.Runs, done), append(batch.Messages, p.messages...)
	return nil
}

// pinned is the workflow in the version with which the run began, switched off
// when it is now.
func (d *Dispatcher) pinned(ctx context.Context, parked Parked) (notify.Workflow, error) {
	if direct := parked.Event.Direct; direct != nil && direct.Workflow != nil {
		return *direct.Workflow, nil
	}
	w, err := d.Workflows.Pinned(ctx, parked.Workflow, parked.WorkflowVersion)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.Workflow{Key: parked.Workflow, Version: parked.WorkflowVersion}, nil
	}
	if err != nil {
		return w, fmt.Errorf("%w: workflow %s version %d: %w", notify.ErrUnavailable, parked.Workflow, parked.WorkflowVersion, err)
	}
	return w, nil
}

// resumed answers the step at which the run waited and walks on. It reports true
// when the run has to wait on.
func (d *Dispatcher) resumed(ctx context.Context, p *passage, parked Parked) (waits bool, err error) {
	vars, err := d.Views.Event(*p.event)
	if err != nil {
		return false, err
	}
	if vars.Recipient, err = d.Views.Recipient(p.person.Recipient); err != nil {
		return false, err
	}
	p.vars = &vars
	rest := stepsOf(p.workflow.Steps, parked.Rest)
	at, found := stepOf(p.workflow.Steps, parked.Step)
	if !found {
		return false, fmt.Errorf("the workflow has no step %s", parked.Step)
	}
	if err := d.giveDigest(ctx, p); err != nil {
		return false, err
	}
	switch parked.Kind {
	case notify.StepWait:
		stop, goOn := p.waited(at.Wait, parked)
		if stop {
			return false, nil
		}
		if !goOn {
			return true, nil
		}
	case notify.StepDigest:
		p.tell(notify.Decision{Step: "digest", Outcome: "pass", Detail: fmt.Sprintf("%v gathered.", p.vars.Digest["total"]), Rule: p.rule()})
	case notify.StepThrottle:
		detail := fmt.Sprintf("At most %d in %s.", at.Throttle.Limit, seconds(at.Throttle.Seconds))
		if p.full {
			p.tell(notify.Decision{Step: "throttle", Outcome: "stop", Detail: detail, Rule: p.rule()})
		} else {
			p.tell(notify.Decision{Step: "throttle", Outcome: "pass", Detail: detail, Rule: p.rule()})
		}
	}
	return false, d.goOn(ctx, p, rest)
}

// giveDigest shows templates and conditions what was gathered. What went through
// by itself, ahead of its window, is a digest of one.
func (d *Dispatcher) giveDigest(ctx context.Context, p *passage) error {
	i := slices.IndexFunc(p.workflow.Steps, func(s notify.Step) bool { return s.Kind == notify.StepDigest && s.Digest != nil })
	if i < 0 {
		return nil
	}
	digest := single(p.event)
	if p.digestID != "" {
		var err error
		if digest, err = d.Runs.Digest(ctx, p.digestID, cmp.Or(p.workflow.Steps[i].Digest.Keep, notify.DigestKeep)); err != nil {
			return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		}
	}
	var err error
	p.vars.Digest, err = d.Views.Digest(digest)
	return err
}

// single is a digest of one event.
func single(e *notify.Event) Digest {
	return Digest{Total: 1, First: e.CreatedAt, Last: e.CreatedAt, Items: []DigestItem{{At: e.CreatedAt, Event: *e}}}
}

func stepOf(steps []notify.Step, key string) (notify.Step, bool) {
	i := slices.IndexFunc(steps, func(s notify.Step) bool { return s.Key == key })
	if i < 0 {
		return notify.Step{}, false
	}
	return steps[i], true
}

func stepsOf(steps []notify.Step, keys []string) []notify.Step {
	var list []notify.Step
	for _, key := range keys {
		if step, found := stepOf(steps, key); found {
			list = append(list, step)
		}
	}
	return list
}
