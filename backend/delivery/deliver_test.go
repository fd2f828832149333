package delivery

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

func TestDeliverClaimsCallsAndRecords(t *testing.T) {
	t.Parallel()
	v := says(notify.OK)
	h := newHouse(v)
	m := h.message("m")
	m.ExpiresAt = noon.Add(time.Hour)
	require.NoError(t, h.deliver(t, "m", "ghost"))
	require.Equal(t, notify.Sent, h.store.get("m").Status)
	c := h.store.claims[0]
	require.Equal(t, []string{"m", "ghost"}, c.IDs)
	require.Len(t, c.AttemptIDs, 2)
	require.Equal(t, []any{"a", "wrk", noon, noon.Add(2 * time.Minute)}, []any{c.Integration, c.Worker, c.Now, c.LeaseUntil})
	require.Equal(t, []notify.Outbound{{
		MessageID: "m", AttemptID: c.AttemptIDs[0], TraceID: "tr", Channel: notify.Email, To: "ada@example.com", RecipientID: "ada", RecipientName: "Ada",
		Content: notify.Content{Subject: "S"}, Priority: notify.Medium, Category: "orders", Unsubscribe: "https://hub.test/u/m", ExpiresAt: noon.Add(time.Hour),
	}}, v.calls)
	require.Equal(t, []string{"m"}, h.observer.changed)
	require.Equal(t, []notify.Outcome{notify.OK}, h.observer.outcomes)
	require.Empty(t, h.queue.chunks())
	require.Equal(t, []int32{2, 1, 0}, []int32{h.turns.taken.Load(), h.turns.called.Load(), h.turns.open.Load()},
		"claim, call and result each wait their turn and give it back")
}

func TestOfTwentyWorkersOneSends(t *testing.T) {
	t.Parallel()
	v := says(notify.OK)
	h := newHouse(v)
	h.accounts.list[0].Concurrency = 32
	h.message("m")
	var all sync.WaitGroup
	var failed atomic.Int32
	for range 20 {
		all.Go(func() {
			if h.deliver(t, "m") != nil {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	require.Zero(t, failed.Load())
	require.LessOrEqual(t, v.count(), 1)
	for _, c := range h.queue.chunks() { // those that found the lane full
		require.NoError(t, h.deliver(t, c.ids...))
	}
	require.Equal(t, 1, v.count())
	require.Equal(t, notify.Sent, h.store.get("m").Status)
}

func TestClaimsAreNoLargerThanWhatIsOnTheWire(t *testing.T) {
	t.Parallel()
	v := says(notify.OK)
	h := newHouse(v)
	require.NoError(t, h.deliver(t, h.messages(150)...))
	require.Equal(t, 150, v.count())
	var sizes []int
	for _, c := range h.store.claims {
		sizes = append(sizes, len(c.IDs))
	}
	require.Equal(t, []int{64, 64, 22}, sizes)
}

func TestTheBulkheadBoundsCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		v := &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
			<-release
			return notify.Result{Outcome: notify.OK}
		}}
		h := newHouse(v)
		h.accounts.list[0].Concurrency = 3
		done := make(chan error)
		ids := h.messages(10)
		go func() { done <- h.deliver(t, ids...) }()
		synctest.Wait()
		require.Equal(t, 3, v.count())
		require.Equal(t, []Health{{"a", notify.Medium, "closed", 1, 3, 0}}, h.Health())
		close(release)
		require.NoError(t, <-done)
		require.Equal(t, 10, v.count())
	})
}

func TestErrorsBeforeTheCallAreReturned(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	v := says(notify.OK)
	h := newHouse(v)
	h.message("m")
	h.store.claimErr = broken
	require.ErrorIs(t, h.deliver(t, "m"), broken)
	h.accounts.err = broken
	require.ErrorIs(t, h.deliver(t, "m"), broken)
	require.Zero(t, v.count())
}

func TestResultsAreStored(t *testing.T) {
	t.Parallel()
	t.Run("although the task was cancelled during the call", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		h := newHouse(&vendor{answer: func(context.Context, notify.Outbound) notify.Result {
			cancel()
			return notify.Result{Outcome: notify.OK}
		}})
		h.message("m")
		require.NoError(t, h.Deliver(ctx, notify.Medium, notify.Email, []string{"m"}))
		require.Equal(t, notify.Sent, h.store.get("m").Status)
		require.False(t, h.store.ended, "the store must not be given a context that is done")
	})
	t.Run("once, when the database comes back", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(says(notify.OK))
			h.message("m")
			h.store.away = 5
			require.NoError(t, h.deliver(t, "m"))
			require.Len(t, h.store.finishes, 1)
			require.Equal(t, notify.Sent, h.store.get("m").Status)
		})
	})
	t.Run("but not for ever: a database that stays away is an error", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(says(notify.OK))
			h.message("m")
			h.store.away = 1 << 30
			start := time.Now()
			require.ErrorIs(t, h.deliver(t, "m"), notify.ErrUnavailable)
			require.InDelta(t, storeTimeout, time.Since(start), float64(3*time.Second))
			require.Empty(t, h.observer.changed)
		})
	})
	t.Run("a fault that will not pass is returned at once", func(t *testing.T) {
		t.Parallel()
		h := newHouse(says(notify.OK))
		h.message("m")
		h.store.finishErr = errors.New("broken")
		require.ErrorIs(t, h.deliver(t, "m"), h.store.finishErr)
	})
	t.Run("although the other accounts cannot be read", func(t *testing.T) {
		t.Parallel()
		h := newHouse(says(notify.Temporary))
		h.message("m")
		h.accounts.after, h.accounts.err = 1, errors.New("broken")
		require.NoError(t, h.deliver(t, "m"))
		require.Equal(t, [][]string{{"retry"}}, h.store.kinds())
		require.Contains(t, h.log.String(), "broken")
	})
}

func TestACallIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(&vendor{answer: func(ctx context.Context, _ notify.Outbound) notify.Result {
			<-ctx.Done()
			return notify.Result{Outcome: notify.Ambiguous}
		}})
		h.message("m")
		start := time.Now()
		require.NoError(t, h.deliver(t, "m"))
		require.Equal(t, callTimeout, time.Since(start))
		require.Equal(t, notify.Unknown, h.store.get("m").Status)
	})
}

func TestFailoverRoundTrip(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []notify.Outcome // of a, b, c
		order   string           // of the calls
		status  notify.Status
		events  [][]string
	}{
		"two accounts, the second takes it": {
			[]notify.Outcome{notify.Temporary, notify.OK}, "ab", notify.Sent, [][]string{{"failover"}, {"sent"}}},
		"a refused credential fails over as well": {
			[]notify.Outcome{notify.AuthConfig, notify.OK}, "ab", notify.Sent, [][]string{{"failover"}, {"sent"}}},
		"three accounts, the third takes it": {
			[]notify.Outcome{notify.Temporary, notify.AuthConfig, notify.OK}, "abc", notify.Sent, [][]string{{"failover"}, {"failover"}, {"sent"}}},
		"two accounts that refuse the credential end it": {
			[]notify.Outcome{notify.AuthConfig, notify.AuthConfig}, "ab", notify.Failed, [][]string{{"failover"}, {"failed"}}},
		"content that is refused does not fail over": {
			[]notify.Outcome{notify.ContentRejected, notify.OK}, "a", notify.Failed, [][]string{{"failed"}}},
		"an ambiguous answer does not fail over": {
			[]notify.Outcome{notify.Ambiguous, notify.OK}, "a", notify.Unknown, [][]string{{"unknown"}}},
		"two accounts that are down: each once in a round, ten tries in all": {
			[]notify.Outcome{notify.Temporary, notify.Temporary}, "ababababab", notify.Failed, nil},
		"three accounts that are down: each once in a round, ten tries in all": {
			[]notify.Outcome{notify.Temporary, notify.Temporary, notify.Temporary}, "abcabcabca", notify.Failed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(nil)
			h.accounts.list = nil
			order := ""
			for i, outcome := range test.answers {
				id := string(rune('a' + i))
				acc := account(id, &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
					order += id
					return notify.Result{Outcome: outcome}
				}})
				acc.Order = i
				h.accounts.list = append(h.accounts.list, acc)
			}
			h.message("m")
			for range 30 {
				if h.store.get("m").Status.Ended() {
					break
				}
				before := len(h.queue.chunks())
				next := h.store.get("m").Next
				require.NoError(t, h.pass(t, "m"))
				if m := h.store.get("m"); m.Next != "" && m.Next != next {
					require.Equal(t, h.clock.Now(), m.DueAt, "the next account is tried at once")
					require.Greater(t, len(h.queue.chunks()), before, "and put on the queue for it")
				}
			}
			require.Equal(t, test.order, order)
			require.Equal(t, test.status, h.store.get("m").Status)
			if test.events != nil {
				require.Equal(t, test.events, h.store.kinds())
			}
		})
	}
	t.Run("an account that is gone meanwhile is replaced by the first", func(t *testing.T) {
		t.Parallel()
		v := says(notify.OK)
		h := newHouse(v)
		h.message("m").Next = "gone"
		require.NoError(t, h.deliver(t, "m"))
		require.Equal(t, 1, v.count())
		require.Equal(t, "a", h.store.finishes[0].Integration)
	})
	t.Run("an account that left the list while it was tried hands over to the first", func(t *testing.T) {
		t.Parallel()
		h := newHouse(says(notify.OK))
		h.accounts.list = []notify.Account{account("b", nil), account("c", nil)}
		require.Equal(t, "b", h.nextAccount(t.Context(), notify.Message{Attempts: 1}, "a"))
	})
}

func TestResendsOfAmbiguousAnswersAreBounded(t *testing.T) {
	t.Parallel()
	v := says(notify.Ambiguous)
	h := newHouse(v)
	h.message("m").Ambiguity = notify.Resend
	for !h.store.get("m").Status.Ended() {
		require.NoError(t, h.pass(t, "m"))
	}
	require.Equal(t, 3, v.count(), "once and two resends")
	require.Equal(t, notify.Unknown, h.store.get("m").Status)
	require.Equal(t, [][]string{{"unknown", "resent"}, {"unknown", "resent"}, {"unknown"}}, h.store.kinds())
}

func TestRateLimitsCostNoTryAndEnd(t *testing.T) {
	t.Parallel()
	v := says(notify.RateLimited)
	h := newHouse(v)
	h.message("m")
	for !h.store.get("m").Status.Ended() {
		require.NoError(t, h.pass(t, "m"))
		require.Zero(t, h.store.get("m").Attempts)
	}
	require.Equal(t, maxDeferrals+1, v.count())
	require.Equal(t, notify.Failed, h.store.get("m").Status)
}

func TestRetriesEndInADeadLetterOrAtExpiry(t *testing.T) {
	t.Parallel()
	v := says(notify.Temporary)
	h := newHouse(v)
	h.message("m")
	h.message("short").ExpiresAt = noon.Add(time.Millisecond)
	for _, id := range []string{"short", "m"} {
		for !h.store.get(id).Status.Ended() {
			require.NoError(t, h.pass(t, id))
		}
	}
	require.Equal(t, maxAttempts+1, v.count())
	require.Equal(t, notify.Failed, h.store.get("m").Status)
	require.Equal(t, notify.Expired, h.store.get("short").Status)
}

func TestAClaimWhoseAnswerWasLostIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := says(notify.OK)
		h := newHouse(v)
		ids := h.messages(2)
		h.store.messages[ids[1]].Status = notify.Cancelled
		h.store.lostClaim, h.store.away = true, 3
		require.ErrorIs(t, h.deliver(t, ids...), notify.ErrUnavailable)
		require.Zero(t, v.count(), "nothing was sent")
		require.Equal(t, notify.Queued, h.store.get(ids[0]).Status, "so nothing is in doubt")
		require.Zero(t, h.store.get(ids[0]).Attempts)
		require.Equal(t, notify.Cancelled, h.store.get(ids[1]).Status, "what the claim did not win is left alone")
		require.NoError(t, h.deliver(t, ids...))
		require.Equal(t, 1, v.count())
	})
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	t.Run("opens, puts off, half-opens and closes", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			var up atomic.Bool
			v := &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
				if up.Load() {
					return notify.Result{Outcome: notify.OK}
				}
				return notify.Result{Outcome: notify.Temporary}
			}}
			h := newHouse(v)
			h.accounts.list[0].Concurrency = 1
			ids := h.messages(breakerRow + 5)
			require.NoError(t, h.deliver(t, ids...))
			require.Equal(t, breakerRow, v.count(), "the vendor is not called once the breaker is open")
			require.Len(t, h.store.deferrals, 5)
			for _, d := range h.store.deferrals {
				require.Equal(t, "breaker_open", d.Reason)
				require.WithinRange(t, d.DueAt, noon.Add(breakerWait), noon.Add(2*breakerWait))
				m := h.store.get(d.MessageID)
				require.Zero(t, m.Attempts, "a refused call costs no try")
				require.Equal(t, notify.Queued, m.Status)
			}
			require.Equal(t, "open", h.Health()[0].Breaker)

			late := h.store.deferrals[0].MessageID
			h.clock.move(time.Minute)
			require.NoError(t, h.deliver(t, late))
			require.Equal(t, breakerRow, v.count(), "no account is open: nothing is claimed")
			require.Equal(t, notify.Queued, h.store.get(late).Status)
			require.Empty(t, h.queue.chunks())
			pass(breakerPause)
			require.Equal(t, []chunk{{notify.Medium, notify.Email, []string{late}}}, h.queue.chunks(), "it comes back when the breaker may have closed")
			pass(time.Millisecond)
			require.Equal(t, "half-open", h.Health()[0].Breaker)

			up.Store(true)
			more := h.messages(20)
			for _, id := range more {
				h.message(id).DueAt = noon
			}
			require.NoError(t, h.deliver(t, more...))
			require.Equal(t, "closed", h.Health()[0].Breaker)
		})
	})
	t.Run("a vendor that fails half the time is not cut off", func(t *testing.T) {
		t.Parallel()
		var n atomic.Int32
		v := &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
			if n.Add(1)%2 == 0 {
				return notify.Result{Outcome: notify.OK}
			}
			return notify.Result{Outcome: notify.Ambiguous}
		}}
		h := newHouse(v)
		require.NoError(t, h.deliver(t, h.messages(200)...))
		require.Equal(t, 200, v.count())
	})
	for _, o := range []notify.Outcome{notify.InvalidRecipient, notify.RecipientBlocked, notify.ContentRejected, notify.RateLimited} {
		t.Run(string(o)+" does not speak against the vendor", func(t *testing.T) {
			t.Parallel()
			v := says(o)
			h := newHouse(v)
			require.NoError(t, h.deliver(t, h.messages(100)...))
			require.Equal(t, 100, v.count())
		})
	}
	t.Run("an open breaker sends the chunk to the next account", func(t *testing.T) {
		t.Parallel()
		second := says(notify.OK)
		h := newHouse(says(notify.Temporary))
		require.NoError(t, h.deliver(t, h.messages(64)...))
		other := account("b", second)
		other.Order = 1
		h.accounts.list = append(h.accounts.list, other)
		h.message("m")
		require.NoError(t, h.deliver(t, "m"))
		require.Equal(t, 1, second.count())
	})
	t.Run("answers at hand are stored although giving back fails, and giving back waits for the database", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(says(notify.Temporary))
			h.accounts.list[0].Concurrency = 1
			h.store.deferErr = errors.New("broken")
			require.ErrorIs(t, h.deliver(t, h.messages(breakerRow+5)...), h.store.deferErr)
			require.Len(t, h.store.finishes, breakerRow)

			h = newHouse(says(notify.Temporary))
			h.accounts.list[0].Concurrency = 1
			h.store.away = 4
			require.NoError(t, h.deliver(t, h.messages(breakerRow+5)...))
			require.Len(t, h.store.finishes, breakerRow)
			require.Len(t, h.store.deferrals, 5)
		})
	})
}

// pass lets time go by inside a synctest bubble, where it costs none, and lets
// everything that was waiting for it run.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestNoAccountAtAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(nil)
		h.accounts.list = nil
		h.message("m")
		require.NoError(t, h.deliver(t, "m"))
		require.Empty(t, h.store.claims)
		pass(time.Hour)
		require.Empty(t, h.queue.chunks(), "with no account to wait for, the sweeper asks, and nobody else")
	})
}

func TestLanes(t *testing.T) {
	t.Parallel()
	// hanging is a vendor whose calls wait until they are let go, one by one.
	hanging := func() (*house, *vendor, chan struct{}) {
		let := make(chan struct{})
		v := &vendor{answer: func(context.Context, notify.Outbound) notify.Result {
			<-let
			return notify.Result{Outcome: notify.OK}
		}}
		return newHouse(v), v, let
	}
	t.Run("the fifth chunk is parked, holds no worker, and is taken by who is done first", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h, v, let := hanging()
			ids := h.messages(6)
			var all sync.WaitGroup
			for _, id := range ids[:4] {
				all.Go(func() { require.NoError(t, h.deliver(t, id)) })
			}
			synctest.Wait()
			require.Equal(t, 4, v.count())
			require.NoError(t, h.deliver(t, ids[4]))
			require.NoError(t, h.deliver(t, ids[5]))
			require.Equal(t, 2, h.Health()[0].Parked)
			require.Empty(t, h.queue.chunks())
			require.Equal(t, notify.Queued, h.store.get(ids[4]).Status, "a parked chunk is not claimed")
			let <- struct{}{}
			synctest.Wait()
			require.Equal(t, 6, v.count(), "both are on the wire")
			require.Equal(t, notify.Sending, h.store.get(ids[4]).Status)
			require.Equal(t, notify.Sending, h.store.get(ids[5]).Status, "small chunks share a claim")
			close(let)
			all.Wait()
			require.Equal(t, 6, v.count())
			require.Empty(t, h.queue.chunks(), "nothing took the way through the queue")
		})
	})
	t.Run("a worker that stayed long enough leaves the rest to the queue", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h, v, let := hanging()
			ids := h.messages(laneChunks + 3*claimSize)
			var all sync.WaitGroup
			for _, id := range ids[:laneChunks] {
				all.Go(func() { require.NoError(t, h.deliver(t, id)) })
			}
			synctest.Wait()
			for rest := range slices.Chunk(ids[laneChunks:], claimSize) {
				require.NoError(t, h.deliver(t, rest...))
			}
			pass(stayFor)
			close(let)
			all.Wait()
			require.Equal(t, laneChunks, v.count())
			require.Len(t, h.queue.chunks(), 3)
		})
	})
	t.Run("a high-priority chunk is not parked behind bulk on the same integration", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h, v, let := hanging()
			h.accounts.list[0].Concurrency = 1
			ids := h.messages(10)
			h.message("otp").Priority = notify.High
			var all sync.WaitGroup
			for _, id := range ids {
				all.Go(func() { require.NoError(t, h.Deliver(t.Context(), notify.Low, notify.Email, []string{id})) })
			}
			synctest.Wait()
			require.Equal(t, 1, v.count(), "bulk fills its own bulkhead")
			all.Go(func() { require.NoError(t, h.Deliver(t.Context(), notify.High, notify.Email, []string{"otp"})) })
			synctest.Wait()
			require.Equal(t, 2, v.count())
			require.Equal(t, "otp", v.calls[1].MessageID)
			close(let)
			all.Wait()
		})
	})
	t.Run("the last to leave takes everybody along", func(t *testing.T) {
		t.Parallel()
		l := &lane{vendorState: newVendorState("a", func() time.Time { return noon })}
		for range laneChunks {
			require.True(t, l.enter(chunk{}))
		}
		for range 6 {
			require.False(t, l.enter(chunk{}))
		}
		for range laneChunks - 1 {
			require.Len(t, l.leave(noon), 1)
		}
		require.Len(t, l.leave(noon), 3)
		require.Empty(t, l.parked)
	})
	t.Run("the waiting room is bounded", func(t *testing.T) {
		t.Parallel()
		l := &lane{inside: laneChunks}
		for range maxParked + 10 {
			require.False(t, l.enter(chunk{}))
		}
		require.Len(t, l.parked, maxParked)
	})
	t.Run("a changed concurrency makes a new lane with the same breaker", func(t *testing.T) {
		t.Parallel()
		h := newHouse(nil)
		first := h.lanes.of(&h.accounts.list[0], notify.Low)
		require.Equal(t, defaultCalls, first.size)
		h.accounts.list[0].Concurrency = 5
		second := h.lanes.of(&h.accounts.list[0], notify.Low)
		require.Equal(t, 5, second.size)
		require.Same(t, first.breaker, second.breaker)
		require.Same(t, second, h.lanes.of(&h.accounts.list[0], notify.Low))
	})
	t.Run("a queue that cannot take a chunk back is only logged", func(t *testing.T) {
		t.Parallel()
		h := newHouse(nil)
		h.queue.err = errors.New("queue is away")
		h.putBack(chunk{notify.Low, notify.Email, []string{"m"}})
		require.Contains(t, h.log.String(), "queue is away")
	})
}

func TestWeightsShareTheTraffic(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	heavy, light, spare := account("heavy", nil), account("light", nil), account("spare", nil)
	heavy.Weight, light.Weight, spare.Order = 3, 0, 1
	h.accounts.list = []notify.Account{heavy, light, spare}
	hits := map[string]int{}
	for range 4000 {
		acc, lane := h.route(h.accounts.list, notify.Medium)
		require.NotNil(t, lane)
		hits[acc.ID]++
	}
	require.InDelta(t, 3000, hits["heavy"], 250)
	require.InDelta(t, 1000, hits["light"], 250, "a weight that is not set counts as one")
	require.Zero(t, hits["spare"], "a later order is for failover only")
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	t.Run("what is not granted is put back after the time it names", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			v := says(notify.OK)
			h := newHouse(v)
			h.accounts.list[0].PerSecond = 2
			h.limiter.grant, h.limiter.after = 2, 300*time.Millisecond
			ids := h.messages(5)
			require.NoError(t, h.deliver(t, ids...))
			require.Equal(t, 2, v.count())
			require.Equal(t, notify.Queued, h.store.get(ids[4]).Status)
			pass(299 * time.Millisecond)
			require.Empty(t, h.queue.chunks())
			pass(time.Millisecond)
			require.Equal(t, []chunk{{notify.Medium, notify.Email, ids[2:]}}, h.queue.chunks())
		})
	})
	t.Run("nothing granted means nothing claimed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(says(notify.OK))
			h.accounts.list[0].PerSecond = 2
			h.message("m")
			require.NoError(t, h.deliver(t, "m"))
			require.Empty(t, h.store.claims)
			pass(10 * time.Millisecond)
			require.Len(t, h.queue.chunks(), 1)
		})
	})
	t.Run("without the limiter mail goes on", func(t *testing.T) {
		t.Parallel()
		v := says(notify.OK)
		h := newHouse(v)
		h.accounts.list[0].PerSecond, h.limiter.err = 2, errors.New("redis is away")
		require.NoError(t, h.deliver(t, h.messages(5)...))
		require.Equal(t, 5, v.count())
		require.Contains(t, h.log.String(), "redis is away")
	})
	t.Run("an integration without a limit asks nobody", func(t *testing.T) {
		t.Parallel()
		v := says(notify.OK)
		h := newHouse(v)
		require.NoError(t, h.deliver(t, h.messages(5)...))
		require.Equal(t, 5, v.count())
	})
}

// batchVendor is a vendor that takes a chunk in one go.
type batchVendor struct {
	*vendor
	batches [][]notify.Outbound
}

func (v *batchVendor) SendBatch(_ context.Context, list []notify.Outbound) []notify.Result {
	v.batches = append(v.batches, list)
	results := make([]notify.Result, len(list))
	for i := range list {
		results[i] = notify.Result{Outcome: notify.OK, Delivered: true, ProviderMessageID: "p" + list[i].MessageID}
	}
	return results
}

func TestABatchSenderTakesTheChunkInOneGo(t *testing.T) {
	t.Parallel()
	v := &batchVendor{vendor: says(notify.Temporary)}
	h := newHouse(v)
	ids := h.messages(10)
	require.NoError(t, h.deliver(t, ids...))
	require.Len(t, v.batches, 1)
	require.Zero(t, v.count(), "no message is sent by itself")
	for i, f := range h.store.finishes {
		require.Equal(t, ids[i], f.MessageID)
		require.Equal(t, notify.Delivered, f.Status)
		require.Equal(t, "p"+ids[i], f.Result.ProviderMessageID, "answers are in order")
	}
	require.Len(t, h.observer.outcomes, 10)
}

func TestInterruptedMessagesAreSettled(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	var list []notify.Message
	for id, policy := range map[string]notify.AmbiguityPolicy{"resend": notify.Resend, "hold": notify.HoldForReceipt, "fail": notify.FailUnknown} {
		m := h.message(id)
		m.Status, m.AttemptID, m.Attempts, m.Ambiguity, m.Integration = notify.Sending, "att_"+id, 1, policy, "a"
		list = append(list, *m)
	}
	require.NoError(t, h.SettleInterrupted(t.Context(), list))
	require.Equal(t, notify.Queued, h.store.get("resend").Status)
	require.Equal(t, notify.Unknown, h.store.get("hold").Status)
	require.Equal(t, notify.Failed, h.store.get("fail").Status)
	require.Equal(t, []chunk{{notify.Medium, notify.Email, []string{"resend"}}}, h.queue.chunks(), "what may be sent again is queued at once")
	require.ElementsMatch(t, []string{"resend", "hold", "fail"}, h.observer.changed)
	for _, f := range h.store.finishes {
		require.Equal(t, notify.Interrupted, f.Result.Outcome)
		require.Equal(t, "a", f.Integration)
	}

	h.store.finishErr = errors.New("broken")
	require.ErrorIs(t, h.SettleInterrupted(t.Context(), list), h.store.finishErr)
}

func TestDiscardNeedsAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(nil)
	var invalid *notify.Invalid
	_, err := h.Discard(t.Context(), Selection{}, "")
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "reason", invalid.Fields[0].Path)
	require.Empty(t, h.replays.asked)
	n, err := h.Discard(t.Context(), Selection{IDs: []string{"m"}}, "sent by hand")
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.Equal(t, "sent by hand", h.replays.reason)
}
