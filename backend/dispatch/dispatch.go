package dispatch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"clarion/backend/killpoint"
	"clarion/backend/notify"
)

const (
	// pageSize is how many recipients of one event are decided in one go.
	pageSize = 500
	// queueLease is how long a fresh message is left to the enqueue that follows
	// its commit before the sweeper looks after it.
	queueLease = 5 * time.Second
	// bulkLease is the same for bulk, which waits its turn for longer: putting a
	// long backlog on the queue again and again would make it longer still. After
	// a restart, or when the queue lost its memory, all leases are ended anyway.
	bulkLease = 30 * time.Second
	// maxSave is about how many messages one transaction takes: an event more
	// may go over it, a chunk of large events is saved in parts.
	maxSave = 2000
)

// Workflows answers what an event type starts and which categories exist.
type Workflows interface {
	ForEvent(ctx context.Context, eventType string) ([]notify.Workflow, error)
	Categories(ctx context.Context) (map[string]notify.Category, error)
	// Stops returns the live workflows whose runs an event type may end.
	Stops(ctx context.Context, eventType string) ([]notify.Workflow, error)
	// Workflow returns the live version of a workflow.
	Workflow(ctx context.Context, key string) (notify.Workflow, error)
	// Pinned returns one version of a workflow, switched off when what is live
	// is, or when nothing is.
	Pinned(ctx context.Context, key string, version int) (notify.Workflow, error)
}

// Keys makes the keys of digests and throttles.
type Keys interface {
	Key(ctx context.Context, source string, vars *Vars) (string, error)
}

// Templates renders content.
type Templates interface {
	// Render returns notify.ErrNotFound when there is no such template, or none
	// for the channel; any other error means that it could not be rendered.
	Render(ctx context.Context, r RenderRequest) (notify.Content, notify.TemplateRef, error)
	// Together makes the words of a digest of messages.
	Together(ctx context.Context, r DigestRequest) (DigestWords, error)
}

// Vars is what templates and conditions can see, shared by all channels of one
// notification.
type Vars struct {
	Data      map[string]any
	Recipient map[string]any
	Event     map[string]any
	Actor     map[string]any
	// Digest is what was gathered, where a digest came before.
	Digest map[string]any
	// Kept is what those who show the event keep from one recipient to the next.
	Kept any
}

// Views shows events and recipients the way templates and conditions see them.
type Views interface {
	// Digest shows what was gathered.
	Digest(d Digest) (map[string]any, error)
	// Event fills everything of Vars but Recipient and Digest.
	Event(e notify.Event) (Vars, error)
	Recipient(r notify.Recipient) (map[string]any, error)
}

// Routes answers whether a message has an integration to go out by. One that
// Clarion paused counts: its messages are held until it is mended.
type Routes interface {
	HasWay(ctx context.Context, channel notify.Channel, category, address string) (bool, error)
}

// Links makes the links a message gives its person.
type Links interface {
	Of(m notify.Message, c notify.Category) notify.Links
}

// Queue takes messages and further pages on.
type Queue interface {
	EnqueueDispatch(ctx context.Context, p notify.Priority, ids []string) error
	EnqueueDeliver(ctx context.Context, p notify.Priority, channel notify.Channel, ids []string) error
}

// Deps is what a Dispatcher works with.
type Deps struct {
	Store     Store
	Runs      RunStore
	Leaves    LeaveStore
	Keys      Keys
	Workflows Workflows
	Templates Templates
	Links     Links
	Views     Views
	Wishes    Wishes
	Routes    Routes
	Sandboxes Sandboxes
	Queue     Queue
	Turns     Turns
	Clock     notify.Clock
	Log       *slog.Logger
	// Timezone is that of people who have said none; UTC when nil or empty.
	Timezone func(ctx context.Context) (string, error)
	Stopped  func(runs []string) // hears of the runs that events have ended; nil where nobody looks
}

// Dispatcher turns events into messages.
type Dispatcher struct {
	Deps
	steps []step
}

// New makes a Dispatcher.
func New(d Deps) *Dispatcher {
	dispatcher := &Dispatcher{Deps: d}
	dispatcher.steps = dispatcher.policy()
	return dispatcher
}

// Dispatch decides a chunk of events: who hears of each, on which channel, in
// which words. Should two do it at once, the second one's work is not stored.
func (d *Dispatcher) Dispatch(ctx context.Context, p notify.Priority, ids []string) error {
	for part := range slices.Chunk(ids, readSize(p)) {
		if err := d.dispatch(ctx, p, part); err != nil {
			return err
		}
	}
	return nil
}

func (d *Dispatcher) dispatch(ctx context.Context, p notify.Priority, ids []string) error {
	now := d.Clock.Now()
	jobs, err := d.load(ctx, p, ids)
	if err != nil {
		return err
	}
	batch := d.batch(now)
	var next []following
	for i, j := range jobs {
		if err := d.decideOne(ctx, j, &batch); err != nil {
			return err
		}
		if i < len(jobs)-1 && len(batch.Messages) < saveSize(p) {
			continue
		}
		list, err := d.save(ctx, p, batch)
		if err != nil {
			return err
		}
		batch, next = d.batch(now), append(next, list...)
	}
	return d.follow(ctx, next, jobs)
}

// load reads the events that are still to be dispatched and who they are for.
func (d *Dispatcher) load(ctx context.Context, p notify.Priority, ids []string) ([]*job, error) {
	defer d.Turns.Take(p)()
	events, err := d.Store.Accepted(ctx, ids, d.Clock.Now())
	if err != nil {
		return nil, fmt.Errorf("read %d events: %w", len(ids), err)
	}
	if len(events) == 0 {
		return nil, nil
	}
	return d.jobs(ctx, p, events)
}

func (d *Dispatcher) batch(now time.Time) Batch {
	return Batch{Now: now, LeaseUntil: now.Add(queueLease)}
}

// decideOne decides one event. A fault of that event alone ends it as failed,
// with the reason on record, and leaves the rest of the chunk alone; a fault of
// the house is returned, and the chunk is tried again later.
func (d *Dispatcher) decideOne(ctx context.Context, j *job, batch *Batch) error {
	defer d.Turns.Take(j.priority)()
	return d.judge(ctx, j, batch)
}

func (d *Dispatcher) judge(ctx context.Context, j *job, batch *Batch) error {
	before := *batch
	err := d.decide(ctx, j, batch)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("dispatch event %s: %w", j.event.ID, err)
	if errors.Is(err, notify.ErrUnavailable) || ctx.Err() != nil {
		return err
	}
	*batch = before
	batch.Events = append(batch.Events, EventDone{ID: j.event.ID, Status: notify.EventFailed, From: j.event.Cursor, Cursor: j.event.Cursor, Error: err.Error()})
	d.Log.Error("an event cannot be dispatched", "event", j.event.ID, "error", err)
	return nil
}

// save stores what was decided and hands it on. It returns the events that go on
// at once with their next page.
func (d *Dispatcher) save(ctx context.Context, p notify.Priority, batch Batch) ([]following, error) {
	if isBulk(batch.Messages) {
		batch.LeaseUntil = d.Clock.Now().Add(bulkLease)
	}
	batch.reach(killpoint.BeforePage)
	end := d.Turns.Take(p)
	saved, err := d.Store.Save(ctx, batch)
	end()
	if err != nil {
		return nil, fmt.Errorf("save %d messages of %d events: %w", len(batch.Messages), len(batch.Events), err)
	}
	batch.reach(killpoint.AfterPage)
	d.tellStopped(batch.Stops)
	return d.enqueue(ctx, batch, saved), nil
}

// reach tells the kill point when there is a page of a long audience in the batch.
func (b Batch) reach(point string) {
	if slices.ContainsFunc(b.Events, func(e EventDone) bool { return e.From != "" || e.Cursor != "" }) {
		killpoint.Reach(point)
	}
}

func isBulk(list []notify.Message) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(m notify.Message) bool { return m.Priority != notify.Low })
}

// job is one event with one page of its audience.
type job struct {
	priority notify.Priority
	event    notify.Event
	ids      []string
	more     bool
	people   map[string]Person
	merged   map[string]bool   // who was asked for by an id that leads to them
	targets  map[string]string // recipient → promised notification id
	by       map[string]string // recipient → what selected them, unless they are named
	// rows is what is said to some recipients alone.
	rows map[string]json.RawMessage
	// due is when the next page may be made, where there is a rate or a window.
	due time.Time
}

// jobs finds the page of each event's audience and loads the people of all
// pages at once.
func (d *Dispatcher) jobs(ctx context.Context, p notify.Priority, events []notify.Event) ([]*job, error) {
	jobs := make([]*job, 0, len(events))
	wanted := map[string]bool{}
	for _, event := range events {
		j, err := d.page(ctx, event)
		if err != nil {
			return nil, err
		}
		j.priority = p
		for _, id := range j.ids {
			wanted[id] = true
		}
		jobs = append(jobs, j)
	}
	ids := make([]string, 0, len(wanted))
	for id := range wanted {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	list, err := d.Store.People(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load %d recipients: %w", len(ids), err)
	}
	people := make(map[string]Person, len(list))
	for _, p := range list {
		people[cmp.Or(p.Asked, p.ID)] = p
	}
	for _, j := range jobs {
		j.people = people
	}
	return jobs, nil
}

// page returns the next recipients of an event. Only groups and segments need a
// query.
func (d *Dispatcher) page(ctx context.Context, event notify.Event) (*job, error) {
	j := &job{event: event, targets: map[string]string{}}
	for _, target := range event.To {
		if target.NotificationID != "" {
			j.targets[target.Recipient] = target.NotificationID
		}
	}
	q := audienceOf(event)
	if q.whole() && len(q.Recipients) <= pageSize {
		j.ids = q.Recipients
		return j, nil
	}
	q.Now, q.After, q.Limit = d.Clock.Now(), event.Cursor, pageSize
	if event.Direct != nil {
		if j.due = opening(event.Direct.Window, q.Now); j.due.After(q.Now) {
			j.more = true
			return j, nil
		}
		q.Limit, j.due = paced(event, q.Now)
	}
	page, err := d.Store.Audience(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("find the audience of event %s: %w", event.ID, err)
	}
	j.ids, j.by, j.rows = split(page)
	j.more = len(page) == q.Limit
	return j, nil
}

// enqueue hands saved messages on and returns the unfinished events. What fails
// here the sweeper finds in SQL, so it is logged and not returned: a retry of the
// whole chunk would find nothing left to dispatch.
func (d *Dispatcher) enqueue(ctx context.Context, batch Batch, saved []string) []following {
	ok := make(map[string]bool, len(saved))
	for _, id := range saved {
		ok[id] = true
	}
	urgency := map[string]notify.Priority{}
	for i := range batch.Messages {
		m := &batch.Messages[i]
		urgency[m.EventID] = moreUrgent(urgency[m.EventID], m.Priority)
	}
	d.enqueueMessages(ctx, batch.Messages, saved, func(m *notify.Message) string { return m.EventID })
	var next []following
	for _, done := range batch.Events {
		if done.Status != notify.EventAccepted || !ok[done.ID] || done.Due.After(d.Clock.Now()) && !done.Soon {
			continue // what is due later the sweeper finds in its time
		}
		next = append(next, following{priorityOr(urgency[done.ID], notify.Medium), done.ID, done.Cursor, done.Due})
	}
	return next
}

// enqueueMessages hands on the messages of what was saved: events, or runs.
func (d *Dispatcher) enqueueMessages(ctx context.Context, list []notify.Message, saved []string, of func(*notify.Message) string) {
	type lane struct {
		priority notify.Priority
		channel  notify.Channel
	}
	ok := make(map[string]bool, len(saved))
	for _, id := range saved {
		ok[id] = true
	}
	lanes := map[lane][]string{}
	for i := range list {
		if m := &list[i]; m.Status == notify.Queued && ok[of(m)] {
			key := lane{m.Priority, m.Channel}
			lanes[key] = append(lanes[key], m.ID)
		}
	}
	for key, ids := range lanes {
		if err := d.Queue.EnqueueDeliver(ctx, key.priority, key.channel, ids); err != nil {
			d.Log.Warn("enqueue messages; the sweeper will", "channel", key.channel, "messages", len(ids), "error", err)
		}
	}
}
