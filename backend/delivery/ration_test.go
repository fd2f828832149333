package delivery

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// bucket grants what is in it and says when there is more.
type bucket struct {
	tokens, asked int
	after         time.Duration
}

func (b *bucket) Lease(_ context.Context, _ string, _, want int) (int, time.Duration, error) {
	b.asked++
	granted := min(b.tokens, want)
	b.tokens -= granted
	return granted, b.after, nil
}

func (b *bucket) GiveBack(_ string, tokens int) { b.tokens += tokens }

func TestMessagesThatOthersHoldCostNoRate(t *testing.T) {
	t.Parallel()
	h := newHouse(says(notify.OK))
	b := &bucket{tokens: 10}
	h.Limiter = b
	h.accounts.list[0].PerSecond = 1000
	ids := h.messages(3)
	for range 2 { // the sweeper enqueues what waits long a second time
		require.NoError(t, h.deliver(t, ids...))
	}
	require.Equal(t, 7, b.tokens)
}

func TestWhileTheRateIsUsedUpChunksWaitInTheirLane(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := says(notify.OK)
		h := newHouse(v)
		b := &bucket{tokens: 70, after: 125 * time.Millisecond}
		h.Limiter = b
		h.accounts.list[0].PerSecond = 1000
		ids := h.messages(640)
		for part := 0; part < len(ids); part += claimSize {
			require.NoError(t, h.deliver(t, ids[part:part+claimSize]...))
		}
		require.Equal(t, 70, v.count())
		require.Equal(t, 2, b.asked, "who comes while the rate is used up asks nobody")
		require.Empty(t, h.queue.chunks(), "and does not go round through the queue")
		l := h.lanes.of(&h.accounts.list[0], notify.Medium)
		require.Zero(t, l.inside, "nor does it hold a worker")
		b.tokens = 125
		pass(125 * time.Millisecond)
		woken := h.queue.chunks()
		require.Len(t, woken, 2, "as many as the rate will allow")
		require.Equal(t, ids[70:128], woken[0].ids, "first those who were refused")
		for _, c := range woken {
			require.NoError(t, h.deliver(t, c.ids...))
		}
		require.Equal(t, 195, v.count())
	})
}

func TestARationedLaneGivesItsChunksAwayWhenTheVendorIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(says(notify.OK))
		l := h.lanes.of(&h.accounts.list[0], notify.Medium)
		require.True(t, l.enter(chunk{}))
		l.ration(chunk{}, time.Minute, func() {})
		require.False(t, l.enter(chunk{}), "nobody enters")
		for range breakerRow {
			done, err := l.breaker.Allow()
			require.NoError(t, err)
			done(errVendorDown)
		}
		require.Len(t, l.leave(noon), 2, "they look for another way")
	})
}
