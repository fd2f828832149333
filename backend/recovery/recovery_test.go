package recovery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// clock stands until it is moved.
type clock struct{ at time.Time }

func (c *clock) Now() time.Time { return c.at }

// memory answers with the pages it was given and keeps what it was asked.
type memory struct {
	mu          sync.Mutex
	messages    []Due[MessageRef]
	events      []Due[EventRef]
	runs        []Due[EventRef]
	sagas       []Due[EventRef]
	interrupted [][]notify.Message
	buried      int
	sweeps      []Sweep
	silence     []time.Time
	leasesEnded int
	anyDue      AnyDue
	calls       []string
	errs        map[string]error
}

func (m *memory) called(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, name)
	return m.errs[name]
}

// fail makes one of the calls fail from now on.
func (m *memory) fail(name string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.errs[name] = err
}

// list is what was called so far.
func (m *memory) list() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.calls)
}

// book is a log that is read while it is written.
type book struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *book) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func next[T any](pages *[]T) (none T) {
	if len(*pages) == 0 {
		return none
	}
	page := (*pages)[0]
	*pages = (*pages)[1:]
	return page
}

func (m *memory) DueMessages(_ context.Context, q Sweep) (Due[MessageRef], error) {
	m.sweeps = append(m.sweeps, q)
	return next(&m.messages), m.called("DueMessages")
}

func (m *memory) DueEvents(_ context.Context, q Sweep) (Due[EventRef], error) {
	m.sweeps = append(m.sweeps, q)
	return next(&m.events), m.called("DueEvents")
}

func (m *memory) DueRuns(_ context.Context, q Sweep) (Due[EventRef], error) {
	m.sweeps = append(m.sweeps, q)
	return next(&m.runs), m.called("DueRuns")
}

func (m *memory) DueSagas(_ context.Context, q Sweep) (Due[EventRef], error) {
	m.sweeps = append(m.sweeps, q)
	return next(&m.sagas), m.called("DueSagas")
}

func (m *memory) AnyDue(context.Context, time.Time) (AnyDue, error) {
	m.mu.Lock()
	due := m.anyDue
	m.mu.Unlock()
	return due, m.called("AnyDue")
}

func (m *memory) due(w AnyDue) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.anyDue = w
}

func (m *memory) Interrupted(_ context.Context, silentSince time.Time, _ int) ([]notify.Message, error) {
	m.silence = append(m.silence, noon, silentSince)
	return next(&m.interrupted), m.called("Interrupted")
}

func (m *memory) Ping(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.errs["Ping"]
}

func (m *memory) Beat(_ context.Context, worker string, _ time.Time) error {
	return m.called("Beat " + worker)
}

func (m *memory) Forget(ctx context.Context, worker string) error {
	return errors.Join(ctx.Err(), m.called("Forget "+worker))
}

func (m *memory) Bury(_ context.Context, silentSince time.Time) (int, error) {
	m.silence = append(m.silence, noon, silentSince)
	return m.buried, m.called("Bury")
}

func (m *memory) EndLeases(context.Context, time.Time) error {
	m.leasesEnded++
	return m.called("EndLeases")
}

type queue struct {
	dispatch map[notify.Priority][]string
	resume   map[notify.Priority][]string
	sagas    map[notify.Priority][]string
	deliver  map[string][]string
	epoch    string
	err      error
}

func (q *queue) EnqueueDispatch(_ context.Context, p notify.Priority, ids []string) error {
	q.dispatch[p] = append(q.dispatch[p], ids...)
	return q.err
}

func (q *queue) EnqueueResume(_ context.Context, p notify.Priority, ids []string) error {
	if q.resume == nil {
		q.resume = map[notify.Priority][]string{}
	}
	q.resume[p] = append(q.resume[p], ids...)
	return q.err
}

func (q *queue) EnqueueSaga(_ context.Context, p notify.Priority, ids []string) error {
	if q.sagas == nil {
		q.sagas = map[notify.Priority][]string{}
	}
	q.sagas[p] = append(q.sagas[p], ids...)
	return q.err
}

func (q *queue) EnqueueDeliver(_ context.Context, p notify.Priority, channel notify.Channel, ids []string) error {
	key := fmt.Sprintf("%s %s", p, channel)
	q.deliver[key] = append(q.deliver[key], ids...)
	return q.err
}

func (q *queue) Epoch(context.Context) (string, error) { return q.epoch, q.err }

type settler struct {
	settled [][]notify.Message
	err     error
}

func (s *settler) SettleInterrupted(_ context.Context, list []notify.Message) error {
	s.settled = append(s.settled, list)
	return s.err
}

// CheckSilence has nothing to find.
func (s *settler) CheckSilence(context.Context) error { return nil }

// receipts keeps the first time it was asked about.
type receipts struct {
	once  sync.Once
	after time.Time
}

func (r *receipts) Unpark(_ context.Context, after time.Time) error {
	r.once.Do(func() { r.after = after })
	return nil
}

type house struct {
	store    *memory
	queue    *queue
	settler  *settler
	receipts *receipts
	log      *book
	*Sweeper
}

func newHouse() *house {
	h := &house{
		store: &memory{errs: map[string]error{}}, settler: &settler{}, receipts: &receipts{}, log: &book{},
		queue: &queue{dispatch: map[notify.Priority][]string{}, deliver: map[string][]string{}, epoch: "one"},
	}
	h.Sweeper = NewSweeper(Deps{
		Store: h.store, Queue: h.queue, Settler: h.settler, Receipts: h.receipts, Silence: h.settler, Clock: &clock{noon},
		Log: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	return h
}

var broken = errors.New("broken")

func TestDueMessagesAreQueuedByPriorityAndChannel(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.messages = []Due[MessageRef]{
		{Refs: []MessageRef{{"0", notify.Email, notify.Low}}, More: true},
		{Refs: []MessageRef{{"a", notify.Email, notify.Low}, {"b", notify.SMS, notify.Low}, {"c", notify.Email, notify.High}}},
	}
	require.NoError(t, h.SweepMessages(t.Context()))
	require.Equal(t, []string{"0", "a"}, h.queue.deliver["low email"], "a full look is followed by the next")
	require.Equal(t, []string{"b"}, h.queue.deliver["low sms"])
	require.Equal(t, []string{"c"}, h.queue.deliver["high email"])
	require.Equal(t, Sweep{Now: noon, Base: 5 * time.Second, Max: 5 * time.Minute, Limit: page}, h.store.sweeps[0])
	require.Len(t, h.store.sweeps, 2)
}

func TestDueEventsAreQueuedByPriority(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.events = []Due[EventRef]{{Refs: []EventRef{{"a", notify.High}, {"b", ""}}, More: true}, {Refs: []EventRef{{"c", notify.Medium}}}}
	require.NoError(t, h.SweepEvents(t.Context()))
	require.Equal(t, map[notify.Priority][]string{notify.High: {"a"}, notify.Medium: {"b", "c"}}, h.queue.dispatch)
}

func TestDueRunsAreQueuedByPriority(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.runs = []Due[EventRef]{{Refs: []EventRef{{"a", notify.High}}, More: true}, {Refs: []EventRef{{"b", notify.Low}}}}
	require.NoError(t, h.SweepRuns(t.Context()))
	require.Equal(t, map[notify.Priority][]string{notify.High: {"a"}, notify.Low: {"b"}}, h.queue.resume)
	h.store.fail("DueRuns", broken)
	require.ErrorIs(t, h.SweepRuns(t.Context()), broken)
}

func TestDueSagasAreQueuedByPriority(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.sagas = []Due[EventRef]{{Refs: []EventRef{{"a", notify.Medium}}, More: true}, {Refs: []EventRef{{"b", notify.Low}}}}
	require.NoError(t, h.SweepSagas(t.Context()))
	require.Equal(t, map[notify.Priority][]string{notify.Medium: {"a"}, notify.Low: {"b"}}, h.queue.sagas)
	h.store.fail("DueSagas", broken)
	require.ErrorIs(t, h.SweepSagas(t.Context()), broken)
}

func TestSweepErrorsAreReturned(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.messages, h.store.events = []Due[MessageRef]{{Refs: []MessageRef{{ID: "a"}}}}, []Due[EventRef]{{Refs: []EventRef{{ID: "b"}}}}
	h.queue.err = broken
	require.ErrorIs(t, h.SweepMessages(t.Context()), broken)
	require.ErrorIs(t, h.SweepEvents(t.Context()), broken)
	require.ErrorIs(t, h.WatchQueue(t.Context()), broken)
	h = newHouse()
	h.store.fail("DueMessages", broken)
	h.store.fail("DueEvents", broken)
	require.ErrorIs(t, h.SweepMessages(t.Context()), broken)
	require.ErrorIs(t, h.SweepEvents(t.Context()), broken)
}

func TestAQueueThatLostItsMemoryEndsTheLeases(t *testing.T) {
	t.Parallel()
	h := newHouse()
	require.NoError(t, h.WatchQueue(t.Context()))
	require.Equal(t, 1, h.store.leasesEnded, "at the start nobody knows what the queue still holds")
	require.Empty(t, h.log.String())
	require.NoError(t, h.WatchQueue(t.Context()))
	require.Equal(t, 1, h.store.leasesEnded, "the same epoch means nothing was lost")
	h.queue.epoch = "two"
	h.store.fail("EndLeases", broken)
	require.ErrorIs(t, h.WatchQueue(t.Context()), broken)
	h.store.fail("EndLeases", nil)
	require.NoError(t, h.WatchQueue(t.Context()))
	require.Equal(t, 3, h.store.leasesEnded, "what failed is tried again")
	require.Contains(t, h.log.String(), "lost its memory")
	require.NoError(t, h.WatchQueue(t.Context()))
	require.Equal(t, 3, h.store.leasesEnded)
	h.queue.err = broken
	require.ErrorIs(t, h.WatchQueue(t.Context()), broken)
	h.queue.err = nil
	require.NoError(t, h.WatchQueue(t.Context()))
	require.Equal(t, 4, h.store.leasesEnded, "while it was away nothing could be handed to it")
}

func TestTheClaimsOfDeadWorkersAreTakenBack(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.buried = 1
	h.store.interrupted = [][]notify.Message{make([]notify.Message, interruptedPage), {{ID: "m"}}}
	require.NoError(t, h.TakeBack(t.Context()))
	require.Len(t, h.settler.settled, 2, "a full page is followed by the next")
	require.Equal(t, "m", h.settler.settled[1][0].ID)
	for i := 0; i < len(h.store.silence); i += 2 {
		require.Equal(t, noon, h.store.silence[i])
		require.Equal(t, noon.Add(-silence), h.store.silence[i+1])
	}
	require.Equal(t, 1, h.store.leasesEnded, "what it took off the queue is put there again")
	require.Contains(t, h.log.String(), "workers=1")

	h = newHouse()
	require.NoError(t, h.TakeBack(t.Context()))
	require.Empty(t, h.settler.settled)
	require.Zero(t, h.store.leasesEnded)
	require.Empty(t, h.log.String(), "no death is no news")

	for _, name := range []string{"Interrupted", "Bury", "EndLeases"} {
		h = newHouse()
		h.store.buried = 1
		h.store.fail(name, broken)
		require.ErrorIs(t, h.TakeBack(t.Context()), broken)
	}
	h = newHouse()
	h.store.interrupted, h.settler.err = [][]notify.Message{{{ID: "m"}}}, broken
	require.ErrorIs(t, h.TakeBack(t.Context()), broken)
}

func TestAfterASilenceOfTheDatabaseTheLivingSpeakFirst(t *testing.T) {
	t.Parallel()
	h := newHouse()
	now := &clock{noon}
	h.Clock, h.store.buried = now, 1
	look := func(later time.Duration) int {
		now.at = now.at.Add(later)
		before := count(h.store.list(), "Bury")
		require.NoError(t, h.TakeBack(t.Context()))
		return count(h.store.list(), "Bury") - before
	}
	require.Equal(t, 1, look(0), "after a start the dead are looked for at once")
	require.Equal(t, 1, look(slowTick))
	require.Zero(t, look(time.Minute), "nobody could be heard for a minute")
	for range int(2*silence/slowTick) - 1 {
		require.Zero(t, look(slowTick))
	}
	require.Equal(t, 1, look(slowTick), "who is silent still is dead")

	h.store.fail("Ping", broken)
	require.ErrorIs(t, h.TakeBack(t.Context()), broken)
}

func TestMessagesWhoseClaimLapsedAreSettled(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.messages = []Due[MessageRef]{{Lapsed: []notify.Message{{ID: "m"}}}}
	require.NoError(t, h.SweepMessages(t.Context()))
	require.Equal(t, [][]notify.Message{{{ID: "m"}}}, h.settler.settled)
	require.Empty(t, h.queue.deliver)

	h = newHouse()
	h.store.messages, h.settler.err = []Due[MessageRef]{{Lapsed: []notify.Message{{ID: "m"}}}}, broken
	require.ErrorIs(t, h.SweepMessages(t.Context()), broken)
}

func TestTheSweeperRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		h.store.fail("DueMessages", broken)
		h.store.due(AnyDue{Messages: true, Events: true})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			h.Run(ctx)
			close(done)
		}()
		synctest.Wait()
		require.Equal(t, []string{"EndLeases", "Interrupted", "Bury"}, h.store.list(), "the dead are looked for at once")
		require.Equal(t, noon.Add(-time.Hour), h.receipts.after)

		pass(3*time.Second + time.Millisecond)
		require.Equal(t, 15, count(h.store.list(), "DueMessages"), "five times a second")
		require.Equal(t, 15, count(h.store.list(), "DueEvents"), "a fault of one sweep does not stop the other")
		require.Equal(t, 4, count(h.store.list(), "Interrupted"))
		require.Equal(t, 1, strings.Count(h.log.String(), "sweeper cannot sweep due messages"), "a fault is logged when it starts")
		h.store.fail("DueMessages", nil)
		pass(time.Second)
		require.Equal(t, 1, strings.Count(h.log.String(), "sweeper can sweep due messages again"), "and when it ends")
		h.store.fail("DueMessages", context.Canceled)
		pass(time.Second)
		require.Equal(t, 1, strings.Count(h.log.String(), "sweeper cannot"), "a stop is no fault")
		cancel()
		<-done
	})
}

func TestTheSweeperAsksOnceWhatIsDue(t *testing.T) {
	t.Parallel()
	sweeps := []string{"DueMessages", "DueEvents", "DueRuns", "DueSagas"}
	for name, c := range map[string]struct {
		due   AnyDue
		fails error
		want  []string
	}{
		"nothing":           {},
		"messages":          {due: AnyDue{Messages: true}, want: sweeps[:1]},
		"events":            {due: AnyDue{Events: true}, want: sweeps[1:2]},
		"runs and sagas":    {due: AnyDue{Runs: true, Sagas: true}, want: sweeps[2:]},
		"who knows":         {fails: broken, want: sweeps},
		"all, and then all": {due: AnyDue{true, true, true, true}, want: sweeps},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse()
			h.store.due(c.due)
			h.store.fail("AnyDue", c.fails)
			h.fast(t.Context())
			require.Equal(t, append([]string{"AnyDue"}, c.want...), h.store.list())
		})
	}
}

func TestASweepThatFailedIsDoneAgainThoughNothingSeemsDue(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.store.due(AnyDue{Runs: true})
	h.store.fail("DueRuns", broken)
	h.fast(t.Context())
	h.store.due(AnyDue{})
	h.store.fail("DueRuns", nil)
	h.fast(t.Context())
	h.fast(t.Context())
	require.Equal(t, []string{"AnyDue", "DueRuns", "AnyDue", "DueRuns", "AnyDue"}, h.store.list())
	require.Contains(t, h.log.String(), "sweeper can sweep due runs again")
}

func TestTheHeartBeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		heart := Heart{Deps: h.Deps, Worker: "w"}
		require.NoError(t, heart.Start(t.Context()))
		require.Equal(t, []string{"Beat w"}, h.store.list())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			heart.Run(ctx)
			close(done)
		}()
		pass(3*time.Second + time.Millisecond)
		require.Equal(t, 4, count(h.store.list(), "Beat w"))
		h.store.fail("Beat w", broken)
		pass(time.Second)
		require.Contains(t, h.log.String(), "heartbeat")
		require.ErrorIs(t, heart.Start(t.Context()), broken)
		cancel()
		<-done
		require.Equal(t, "Forget w", h.store.list()[len(h.store.list())-1], "a clean stop takes the worker off the list")
		require.NotContains(t, h.log.String(), "leave the list", "with a context that is still good")

		h.store.fail("Forget w", broken)
		heart.Run(ctx)
		require.Contains(t, h.log.String(), "leave the list")
	})
}

// pass lets time go by inside a synctest bubble, where it costs none.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func count(list []string, name string) int {
	n := 0
	for range list {
		i := slices.Index(list, name)
		if i < 0 {
			return n
		}
		n, list = n+1, list[i+1:]
	}
	return n
}
