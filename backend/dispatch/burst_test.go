package dispatch

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// crowded is a house with one event to a group of so many.
func crowded(n int) *house {
	h := newHouse()
	h.store.groups["all"] = members(n)
	for _, id := range h.store.groups["all"] {
		h.store.people[id] = Person{Recipient: notify.Recipient{ID: id, Addresses: []notify.Address{{Channel: notify.Email, Address: id + "@example.com"}}}}
	}
	e := h.store.events["evt"]
	e.To, e.Priority = []notify.Target{{Group: "all"}, {Recipient: "member-0007"}}, notify.Low
	return h
}

// done are the pages that were saved, or tried to be.
func (h *house) done() []EventDone {
	var list []EventDone
	for _, b := range h.store.batches {
		list = append(list, b.Events...)
	}
	return list
}

// reached is how many messages each has.
func (h *house) reached() map[string]int {
	seen := map[string]int{}
	for _, b := range h.store.batches {
		for _, m := range b.Messages {
			seen[m.Recipient.ID]++
		}
	}
	return seen
}

func TestALongAudienceIsDispatchedPageByPageInOneGo(t *testing.T) {
	t.Parallel()
	h := crowded(1201)
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	require.Equal(t, []EventDone{
		{ID: "evt", Status: notify.EventAccepted, Cursor: "member-0499"},
		{ID: "evt", Status: notify.EventAccepted, From: "member-0499", Cursor: "member-0999", Unwatched: true},
		{ID: "evt", Status: notify.EventDispatched, From: "member-0999"},
	}, h.done(), "the first page is listed as open; who follows at once is not listed again")
	require.Empty(t, h.queue.dispatch)
	require.Zero(t, h.turns.open[notify.Low], "whoever goes first makes room again")
	seen := h.reached()
	require.Equal(t, 1201, len(seen)) //nolint:testifylint // a failure would print all of them
	for id, n := range seen {
		require.Equal(t, 1, n, id)
	}
	queuedIDs := 0
	for _, q := range h.queue.deliver {
		require.Equal(t, notify.Low, q.priority)
		queuedIDs += len(q.ids)
	}
	require.Equal(t, 1201, queuedIDs)
	for _, b := range h.store.batches {
		require.Equal(t, b.Now.Add(bulkLease), b.LeaseUntil)
	}
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	require.Equal(t, 3, len(h.store.batches), "a dispatched event has no further page") //nolint:testifylint // as above
}

func TestALongAudienceWaitsBehindWhatWasMadeOfItAndIsSeenMeanwhile(t *testing.T) {
	t.Parallel()
	h := crowded(9 * pageSize)
	h.clock.step = 1500 * time.Millisecond
	h.store.read = h.clock.tick // what happens between a page that was decided and the next
	require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
	require.Equal(t, notify.EventAccepted, h.store.events["evt"].Status)
	require.Equal(t, []queued{{priority: notify.Low, ids: []string{"evt"}}}, h.queue.dispatch)
	var unwatched []bool
	for _, page := range h.done() {
		unwatched = append(unwatched, page.Unwatched)
	}
	require.Equal(t, []bool{false, true, false, true, false, true, false}, unwatched,
		"a long one is listed every other second, and where it stops somebody looks after it")
	require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
	for id, n := range h.reached() {
		require.Equal(t, 1, n, id)
	}
}

func TestNoMoreIsMadeInOneGoThanIsSentWhileItIsLeftToTheQueue(t *testing.T) {
	t.Parallel()
	page := func() *Batch {
		return &Batch{Events: []EventDone{{Status: notify.EventAccepted}}, Messages: make([]notify.Message, pageSize)}
	}
	b := &burst{until: time.Now().Add(time.Hour)}
	for b.made < burstMost-pageSize {
		follows, late := b.prepare(page())
		require.True(t, follows)
		require.False(t, late)
	}
	_, late := b.prepare(page())
	require.True(t, late)
}

func TestAPageAfterOneThatWasNotSavedIsNotSavedEither(t *testing.T) {
	t.Parallel()
	t.Run("others were faster, or it was paused", func(t *testing.T) {
		t.Parallel()
		h := crowded(5 * pageSize)
		h.store.saved = func(m *memory) {
			if len(m.batches) == 2 {
				m.events["evt"].Status = notify.EventHeld
			}
		}
		require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
		require.Equal(t, "member-0999", h.store.events["evt"].Cursor)
		require.Equal(t, 3, len(h.store.batches)) //nolint:testifylint // a failure would print all of them
		require.Empty(t, h.queue.dispatch)
	})
	t.Run("the database is away", func(t *testing.T) {
		t.Parallel()
		h := crowded(5 * pageSize)
		h.store.saved = func(m *memory) { m.saveErr = errors.New("away") }
		require.ErrorContains(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}), "away")
		require.Equal(t, "member-0499", h.store.events["evt"].Cursor)
		h.store.saved, h.store.saveErr = nil, nil
		require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
		require.Equal(t, notify.EventDispatched, h.store.events["evt"].Status)
		for id, n := range h.reached() {
			require.Equal(t, 1, n, id)
		}
	})
}

func TestWhereAnotherGoesFirstTheNextPageIsQueued(t *testing.T) {
	t.Parallel()
	h := crowded(1201)
	h.turns.led = true
	for n := range 3 {
		require.NoError(t, h.Dispatch(t.Context(), notify.Low, []string{"evt"}))
		require.Equal(t, n+1, len(h.store.batches)) //nolint:testifylint // a failure would print all of them
	}
	require.Equal(t, []queued{{priority: notify.Low, ids: []string{"evt"}}, {priority: notify.Low, ids: []string{"evt"}}}, h.queue.dispatch)
	require.Equal(t, notify.EventDispatched, h.store.events["evt"].Status)
}

func TestAnAudienceThatFillsItsLastPageEnds(t *testing.T) {
	t.Parallel()
	h := crowded(pageSize)
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	require.Equal(t, notify.EventDispatched, h.store.events["evt"].Status)
	require.Equal(t, 2, len(h.store.batches)) //nolint:testifylint // a failure would print all of them
	require.Empty(t, h.store.batches[1].Messages)
}

func TestManyRecipientsNamedOneByOneArePagedToo(t *testing.T) {
	t.Parallel()
	h := newHouse()
	h.event("evt", members(pageSize+1)...)
	require.NoError(t, h.Dispatch(t.Context(), notify.Medium, []string{"evt"}))
	require.Equal(t, 1, len(h.store.batches[1].Messages)) //nolint:testifylint // a failure would print all of them
	require.Equal(t, notify.EventDispatched, h.store.events["evt"].Status)
}
