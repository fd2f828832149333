package delivery

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// hooks is a sender whose addresses belong to many owners; those that are down
// fail.
type hooks struct {
	*vendor
	perSecond int
}

func (h *hooks) Place(to string) notify.Place { return notify.Place{Key: to, PerSecond: h.perSecond} }

func newHooks(down func(to string) notify.Outcome) *hooks {
	return &hooks{vendor: &vendor{answer: func(_ context.Context, m notify.Outbound) notify.Result {
		return notify.Result{Outcome: down(m.To), Code: "c", Detail: "d"}
	}}}
}

// hookHouse has n webhooks to each of the addresses.
func hookHouse(sender notify.Sender, n int, addresses ...string) (*house, [][]string) {
	h := newHouse(sender)
	ids := make([][]string, len(addresses))
	for i, address := range addresses {
		for j := range n {
			id := fmt.Sprintf("msg_%d_%02d", i, j)
			m := h.message(id)
			m.Channel, m.Address, m.Ambiguity = notify.Webhook, address, notify.Resend
			ids[i] = append(ids[i], id)
		}
	}
	return h, ids
}

func TestAnEndpointThatFailsRestsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	down := true
	sender := newHooks(func(to string) notify.Outcome {
		if to == "https://bad/" && down {
			return notify.Temporary
		}
		return notify.OK
	})
	h, ids := hookHouse(sender, 40, "https://bad/", "https://good/")
	for _, id := range ids[0] {
		require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, []string{id}))
	}
	require.Equal(t, placeRow, sender.count(), "after that many failures nobody calls")
	last := h.store.get(ids[0][39])
	require.Equal(t, notify.Queued, last.Status, "it is tried again by the table")
	require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, ids[1]))
	for _, id := range ids[1] {
		require.Equal(t, notify.Sent, h.store.get(id).Status, "the integration serves the others as before")
	}
	require.Equal(t, "closed", h.Health()[0].Breaker)

	down = false
	h.clock.move(placePause)
	require.NoError(t, h.pass(t, ids[0][39]))
	require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, ids[0][39:]))
	require.Equal(t, notify.Sent, h.store.get(ids[0][39]).Status, "one asks whether it is back")
}

func TestOneAsksWhetherAnEndpointIsBackAndThePauseGrows(t *testing.T) {
	t.Parallel()
	p, now := &places{}, noon
	for range placeRow {
		rests, wait := p.enter("k", now)
		require.Nil(t, rests)
		require.Zero(t, wait)
		p.leave("k", now, notify.Temporary)
	}
	for pause := placePause; pause < 20*placePauseMax; pause *= 2 {
		want := min(pause, placePauseMax)
		rests, _ := p.enter("k", now.Add(want-1))
		require.NotNil(t, rests)
		require.Equal(t, notify.Temporary, rests.Outcome)
		now = now.Add(want)
		rests, wait := p.enter("k", now)
		require.Nil(t, rests)
		require.Zero(t, wait)
		rests, _ = p.enter("k", now)
		require.NotNil(t, rests, "a second one does not ask")
		p.leave("k", now, notify.Ambiguous)
	}
	now = now.Add(placePauseMax)
	rests, _ := p.enter("k", now)
	require.Nil(t, rests)
	p.leave("k", now, notify.OK)
	rests, _ = p.enter("k", now)
	require.Nil(t, rests, "one success makes it whole")
}

func TestAnEndpointThatHangsLeavesTheOthersTheirPlaces(t *testing.T) {
	t.Parallel()
	p := &places{}
	for range placeCalls {
		rests, wait := p.enter("k", noon)
		require.Nil(t, rests)
		require.Zero(t, wait)
	}
	_, wait := p.enter("k", noon)
	require.Positive(t, wait)
	_, wait = p.enter("other", noon)
	require.Zero(t, wait)
	p.leave("k", noon, notify.OK)
	_, wait = p.enter("k", noon)
	require.Zero(t, wait)
}

func TestOnlyEndpointsThatNothingSpeaksAgainstAreForgotten(t *testing.T) {
	t.Parallel()
	p := &places{}
	for range placeRow {
		p.enter("bad", noon)
		p.leave("bad", noon, notify.Temporary)
	}
	for i := range placesMost + 5 {
		p.enter(fmt.Sprint(i), noon)
		p.leave(fmt.Sprint(i), noon, notify.OK)
	}
	require.LessOrEqual(t, len(p.byKey), placesMost)
	rests, _ := p.enter("bad", noon)
	require.NotNil(t, rests)
}

func TestAnEndpointsRatePutsTheRestInALineWithoutCostingATry(t *testing.T) {
	t.Parallel()
	sender := newHooks(func(string) notify.Outcome { return notify.OK })
	sender.perSecond = 10
	h, ids := hookHouse(sender, 5, "https://slow/")
	h.limiter.grant = 0
	require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, ids[0]))
	require.Zero(t, sender.count())
	due := map[time.Duration]bool{}
	for _, id := range ids[0] {
		m := h.store.get(id)
		require.Equal(t, notify.Queued, m.Status)
		require.Zero(t, m.Attempts)
		due[m.DueAt.Sub(noon)] = true
	}
	require.Len(t, due, 5, "each has its own time")
	require.True(t, due[100*time.Millisecond] && due[500*time.Millisecond])
	h.limiter.grant = 1
	h.clock.move(time.Second)
	require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, ids[0]))
	require.Equal(t, 5, sender.count())
	h.limiter.grant, h.limiter.err = 0, errAway
	require.Zero(t, h.tooFast(t.Context(), "k", 1), "Redis that blinks stops nothing")
}

func TestAnEndpointThatSaysItIsGoneIsGivenUpWhereItCanBeTakenBack(t *testing.T) {
	t.Parallel()
	h, ids := hookHouse(newHooks(func(string) notify.Outcome { return notify.InvalidRecipient }), 1, "https://gone/")
	require.NoError(t, h.Deliver(t.Context(), notify.Medium, notify.Webhook, ids[0]))
	require.Equal(t, []string{"https://gone/ msg_0_00"}, h.observer.gone)
	a := answered(notify.InvalidRecipient, "", 1)
	a.account.Sender = newHooks(nil)
	f := verdict(a, noon)
	require.Equal(t, []any{notify.Bounce, false}, []any{f.Suppress, f.InvalidAddress})
}

func TestWebhooksAreTriedByTheTableOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	for _, o := range []notify.Outcome{notify.Temporary, notify.Ambiguous, notify.RateLimited} {
		t.Run(string(o), func(t *testing.T) {
			t.Parallel()
			total := time.Duration(0)
			for try := 1; try <= len(webhookWaits); try++ {
				a := answered(o, notify.Resend, try)
				a.message.Channel, a.message.Deferrals = notify.Webhook, try-1
				f := verdict(a, noon)
				require.Equal(t, notify.Queued, f.Status, "try %d", try)
				wait := f.DueAt.Sub(noon)
				require.GreaterOrEqual(t, wait, webhookWaits[try-1])
				require.LessOrEqual(t, wait, webhookWaits[try-1]*6/5)
				total += webhookWaits[try-1]
			}
			require.Equal(t, 75*time.Hour+35*time.Minute+5*time.Second, total)
			a := answered(o, notify.Resend, len(webhookWaits)+1)
			a.message.Channel, a.message.Deferrals = notify.Webhook, len(webhookWaits)
			require.True(t, verdict(a, noon).Status.Dead())
		})
	}
	t.Run("who says until when is obeyed", func(t *testing.T) {
		t.Parallel()
		a := answered(notify.RateLimited, "", 1)
		a.message.Channel, a.message.Deferrals, a.result.RetryAfter = notify.Webhook, 20, 90*time.Second
		f := verdict(a, noon)
		require.Equal(t, []any{notify.Queued, 0}, []any{f.Status, f.Attempts}, "and it costs no try")
		require.GreaterOrEqual(t, f.DueAt.Sub(noon), 90*time.Second)
	})
}
