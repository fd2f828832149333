package dispatch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// clock stands until it is moved, or moves a step with each tick.
type clock struct {
	at   time.Time
	step time.Duration
	mu   sync.Mutex
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(c.step)
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// memory is a Store over one list of events, people and groups.
type memory struct {
	events  map[string]*notify.Event
	people  map[string]Person
	groups  map[string][]string
	asked   [][]string
	batches []Batch
	lost    map[string]bool // events with which others are faster
	// saved is called after each save, with the mutex of what it changes held.
	saved func(m *memory)
	// read is called before each page of an audience is read.
	read func()
	mu   sync.Mutex

	acceptedErr, audienceErr, peopleErr, saveErr error
}

func (m *memory) Accepted(_ context.Context, ids []string, _ time.Time) ([]notify.Event, error) {
	m.asked = append(m.asked, ids)
	var list []notify.Event
	for _, id := range ids {
		if e := m.events[id]; e != nil && e.Status == notify.EventAccepted {
			list = append(list, *e)
		}
	}
	return list, m.acceptedErr
}

// Audience keeps groups and segments in one map: a segment's key is its own.
func (m *memory) Audience(_ context.Context, q AudienceQuery) ([]Selected, error) {
	if m.read != nil {
		m.read()
	}
	var list []Selected
	add := func(by string, ids []string) {
		for _, id := range ids {
			if id > q.After && !slices.ContainsFunc(list, func(s Selected) bool { return s.ID == id }) {
				list = append(list, Selected{ID: id, By: by})
			}
		}
	}
	add("", q.Recipients)
	for _, g := range q.Groups {
		add("group:"+g, m.groups[g])
	}
	for _, s := range q.Segments {
		add("segment:"+s, m.groups[s])
	}
	slices.SortFunc(list, func(a, b Selected) int { return strings.Compare(a.ID, b.ID) })
	return list[:min(len(list), q.Limit)], m.audienceErr
}

func (m *memory) People(_ context.Context, ids []string) ([]Person, error) {
	var list []Person
	for _, id := range ids {
		if p, ok := m.people[id]; ok {
			list = append(list, p)
		}
	}
	return list, m.peopleErr
}

func (m *memory) Save(_ context.Context, b Batch) ([]string, error) {
	if b.Behind != nil && !b.Behind() {
		return nil, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.saveErr != nil {
		return nil, m.saveErr
	}
	m.batches = append(m.batches, b)
	var saved []string
	for _, done := range b.Events {
		if e := m.events[done.ID]; !m.lost[done.ID] && e.Status == notify.EventAccepted && e.Cursor == done.From {
			e.Status, e.Cursor = done.Status, done.Cursor
			saved = append(saved, done.ID)
		}
	}
	if m.saved != nil {
		m.saved(m)
	}
	return saved, nil
}

type workflows struct {
	list, stops    []notify.Workflow
	categories     map[string]notify.Category
	err, othersErr error
}

func (w *workflows) ForEvent(context.Context, string) ([]notify.Workflow, error) {
	return w.list, w.err
}

func (w *workflows) Categories(context.Context) (map[string]notify.Category, error) {
	return w.categories, w.othersErr
}

func (w *workflows) Stops(context.Context, string) ([]notify.Workflow, error) { return w.stops, w.err }

func (w *workflows) Workflow(ctx context.Context, key string) (notify.Workflow, error) {
	return w.Pinned(ctx, key, 0)
}

func (w *workflows) Pinned(_ context.Context, key string, _ int) (notify.Workflow, error) {
	for _, each := range w.list {
		if each.Key == key {
			return each, w.err
		}
	}
	return notify.Workflow{}, notify.ErrNotFound
}

// templates renders the name of the template, or fails as its errs say.
type templates struct {
	errs     map[string]error
	asked    []RenderRequest
	together []DigestRequest
}

func (t *templates) Render(_ context.Context, r RenderRequest) (notify.Content, notify.TemplateRef, error) {
	t.asked = append(t.asked, r)
	if err := t.errs[r.Template]; err != nil {
		return notify.Content{}, notify.TemplateRef{}, err
	}
	return notify.Content{Text: "about " + r.Template}, notify.TemplateRef{Key: r.Template, Version: 3, Locale: "en"}, nil
}

// Together tells how many there are, and of how many it was told.
func (t *templates) Together(_ context.Context, r DigestRequest) (DigestWords, error) {
	t.together = append(t.together, r)
	if err := t.errs["together"]; err != nil {
		return DigestWords{}, err
	}
	return DigestWords{Content: notify.Content{Text: fmt.Sprintf("%d about %s", r.Digest.Total, r.Template)}, Detail: "Gathered."}, nil
}

// links gives a message links with its channel in them.
type links struct{}

func (links) Of(m notify.Message, c notify.Category) notify.Links {
	return notify.Links{Unsubscribe: "u/" + c.Key + "/" + string(m.Channel), Preferences: "p/" + string(m.Channel)}
}

type views struct{ eventErr, recipientErr error }

func (v *views) Event(e notify.Event) (Vars, error) {
	var data map[string]any
	if len(e.Data) > 0 {
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return Vars{}, err
		}
	}
	return Vars{Data: data, Event: map[string]any{"tenant": e.Tenant}}, v.eventErr
}

func (v *views) Digest(d Digest) (map[string]any, error) {
	items := make([]any, len(d.Items))
	for i, item := range d.Items {
		items[i] = item.Event.ID
	}
	return map[string]any{"total": d.Total, "items": items}, nil
}

func (v *views) Recipient(r notify.Recipient) (map[string]any, error) {
	return map[string]any{"id": r.ID, "locale": r.Locale}, v.recipientErr
}

// routes are the channels that have no integration, and the addresses none
// serves.
type routes struct {
	closed   map[notify.Channel]bool
	unserved map[string]bool
	err      error
}

func (r *routes) HasWay(_ context.Context, channel notify.Channel, _, address string) (bool, error) {
	return !r.closed[channel] && !r.unserved[address], r.err
}

// wishes refuse a channel that is switched off, unless they are told what to say.
type wishes struct {
	answer func(q notify.WishQuestion) notify.Wish
	asked  []notify.WishQuestion
	err    error
}

func (w *wishes) Wish(_ context.Context, q notify.WishQuestion) (notify.Wish, error) {
	w.asked = append(w.asked, q)
	if w.answer != nil {
		return w.answer(q), w.err
	}
	if on, said := q.Choices.Channels[q.Channel]; said && !on {
		return notify.Wish{Value: notify.Off, Refused: true, Detail: "off", Rule: "preference:channel"}, w.err
	}
	return notify.Wish{Value: notify.On, Detail: "The recipient wants it."}, w.err
}

type queued struct {
	priority notify.Priority
	channel  notify.Channel
	ids      []string
}

type queue struct {
	mu                sync.Mutex
	dispatch, deliver []queued
	err               error
}

func (q *queue) EnqueueDispatch(_ context.Context, p notify.Priority, ids []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.dispatch = append(q.dispatch, queued{priority: p, ids: ids})
	return q.err
}

func (q *queue) EnqueueDeliver(_ context.Context, p notify.Priority, channel notify.Channel, ids []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.deliver = append(q.deliver, queued{p, channel, ids})
	return q.err
}

// turns counts what was asked for, by priority.
type turns struct {
	mu                  sync.Mutex
	yields, taken, open map[notify.Priority]int
	// led is set when another audience goes first.
	led bool
}

func newTurns() *turns {
	return &turns{yields: map[notify.Priority]int{}, taken: map[notify.Priority]int{}, open: map[notify.Priority]int{}}
}

func (t *turns) Yield(p notify.Priority) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.yields[p]++
}

func (t *turns) Take(p notify.Priority) func() {
	t.taken[p]++
	t.open[p]++
	return func() { t.open[p]-- }
}

func (t *turns) Lead(p notify.Priority) (func(), bool) {
	if t.led {
		return nil, false
	}
	t.open[p]++
	return func() { t.open[p]-- }, true
}

// house is a dispatcher with everything around it.
type house struct {
	store     *memory
	workflows *workflows
	templates *templates
	views     *views
	routes    *routes
	wishes    *wishes
	queue     *queue
	turns     *turns
	clock     *clock
	log       *bytes.Buffer
	*Dispatcher
}

// newHouse has one workflow with one email step, one person, ada, and one event
// for her, evt.
func newHouse() *house {
	h := &house{
		store: &memory{
			events: map[string]*notify.Event{}, people: map[string]Person{}, groups: map[string][]string{}, lost: map[string]bool{},
		},
		workflows: &workflows{
			list:       []notify.Workflow{flow("shipped", notify.Email)},
			categories: map[string]notify.Category{"orders": {Key: "orders", Name: "Orders"}},
		},
		templates: &templates{errs: map[string]error{}}, views: &views{}, routes: &routes{closed: map[notify.Channel]bool{}}, wishes: &wishes{},
		queue: &queue{}, turns: newTurns(), clock: &clock{at: noon}, log: &bytes.Buffer{},
	}
	h.store.people["ada"] = ada()
	h.event("evt", "ada")
	h.Dispatcher = New(Deps{
		Links: links{},
		Store: h.store, Workflows: h.workflows, Templates: h.templates, Views: h.views, Wishes: h.wishes, Routes: h.routes, Queue: h.queue, Turns: h.turns,
		Clock: h.clock, Log: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	return h
}

// event stores an accepted event for the given recipients.
func (h *house) event(id string, recipients ...string) *notify.Event {
	e := &notify.Event{
		ID: id, Source: "shop", Type: "order.shipped", TraceID: "tr", Tenant: "acme", Data: json.RawMessage(`{"total":10}`),
		Status: notify.EventAccepted, CreatedAt: noon.Add(-time.Second),
	}
	for _, r := range recipients {
		e.To = append(e.To, notify.Target{Recipient: r})
	}
	h.store.events[id] = e
	return e
}

// dispatch dispatches evt and returns the only batch.
func (h *house) dispatch(t *testing.T) Batch {
	t.Helper()
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	require.Len(t, h.store.batches, 1)
	return h.store.batches[0]
}

// message dispatches evt and returns its only message and the decisions.
func (h *house) message(t *testing.T) (notify.Message, []notify.Decision) {
	t.Helper()
	b := h.dispatch(t)
	require.Len(t, b.Messages, 1)
	require.Len(t, b.Notifications, 1)
	return b.Messages[0], b.Notifications[0].Decisions
}

func flow(key string, channels ...notify.Channel) notify.Workflow {
	w := notify.Workflow{Key: key, Category: "orders", Priority: notify.Medium, Enabled: true, Version: 7}
	for _, c := range channels {
		w.Steps = append(w.Steps, notify.Step{Key: string(c), Kind: notify.StepChannel, Channel: c, Template: key})
	}
	return w
}

func ada() Person {
	return Person{Recipient: notify.Recipient{ID: "ada", Name: "Ada", Locale: "en", Addresses: []notify.Address{
		{Channel: notify.Email, Address: "ada@example.com"}, {Channel: notify.SMS, Address: "+447700900123"},
	}}}
}

func no() *bool { off := false; return &off }
