package delivery

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// silent is a vendor that takes the request and never answers.
func silent() *vendor {
	return &vendor{answer: func(ctx context.Context, _ notify.Outbound) notify.Result {
		<-ctx.Done()
		return notify.Result{Outcome: notify.Ambiguous, Code: "timeout"}
	}}
}

func TestAVendorThatHangsOpensItsBreakerHoweverLongItsCallsTake(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(silent())
		second := account("b", says(notify.OK))
		second.Order = 1
		h.accounts.list = append(h.accounts.list, second)
		require.NoError(t, h.deliver(t, h.messages(breakerRow+5)...))
		require.Equal(t, gobreaker.StateOpen, h.lanes.of(&h.accounts.list[0], notify.Medium).breaker.State())
		h.message("next")
		require.NoError(t, h.deliver(t, "next"))
		require.Equal(t, "b", h.store.get("next").Integration)
	})
}

func TestWhileAVendorSaysNothingOthersAreTakenBeforeItsCallsHaveTimedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(silent())
		second := account("b", says(notify.OK))
		second.Order = 1
		h.accounts.list = append(h.accounts.list, second)
		done := make(chan error)
		go func() { done <- h.deliver(t, h.messages(2)...) }()
		synctest.Wait()
		chosen := func() string {
			account, _ := h.route(h.accounts.list, notify.Medium)
			return account.ID
		}
		require.Equal(t, "a", chosen(), "a moment's silence is none")
		h.clock.move(stallAfter + time.Second)
		require.Equal(t, "b", chosen())
		alone, _ := h.route(h.accounts.list[:1], notify.Medium)
		require.Equal(t, "a", alone.ID, "where there is no other way it is asked all the same")
		require.NoError(t, <-done)
		require.Equal(t, "a", chosen(), "two calls are too few to judge it")
	})
}

func TestOnlyAFewAskWhetherAVendorIsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(says(notify.Temporary))
		state := h.lanes.of(&h.accounts.list[0], notify.Medium)
		require.NoError(t, h.deliver(t, h.messages(breakerRow)...))
		require.False(t, state.usable())
		<-time.After(breakerPause + time.Millisecond)
		for range breakerTrials {
			require.True(t, state.usable())
			_, err := state.breaker.Allow()
			require.NoError(t, err)
		}
		require.False(t, state.usable(), "the others go another way meanwhile")
	})
}
