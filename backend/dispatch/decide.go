package dispatch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"clarion/backend/notify"
)

// decide runs the policy for every recipient of a job and adds the outcome to
// the batch: each recipient and channel ends as one message row, sent or
// skipped, and as one for each device where a channel reaches them all.
func (d *Dispatcher) decide(ctx context.Context, j *job, batch *Batch) error {
	workflows, err := d.workflows(ctx, j.event)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	categories, err := d.Workflows.Categories(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	view, err := d.Views.Event(j.event)
	if err != nil {
		return err
	}
	if err := d.stops(ctx, j, &view, batch); err != nil {
		return err
	}
	batch.expect(len(j.ids), workflows)
	for _, id := range j.ids {
		d.Turns.Yield(j.priority)
		person, found := j.people[id]
		if person.Asked != "" && j.reached(person) {
			continue
		}
		if !found {
			person = Person{Recipient: notify.Recipient{ID: id}}
		}
		vars, err := j.varsOf(id, view, d.Views)
		if err != nil {
			return err
		}
		if vars.Recipient, err = d.Views.Recipient(person.Recipient); err != nil {
			return err
		}
		for i := range workflows {
			run := &run{
				event: &j.event, workflow: &workflows[i], category: categories[workflows[i].Category],
				person: &person, found: found, vars: &vars, now: batch.Now, promised: j.targets[id], by: j.by[id],
			}
			if err := d.run(ctx, run, batch); err != nil {
				return err
			}
		}
	}
	done := EventDone{ID: j.event.ID, Status: notify.EventDispatched, From: j.event.Cursor}
	if j.more {
		done.Status, done.Cursor, done.Due = notify.EventAccepted, j.event.Cursor, j.due
		done.Soon = soon(j.due, batch.Now)
	}
	if j.more && len(j.ids) > 0 {
		done.Cursor = j.ids[len(j.ids)-1]
	}
	batch.Events = append(batch.Events, done)
	return nil
}

// expect makes room for the rows of so many people.
func (b *Batch) expect(people int, workflows []notify.Workflow) {
	lanes := 0
	for i := range workflows {
		lanes += len(workflows[i].Steps)
	}
	b.Notifications = slices.Grow(b.Notifications, people*len(workflows))
	b.Messages = slices.Grow(b.Messages, people*lanes)
}

// workflows returns what the event starts: the live workflows of its type, or
// the one that a direct send spells out.
func (d *Dispatcher) workflows(ctx context.Context, event notify.Event) ([]notify.Workflow, error) {
	if event.Direct == nil {
		return d.Workflows.ForEvent(ctx, event.Type)
	}
	return []notify.Workflow{Spelled(event)}, nil
}

// Spelled is the workflow that a direct send spells out.
func Spelled(event notify.Event) notify.Workflow {
	if event.Direct.Workflow != nil {
		return *event.Direct.Workflow
	}
	w := notify.Workflow{
		Key: event.Type, EventType: event.Type, Name: "Direct notification", Enabled: true,
		Category: event.Direct.Category, Priority: notify.Medium,
	}
	for _, channel := range event.Direct.Channels {
		w.Steps = append(w.Steps, notify.Step{
			Key: string(channel), Kind: notify.StepChannel, Channel: channel, Template: event.Direct.Template,
		})
	}
	return w
}

// run is one workflow for one recipient.
type run struct {
	event    *notify.Event
	workflow *notify.Workflow
	category notify.Category
	person   *Person
	found    bool
	vars     *Vars
	now      time.Time
	promised string
	// by is the group or segment that selected the person, unless they are named.
	by string
}

// lane is one channel step of a run on its way through the policy.
type lane struct {
	*run
	step    *notify.Step
	message notify.Message
	// wish is set once the preferences were asked.
	wish notify.Wish
	// usable are the addresses that may be used, best first.
	usable []string
	// full says that a throttle had no room for the run.
	full bool
}

// run walks the steps of a workflow, up to the first that waits.
func (d *Dispatcher) run(ctx context.Context, r *run, batch *Batch) error {
	notification := r.notification()
	p := &passage{run: r, notification: &notification, messages: batch.Messages}
	if r.workflow.OverTime() {
		p.sent = map[notify.Channel]Sent{}
	}
	if err := d.goOn(ctx, p, r.workflow.Steps); err != nil {
		return err
	}
	batch.Messages = p.messages
	if p.parked != nil {
		batch.Runs = append(batch.Runs, *p.parked)
	}
	batch.Notifications = append(batch.Notifications, notification)
	return nil
}

// notification is the row of a run before anything was decided.
func (r *run) notification() notify.Notification {
	id := r.promised
	if id == "" {
		id = notify.NewID(notify.NotificationID)
	}
	return notify.Notification{
		ID: id, EventID: r.event.ID,
		Recipient: notify.RecipientRef{ID: r.person.ID, Name: r.person.Name},
		Workflow:  r.workflow.Key, WorkflowVersion: r.workflow.Version, Category: r.workflow.Category,
		Priority: priorityOr(r.event.Priority, r.workflow.Priority), TraceID: r.event.TraceID, CreatedAt: r.now,
	}
}

// message is the row of a lane before anything was decided.
func (r *run) message(n notify.Notification, step *notify.Step) notify.Message {
	return notify.Message{
		ID: notify.NewID(notify.MessageID), NotificationID: n.ID, EventID: r.event.ID, TraceID: r.event.TraceID,
		Source: r.event.Source, Broadcast: r.event.Broadcast(), Tenant: r.event.Tenant, Recipient: n.Recipient, Channel: step.Channel,
		Workflow: r.workflow.Key, Category: r.workflow.Category, Priority: n.Priority, Critical: r.workflow.Critical,
		Status: notify.Queued, Ambiguity: ambiguity(step.Channel, r.category), CreatedAt: r.now, DueAt: r.now,
		ExpiresAt: r.expiry(),
	}
}

// expiry is the earlier of what the event and the workflow ask for.
func (r *run) expiry() time.Time {
	at := r.event.ExpiresAt
	if r.workflow.ExpiresAfterSeconds > 0 {
		from := r.event.CreatedAt
		if r.event.SendAt.After(from) {
			from = r.event.SendAt
		}
		limit := from.Add(time.Duration(r.workflow.ExpiresAfterSeconds) * time.Second)
		if at.IsZero() || limit.Before(at) {
			at = limit
		}
	}
	return at
}

func ambiguity(channel notify.Channel, category notify.Category) notify.AmbiguityPolicy {
	if category.Ambiguity != "" {
		return category.Ambiguity
	}
	info, _ := channel.Info()
	return info.Ambiguity
}
