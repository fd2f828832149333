package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// clock stands until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// memory is a Store that keeps events in memory. gate, when set, is asked
// before each commit.
type memory struct {
	gate func(commit int)

	mu         sync.Mutex
	commits    [][]Entry
	first      map[string]Entry // by source and key
	recipients map[string]bool
	groups     map[string]bool
	lookups    [][]string
	saveErr    error
	missingErr error
}

func newMemory() *memory {
	return &memory{
		first:      map[string]Entry{},
		recipients: map[string]bool{"ada": true, "wei": true}, groups: map[string]bool{"ops": true},
	}
}

func (m *memory) SaveEvents(_ context.Context, entries []Entry, _ time.Time) ([]Saved, error) {
	m.mu.Lock()
	m.commits = append(m.commits, entries)
	n := len(m.commits)
	m.mu.Unlock()
	if m.gate != nil {
		m.gate(n)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.saveErr != nil {
		return nil, m.saveErr
	}
	for _, e := range entries {
		if e.Event.Actor == "poison" {
			return nil, errors.New("the database refuses this row")
		}
	}
	saved := make([]Saved, len(entries))
	for i, e := range entries {
		for _, r := range e.Upserts {
			m.recipients[r.ID] = true
		}
		key := e.Event.Source + "\x00" + e.Event.IdempotencyKey
		before, twice := m.first[key]
		twice = twice && e.Event.IdempotencyKey != ""
		if !twice {
			m.first[key], before = e, e
		}
		saved[i] = Saved{
			ID: before.Event.ID, TraceID: before.Event.TraceID, To: before.Event.To,
			Duplicate: twice, KeyReused: twice && before.Event.Fingerprint != e.Event.Fingerprint,
		}
	}
	return saved, nil
}

func (m *memory) Missing(_ context.Context, recipients, groups, segments []string) (Unknown, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lookups = append(m.lookups, append(append([]string{}, recipients...), groups...))
	unknown := Unknown{Recipients: map[string]bool{}, Groups: map[string]bool{}, Segments: map[string]bool{}}
	for _, key := range segments {
		unknown.Segments[key] = key != "loyal"
	}
	for _, id := range recipients {
		if !m.recipients[id] {
			unknown.Recipients[id] = true
		}
	}
	for _, key := range groups {
		if !m.groups[key] {
			unknown.Groups[key] = true
		}
	}
	return unknown, m.missingErr
}

func (m *memory) sizes() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []int
	for _, c := range m.commits {
		list = append(list, len(c))
	}
	return list
}

type catalog map[string][]notify.Workflow

func (c catalog) ForEvent(_ context.Context, eventType string) ([]notify.Workflow, error) {
	if eventType == "database.down" {
		return nil, errors.New("no connection")
	}
	return c[eventType], nil
}

// Stops knows one type that only ends runs.
func (c catalog) Stops(_ context.Context, eventType string) ([]notify.Workflow, error) {
	if eventType == "order.paid" {
		return c["order.shipped"], nil
	}
	return nil, nil
}

// checker refuses data {"bad":…} and the template "ghost".
type checker struct{}

func (checker) CheckData(_, data json.RawMessage) error {
	if bytes.Contains(data, []byte(`"bad"`)) {
		return notify.InvalidField("data.bad", "not_allowed", "is not in the schema")
	}
	return nil
}

func (checker) CheckDirect(_ context.Context, direct *notify.Direct, _ json.RawMessage) error {
	if direct.Template == "ghost" {
		return notify.InvalidField("template", "unknown_template", "no such template")
	}
	return nil
}

type lane struct {
	mu     sync.Mutex
	queued map[notify.Priority][]string
	// expected is what is on its way, noted is all that ever was.
	expected, noted []notify.Priority
	hold            chan struct{}
	err             error
}

func (q *lane) EnqueueDispatch(_ context.Context, p notify.Priority, ids []string) error {
	if q.hold != nil {
		<-q.hold
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return q.err
	}
	if q.queued == nil {
		q.queued = map[notify.Priority][]string{}
	}
	q.queued[p] = append(q.queued[p], ids...)
	return nil
}

func (q *lane) Expect(p notify.Priority) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.expected, q.noted = append(q.expected, p), append(q.noted, p)
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.expected = q.expected[1:]
	}
}

type house struct {
	store    *memory
	queue    *lane
	clock    *clock
	log      *bytes.Buffer
	acceptor *Acceptor
}

func newHouse() *house {
	h := &house{store: newMemory(), queue: &lane{}, clock: newClock(), log: &bytes.Buffer{}}
	h.acceptor = NewAcceptor(Deps{
		Store: h.store, Queue: h.queue, Clock: h.clock, Checker: checker{}, Log: slog.New(slog.NewTextHandler(h.log, nil)),
		Workflows: catalog{
			"order.shipped": {{Key: "a", Priority: notify.Low}, {Key: "b", Priority: notify.Medium}},
			"system.down":   {{Key: "c", Priority: notify.Low}, {Key: "d", Priority: notify.High}},
			"strict":        {{Key: "e", Priority: notify.Low, EventSchema: json.RawMessage(`{}`)}},
			"odd":           {{Key: "f"}},
		},
	})
	return h
}

// accept accepts and waits until everything was handed on.
func (h *house) accept(t *testing.T, requests ...Request) []Answer {
	answers := h.acceptor.Accept(t.Context(), requests)
	h.acceptor.Close()
	return answers
}

func to(ids ...string) []To {
	var list []To
	for _, id := range ids {
		list = append(list, To{ID: id})
	}
	return list
}

func TestAcceptSavesAndQueues(t *testing.T) {
	t.Parallel()
	h := newHouse()
	answers := h.accept(t, Request{Source: "shop", Type: "order.shipped", To: to("ada"), TraceID: "tr", Tenant: "acme"})
	require.NoError(t, answers[0].Err)
	require.True(t, notify.IsID(notify.EventID, answers[0].EventID))
	require.Equal(t, "tr", answers[0].TraceID)
	require.False(t, answers[0].Duplicate)
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[0].EventID}}, h.queue.queued)
	e := h.store.commits[0][0]
	require.Equal(t, notify.EventAccepted, e.Event.Status)
	require.Equal(t, "acme", e.Event.Tenant)
	require.JSONEq(t, `{}`, string(e.Event.Data), "an event without data has an empty object")
	require.Equal(t, h.clock.Now().Add(5*time.Second), e.LeaseUntil)
}

func TestAnEventThatOnlyEndsRunsIsTaken(t *testing.T) {
	t.Parallel()
	h := newHouse()
	answers := h.accept(t, Request{Source: "shop", Type: "order.paid", To: to("ada")})
	require.NoError(t, answers[0].Err)
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[0].EventID}}, h.queue.queued)
}

func TestAcceptAnswersWhatIsUnknown(t *testing.T) {
	t.Parallel()
	inline := &notify.Recipient{ID: "new"}
	for name, test := range map[string]struct {
		request Request
		want    []string
	}{
		"an unknown type":         {Request{Type: "ghost", To: to("ada")}, []string{"type unknown_type"}},
		"an unknown recipient":    {Request{Type: "order.shipped", To: to("ada", "ghost", "none")}, []string{"to[1] unknown_recipient", "to[2] unknown_recipient"}},
		"an unknown group":        {Request{Type: "order.shipped", To: []To{{Group: "ops"}, {Group: "ghosts"}}}, []string{"to[1].group unknown_group"}},
		"an unknown segment":      {Request{Type: "order.shipped", To: []To{{ID: "ada"}, {Segment: "beta"}}}, []string{"to[1].segment unknown_segment"}},
		"data against the schema": {Request{Type: "strict", To: to("ada"), Data: json.RawMessage(`{"bad":1}`)}, []string{"data.bad not_allowed"}},
		"an unknown template":     {Request{Type: DirectType, To: to("ada"), Direct: &notify.Direct{Template: "ghost"}}, []string{"template unknown_template"}},
		"a place counted as the caller wrote it, doubles included": {
			Request{Type: "order.shipped", To: to("ada", "ada", "ghost")}, []string{"to[2] unknown_recipient"}},
		"an unknown recipient beside one given inline": {
			Request{Type: "order.shipped", To: []To{{Inline: inline}, {ID: "new"}, {ID: "ghost"}}}, []string{"to[2] unknown_recipient"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			answers := h.accept(t, test.request)
			require.Equal(t, test.want, faults(t, answers[0].Err))
			require.Empty(t, answers[0].EventID)
			require.Empty(t, h.store.commits, "what is refused must not be stored")
			require.Empty(t, h.queue.queued)
		})
	}
}

func TestAcceptAnswersEachRequestByItself(t *testing.T) {
	t.Parallel()
	h := newHouse()
	answers := h.accept(t,
		Request{Type: "order.shipped", To: to("ada")}, Request{Type: "ghost", To: to("ada")},
		Request{Type: "order.shipped", To: to("ghost")}, Request{Type: "system.down", To: to("wei")})
	require.Equal(t, []notify.Priority{notify.High}, h.queue.noted, "the queue is told of the most urgent")
	require.Empty(t, h.queue.expected, "and that it came")
	require.NoError(t, answers[0].Err)
	require.Error(t, answers[1].Err)
	require.Error(t, answers[2].Err)
	require.NoError(t, answers[3].Err)
	require.Equal(t, []int{2}, h.store.sizes())
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[0].EventID}, notify.High: {answers[3].EventID}}, h.queue.queued)
}

func TestARowTheDatabaseRefusesDoesNotTakeItsNeighboursWithIt(t *testing.T) {
	t.Parallel()
	h := newHouse()
	answers := h.accept(t,
		Request{Type: "order.shipped", To: to("ada")},
		Request{Type: "order.shipped", To: to("ada"), Actor: "poison"},
		Request{Type: "order.shipped", To: to("wei")})
	require.NoError(t, answers[0].Err)
	require.ErrorContains(t, answers[1].Err, "refuses")
	require.NoError(t, answers[2].Err)
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[0].EventID, answers[2].EventID}}, h.queue.queued)
}

func TestPriorityOfTheQueue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request Request
		want    notify.Priority
	}{
		"the most urgent workflow decides":      {Request{Type: "system.down"}, notify.High},
		"the event's own priority wins":         {Request{Type: "system.down", Priority: notify.Low}, notify.Low},
		"a workflow without one is medium":      {Request{Type: "odd"}, notify.Medium},
		"a direct send is medium":               {Request{Type: DirectType, Direct: &notify.Direct{}}, notify.Medium},
		"a direct send's own priority is taken": {Request{Type: DirectType, Direct: &notify.Direct{}, Priority: notify.High}, notify.High},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			test.request.To = to("ada")
			answers := h.accept(t, test.request)
			require.NoError(t, answers[0].Err)
			require.Equal(t, map[notify.Priority][]string{test.want: {answers[0].EventID}}, h.queue.queued)
		})
	}
}

func TestDirectSendPromisesNotificationIDs(t *testing.T) {
	t.Parallel()
	h := newHouse()
	answers := h.accept(t, Request{Type: DirectType, Direct: &notify.Direct{}, To: []To{{ID: "ada"}, {Group: "ops"}, {Inline: &notify.Recipient{ID: "new"}}, {ID: "ada"}}})
	require.NoError(t, answers[0].Err)
	stored := h.store.commits[0][0].Event.To
	require.Len(t, stored, 3, "an entry named twice is kept once")
	require.Equal(t, []string{stored[0].NotificationID, stored[2].NotificationID}, answers[0].NotificationIDs)
	require.Empty(t, stored[1].NotificationID, "a group's members get theirs at dispatch")
	for _, id := range answers[0].NotificationIDs {
		require.True(t, notify.IsID(notify.NotificationID, id))
	}
}

func TestHeldEventsAreNotQueued(t *testing.T) {
	t.Parallel()
	h := newHouse()
	at := h.clock.Now().Add(time.Hour)
	answers := h.accept(t, Request{Type: "order.shipped", To: to("ada"), SendAt: at}, Request{Type: "order.shipped", To: to("ada"), SendAt: h.clock.Now()})
	require.NoError(t, answers[0].Err)
	require.Equal(t, notify.EventHeld, h.store.commits[0][0].Event.Status)
	require.Equal(t, at, h.store.commits[0][0].LeaseUntil, "the sweeper takes it at send_at")
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[1].EventID}}, h.queue.queued)
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	request := Request{Source: "shop", Type: DirectType, Direct: &notify.Direct{}, To: to("ada"), IdempotencyKey: "k", Fingerprint: "f", TraceID: "first"}
	other := request
	other.Fingerprint = "g"
	foreign := request
	foreign.Source = "bank"

	t.Run("a duplicate is answered with the first ids and not queued", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		first := h.accept(t, request)[0]
		again := request
		again.TraceID = "second"
		second := h.accept(t, again)[0]
		require.NoError(t, second.Err)
		require.True(t, second.Duplicate)
		require.Equal(t, first.EventID, second.EventID)
		require.Equal(t, "first", second.TraceID)
		require.Equal(t, first.NotificationIDs, second.NotificationIDs)
		require.Equal(t, map[notify.Priority][]string{notify.Medium: {first.EventID}}, h.queue.queued)
	})
	t.Run("a key reused with another body is refused and not queued", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		first := h.accept(t, request)[0]
		require.ErrorIs(t, h.accept(t, other)[0].Err, notify.ErrKeyReused)
		require.Equal(t, map[notify.Priority][]string{notify.Medium: {first.EventID}}, h.queue.queued)
	})
	t.Run("another source may use the same key", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		first := h.accept(t, request)[0]
		second := h.accept(t, foreign)[0]
		require.False(t, second.Duplicate)
		require.NotEqual(t, first.EventID, second.EventID)
	})
	t.Run("of twenty at once exactly one is first", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		answers := make([]Answer, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = h.acceptor.Accept(t.Context(), []Request{request})[0] })
		}
		all.Wait()
		h.acceptor.Close()
		fresh := 0
		for _, a := range answers {
			require.NoError(t, a.Err)
			require.Equal(t, answers[0].EventID, a.EventID)
			if !a.Duplicate {
				fresh++
			}
		}
		require.Equal(t, 1, fresh)
		require.Equal(t, map[notify.Priority][]string{notify.Medium: {answers[0].EventID}}, h.queue.queued)
	})
}

func TestStoreFailures(t *testing.T) {
	t.Parallel()
	unavailable := fmt.Errorf("disk full: %w", notify.ErrUnavailable)
	for name, test := range map[string]struct {
		fail func(*memory)
		typ  string
	}{
		"the commit fails":          {func(m *memory) { m.saveErr = unavailable }, "order.shipped"},
		"the commit takes too long": {func(m *memory) { m.saveErr = context.DeadlineExceeded }, "order.shipped"},
		"the look-up fails":         {func(m *memory) { m.missingErr = unavailable }, "order.shipped"},
		"the workflows are away":    {func(*memory) {}, "database.down"},
	} {
		t.Run(name+": every caller hears unavailable and nothing is queued", func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			test.fail(h.store)
			for _, a := range h.accept(t, Request{Type: test.typ, To: to("ada")}, Request{Type: test.typ, To: to("wei")}) {
				require.ErrorIs(t, a.Err, notify.ErrUnavailable)
				require.Empty(t, a.EventID)
			}
			require.Empty(t, h.queue.queued)
		})
	}
	t.Run("a request that was refused keeps its own answer", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		h.store.saveErr = unavailable
		answers := h.accept(t, Request{Type: "order.shipped", To: to("ghost")}, Request{Type: "order.shipped", To: to("wei")})
		require.Equal(t, []string{"to[0] unknown_recipient"}, faults(t, answers[0].Err))
		require.ErrorIs(t, answers[1].Err, notify.ErrUnavailable)
	})
}

func TestQueueFailureIsOnlyLogged(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.queue.err = errors.New("queue is away")
	answers := h.accept(t, Request{Type: "order.shipped", To: to("ada")})
	require.NoError(t, answers[0].Err, "the event is durable; the sweeper will queue it")
	require.Contains(t, h.log.String(), "queue is away")
}

func TestCloseWaitsForTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		h.queue.hold = make(chan struct{})
		answers := h.acceptor.Accept(t.Context(), []Request{{Type: "order.shipped", To: to("ada")}})
		require.NoError(t, answers[0].Err, "the answer does not wait for the queue")
		closed := make(chan struct{})
		go func() {
			h.acceptor.Close()
			close(closed)
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Fatal("closed while an event was on its way to the queue")
		default:
		}
		close(h.queue.hold)
		<-closed
		require.Equal(t, []string{answers[0].EventID}, h.queue.queued[notify.Medium])
	})
}

func TestNaturalBatching(t *testing.T) {
	t.Parallel()
	t.Run("an idle system commits a request at once and alone", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse()
			defer h.acceptor.Close()
			start := time.Now()
			for range 3 {
				require.NoError(t, h.acceptor.Accept(t.Context(), []Request{{Type: "order.shipped", To: to("ada")}})[0].Err)
			}
			require.Equal(t, []int{1, 1, 1}, h.store.sizes())
			require.Zero(t, time.Since(start), "nobody waits for company")
		})
	})
	t.Run("fifty requests that come during a commit share the next one", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse()
			defer h.acceptor.Close()
			release := make(chan struct{})
			h.store.gate = func(commit int) {
				if commit == 1 {
					<-release
				}
			}
			var all sync.WaitGroup
			accept := func() {
				require.NoError(t, h.acceptor.Accept(t.Context(), []Request{{Type: "order.shipped", To: to("ada")}})[0].Err)
			}
			all.Go(accept)
			synctest.Wait()
			for range 50 {
				all.Go(accept)
			}
			synctest.Wait()
			require.Equal(t, []int{1}, h.store.sizes())
			close(release)
			all.Wait()
			h.acceptor.Close()
			require.Equal(t, []int{1, 50}, h.store.sizes())
			require.Len(t, h.queue.queued[notify.Medium], 51)
		})
	})
	t.Run("a commit takes no more than its limit", func(t *testing.T) {
		t.Parallel()
		h := newHouse()
		requests := make([]Request, maxCommit+1)
		for i := range requests {
			requests[i] = Request{Type: "order.shipped", To: to("ada")}
		}
		for _, a := range h.accept(t, requests...) {
			require.NoError(t, a.Err)
		}
		require.Equal(t, []int{maxCommit, 1}, h.store.sizes())
	})
}

func TestKnownRecipientsAreNotLookedUpAgain(t *testing.T) {
	t.Parallel()
	h := newHouse()
	ada := Request{Type: "order.shipped", To: to("ada")}
	h.accept(t, ada, ada)
	require.Equal(t, [][]string{{"ada"}}, h.store.lookups, "one look-up serves the batch")
	h.accept(t, ada)
	require.Len(t, h.store.lookups, 1)
	h.clock.move(31 * time.Second)
	h.accept(t, ada)
	require.Len(t, h.store.lookups, 2, "what is known is forgotten in time")
	h.accept(t, Request{Type: "order.shipped", To: []To{{Inline: &notify.Recipient{ID: "new"}}}})
	h.accept(t, Request{Type: "order.shipped", To: to("new")})
	require.Len(t, h.store.lookups, 2, "one given inline is known")
	for range 2 {
		require.Error(t, h.accept(t, Request{Type: "order.shipped", To: to("ghost")})[0].Err, "an unknown one is never remembered as known")
	}

	set := newKnownSet(2, time.Minute, h.clock)
	set.addAll([]notify.Recipient{{ID: "a"}, {ID: "b"}, {ID: "c"}})
	require.LessOrEqual(t, len(set.until), 2, "the memory is bounded")
	require.True(t, set.has("c"))
}
