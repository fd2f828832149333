package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"clarion/backend/notify"
)

// queueLease is how long a fresh event is left to the enqueue that follows its
// commit before the sweeper looks after it.
const queueLease = 5 * time.Second

// Workflows answers which workflows an event type starts.
type Workflows interface {
	ForEvent(ctx context.Context, eventType string) ([]notify.Workflow, error)
	// Stops returns the workflows whose runs an event type may end.
	Stops(ctx context.Context, eventType string) ([]notify.Workflow, error)
}

// Checker checks data against schemas.
type Checker interface {
	// CheckData returns a *notify.Invalid with paths below data.
	CheckData(schema, data json.RawMessage) error
	// CheckDirect checks a direct send: its template exists, has the channels
	// and takes the data; its category exists.
	CheckDirect(ctx context.Context, direct *notify.Direct, data json.RawMessage) error
}

// Queue takes accepted events on.
type Queue interface {
	EnqueueDispatch(ctx context.Context, p notify.Priority, ids []string) error
	// Expect says that work of a priority is on its way until end is called.
	Expect(p notify.Priority) (end func())
}

// Deps is what an Acceptor works with.
type Deps struct {
	Store     Store
	Workflows Workflows
	Checker   Checker
	Queue     Queue
	Clock     notify.Clock
	Log       *slog.Logger
}

// Acceptor accepts events.
type Acceptor struct {
	Deps
	batcher *batcher
	known   *knownSet
}

// NewAcceptor makes an Acceptor. Close it to wait for what is under way.
func NewAcceptor(d Deps) *Acceptor {
	a := &Acceptor{Deps: d, known: newKnownSet(100_000, 30*time.Second, d.Clock)}
	a.batcher = newBatcher(a)
	return a
}

// Close waits until everything accepted has been handed to the queue.
func (a *Acceptor) Close() { a.batcher.wait() }

// Accept checks and saves events. There is one answer per request, in order;
// an answer without Err means that the event is durable.
func (a *Acceptor) Accept(ctx context.Context, requests []Request) []Answer {
	answers := make([]Answer, len(requests))
	now := a.Clock.Now()
	tickets, highest := make([]*ticket, 0, len(requests)), notify.Low
	for i := range requests {
		entry, priority, err := a.prepare(ctx, &requests[i], now)
		if err != nil {
			answers[i].Err = err
			continue
		}
		if priority == notify.High {
			highest = notify.High
		}
		tickets = append(tickets, &ticket{request: &requests[i], entry: entry, priority: priority, place: i})
	}
	if len(tickets) == 0 {
		return answers
	}
	defer a.Queue.Expect(highest)()
	a.batcher.submit(tickets)
	for _, t := range tickets {
		answers[t.place] = t.answer
	}
	return answers
}

// prepare checks one request against what Clarion knows and makes its row.
func (a *Acceptor) prepare(ctx context.Context, r *Request, now time.Time) (Entry, notify.Priority, error) {
	priority, err := a.check(ctx, r)
	if err != nil {
		return Entry{}, "", err
	}
	targets, upserts := resolve(r)
	data := r.Data
	if data == nil {
		data = json.RawMessage(`{}`)
	}
	event := notify.Event{
		ID: notify.NewID(notify.EventID), Source: r.Source, Type: r.Type,
		IdempotencyKey: r.IdempotencyKey, Fingerprint: r.Fingerprint, To: targets, Data: data,
		Actor: r.Actor, Tenant: r.Tenant, Priority: r.Priority, SendAt: r.SendAt, ExpiresAt: r.ExpiresAt,
		CancelKey: r.CancelKey, Metadata: r.Metadata, TraceID: r.TraceID, Direct: r.Direct,
		Status: notify.EventAccepted, CreatedAt: now,
	}
	entry := Entry{Event: event, Upserts: upserts, LeaseUntil: now.Add(queueLease)}
	if r.SendAt.After(now) {
		entry.Event.Status, entry.LeaseUntil = notify.EventHeld, r.SendAt
	}
	return entry, priority, nil
}

// check answers whether the event can be worked with and how urgent it is.
func (a *Acceptor) check(ctx context.Context, r *Request) (notify.Priority, error) {
	priority := r.Priority
	if r.Direct != nil {
		if priority == "" {
			priority = notify.Medium
		}
		return priority, a.Checker.CheckDirect(ctx, r.Direct, r.Data)
	}
	workflows, err := a.Workflows.ForEvent(ctx, r.Type)
	if err != nil {
		return "", fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	if len(workflows) == 0 {
		stops, err := a.Workflows.Stops(ctx, r.Type)
		switch {
		case err != nil:
			return "", fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
		case len(stops) > 0:
			return cmp.Or(priority, notify.Medium), nil
		}
		return "", notify.InvalidField("type", "unknown_type", fmt.Sprintf("no workflow starts on %q", r.Type))
	}
	data := r.Data
	if data == nil {
		data = json.RawMessage(`{}`)
	}
	for _, w := range workflows {
		if len(w.EventSchema) > 0 {
			if err := a.Checker.CheckData(w.EventSchema, data); err != nil {
				return "", err
			}
		}
	}
	if priority == "" {
		priority = mostUrgent(workflows)
	}
	return priority, nil
}

func mostUrgent(workflows []notify.Workflow) notify.Priority {
	for _, p := range notify.Priorities {
		for _, w := range workflows {
			if w.Priority == p {
				return p
			}
		}
	}
	return notify.Medium
}

// resolve turns "to" into stored targets and the recipients to upsert. An entry
// named twice is kept once.
func resolve(r *Request) ([]notify.Target, []notify.Recipient) {
	targets := make([]notify.Target, 0, len(r.To))
	var upserts []notify.Recipient
	var seen map[notify.Target]bool
	if len(r.To) > 1 {
		seen = make(map[notify.Target]bool, len(r.To))
	}
	for _, to := range r.To {
		target := notify.Target{Recipient: to.ID, Group: to.Group, Segment: to.Segment}
		if to.Inline != nil {
			target.Recipient = to.Inline.ID
			upserts = append(upserts, *to.Inline)
		}
		if seen[target] {
			continue
		}
		if seen != nil {
			seen[target] = true
		}
		if r.Direct != nil && target.Recipient != "" {
			target.NotificationID = notify.NewID(notify.NotificationID)
		}
		targets = append(targets, target)
	}
	return targets, upserts
}
